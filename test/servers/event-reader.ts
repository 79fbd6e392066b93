/** Reads Server-Sent Events over a connection of its own, as a browser's EventSource does, and waits for what is asked for. */
export interface SentEvent {
  /** `comment` for a comment. */
  type: string;
  id: string | undefined;
  data: string;
}

export interface EventReader {
  status: number;
  headers: Headers;
  /** The body of an answer that is no stream. */
  text(): Promise<string>;
  /** Everything that came. */
  all: readonly SentEvent[];
  /** The next event that nobody took yet and that fits; waits for it. */
  next(fits?: (event: SentEvent) => boolean): Promise<SentEvent>;
  /** Resolves when the server ends it, however it does. */
  ended: Promise<void>;
  close(): void;
}

/** @param headers beside Accept */
export async function readEvents(
  url: string,
  { headers = {} }: { headers?: Record<string, string> } = {},
): Promise<EventReader> {
  const closing = new AbortController();
  const answer = await fetch(url, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: closing.signal,
  });
  const all: SentEvent[] = [];
  let taken = 0;
  let wake: (() => void)[] = [];
  let isOver = false;
  const stirred = (): void => {
    const waiting = wake;
    wake = [];
    for (const each of waiting) each();
  };
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const ended = isStream ? read().then(over, over) : Promise.resolve();

  async function read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const bytes of answer.body ?? []) {
      text += decoder.decode(bytes as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      all.push(...blocks.map(eventOf).filter((each) => each !== undefined));
      stirred();
    }
  }
  function over(): void {
    isOver = true;
    stirred();
  }
  return {
    status: answer.status,
    headers: answer.headers,
    text: () => answer.text(),
    all,
    async next(fits = ({ type }) => type !== 'comment') {
      for (;;) {
        for (; taken < all.length; taken += 1) {
          const event = all[taken];
          if (!event || !fits(event)) continue;
          taken += 1;
          return event;
        }
        if (isOver) throw new Error(`the stream ended; it held ${JSON.stringify(all)}`);
        await new Promise<void>((resolve) => wake.push(resolve));
      }
    },
    ended,
    close: () => closing.abort(),
  };
}

function eventOf(block: string): SentEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    fields.set(name, value);
  }
  if (fields.has('')) return { type: 'comment', id: undefined, data: '' };
  if (!fields.has('data')) return undefined;
  return { type: fields.get('event') ?? 'message', id: fields.get('id'), data: fields.get('data') ?? '' };
}
