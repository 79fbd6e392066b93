/**
 * The stream of Server-Sent Events, held while somebody may look. A browser has six connections to one host, and tabs in
 * the background would take them all; one that is shown again goes on after the last event that it had.
 */

/** Who looks elsewhere for a moment keeps the stream. */
const KEPT_WHILE_HIDDEN_MS = 10_000;
/** Where the browser gave up (an answer that is no stream), we ask again. */
const ASK_AGAIN_MS = 5_000;

/** What the service says, and when it can no longer be heard. */
export interface StreamListener {
  ready(): void;
  /** Events were missed. */
  reset(): void;
  /** @param data of the event, JSON */
  change(data: string): void;
  /** Not told of a stream that was let go of because nobody looks. */
  lost(): void;
}

/**
 * @param address of the stream; it takes `lastEventId`
 * @returns what ends it
 */
export function followStream(address: string, listener: StreamListener): () => void {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let leaving: ReturnType<typeof setTimeout> | undefined;
  let last = '';
  // A tab that was opened in the background has been seen by nobody.
  let isWanted = !isHidden();

  const close = (): void => {
    clearTimeout(again);
    source?.close();
    source = undefined;
  };
  const connect = (): void => {
    close();
    const opened = new EventSource(last === '' ? address : `${address}?lastEventId=${last}`);
    source = opened;
    const on = (type: string, told: (data: string) => void): void =>
      opened.addEventListener(type, ({ data, lastEventId }: MessageEvent<string>) => {
        last = lastEventId;
        told(data);
      });
    on('ready', () => {
      listener.ready();
      if (!isWanted) close();
    });
    on('reset', listener.reset);
    on('change', listener.change);
    opened.addEventListener('error', () => {
      listener.lost();
      if (opened.readyState === EventSource.CLOSED) again = setTimeout(connect, ASK_AGAIN_MS);
    });
  };
  const leave = (): void => {
    isWanted = false;
    // Without a place to go on from, what changes meanwhile would be missed.
    if (last !== '') close();
  };
  const look = (): void => {
    clearTimeout(leaving);
    if (isHidden()) {
      leaving = setTimeout(leave, KEPT_WHILE_HIDDEN_MS);
      return;
    }
    isWanted = true;
    if (source === undefined || source.readyState === EventSource.CLOSED) connect();
  };

  document.addEventListener('visibilitychange', look);
  connect();
  return () => {
    document.removeEventListener('visibilitychange', look);
    clearTimeout(leaving);
    close();
  };
}

const isHidden = (): boolean => document.visibilityState === 'hidden';
