/**
 * Events as Server-Sent Events (HTML Standard, 9.2): `ready`, then `change` and `reset`, and now and then a comment, so
 * that neither side takes the silence for an end. The stream ends when its reader does, when the service stops, when who
 * reads may no longer, and when what was sent is not taken: the reader comes back, and goes on where it stopped.
 */
import { PassThrough } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { EventFeed, FeedItem } from '../activity/event-feed.js';
import { eventView } from './event-view.js';

export const EVENT_STREAM = 'text/event-stream';

export interface EventStreamTimes {
  /** Proxies end what is silent for a minute. */
  heartbeatMs: number;
  /** How often it is looked at whether the reader still may. */
  lookMs: number;
}
const TIMES: EventStreamTimes = { heartbeatMs: 15_000, lookMs: 30_000 };

/** What waits for a reader that does not take it; some thousand events. */
const MOST_BUFFERED_BYTES = 1024 * 1024;
/** How soon a browser comes back. */
const RETRY_MS = 2_000;
/** What was sent last is to be taken within it. */
const LAST_WORDS_MS = 1_000;

/**
 * Answers with a stream.
 * @param options `after`: the last event that the reader has seen; `signal`: ends it; `mayStill`: whether who reads it may
 * @throws what Redis throws, while nothing was answered yet
 */
export async function streamEvents(
  reply: FastifyReply,
  feed: EventFeed,
  options: {
    after?: string | undefined;
    signal: AbortSignal;
    mayStill(): Promise<boolean>;
    times?: Partial<EventStreamTimes> | undefined;
  },
): Promise<void> {
  const { after, signal, mayStill } = options;
  const { heartbeatMs, lookMs } = { ...TIMES, ...options.times };
  const { raw } = reply;
  const lines = new PassThrough();
  lines.write(`retry: ${RETRY_MS}\n\n`);

  const send = (text: string): void => {
    if (lines.writableEnded) return;
    lines.write(text);
    // Cut, not ended: an end would have to wait behind all that is not taken.
    if (lines.writableLength + lines.readableLength + raw.writableLength > MOST_BUFFERED_BYTES) raw.destroy();
  };
  const stop = await feed.follow({ ...(after !== undefined && { after }), take: (item) => send(text(item)) });
  const heartbeat = setInterval(() => send(':\n\n'), heartbeatMs);
  const look = setInterval(() => {
    // Where it cannot be looked at, it is the next time.
    mayStill().then(
      (may) => !may && end(),
      () => {},
    );
  }, lookMs);
  const quiet = (): void => {
    stop();
    clearInterval(heartbeat);
    clearInterval(look);
  };
  const end = (): void => {
    quiet();
    lines.end();
    const cut = setTimeout(() => raw.destroy(), LAST_WORDS_MS).unref();
    raw.once('close', () => clearTimeout(cut));
  };
  raw.once('close', quiet);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  reply
    .type(`${EVENT_STREAM}; charset=utf-8`)
    // A proxy that collects or compresses an answer would hold events back.
    .headers({ 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no', connection: 'close' })
    .send(lines);
}

function text(item: FeedItem): string {
  if (item.type === 'change') return event(item.type, item.event.id, eventView(item.event));
  return event(item.type, item.id, {});
}

/** JSON has no line break of its own, so that one line holds it. */
const event = (type: string, id: string, data: object): string =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
