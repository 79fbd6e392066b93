/** Takes sent messages out of the index, many at a time: the spool has their outcome already, so the index may lag. */
import type { OutboundStatus } from '../contract/message.js';
import type { SpoolHead } from '../storage/spool.js';
import type { DueEntry } from './due-messages.js';
import type { OutboxIndex } from './outbox-index.js';

const AT_ONCE = 64;
const LAG_MS = 40;

export interface Settled {
  entry: DueEntry;
  head: Pick<SpoolHead, 'id' | 'connector' | 'connection'>;
  status: OutboundStatus;
}

export interface SettleBatch {
  add(settled: Settled): void;
  /** Writes what waits. @returns when everything added so far is written, or has failed */
  flush(): Promise<void>;
}

/** @param options `onWritten`: told of each message once the index shows it; `onFailure`: told what Redis threw */
export function createSettleBatch(
  index: Pick<OutboxIndex, 'settleMany'>,
  options: { onWritten(entry: DueEntry): void; onFailure(error: unknown): void },
): SettleBatch {
  let waiting: Settled[] = [];
  let timer: NodeJS.Timeout | undefined;
  const writing = new Set<Promise<void>>();

  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const written = index
      .settleMany(batch.map(({ head, status }) => ({ ...head, status })))
      .then(() => {
        for (const { entry } of batch) options.onWritten(entry);
      }, options.onFailure)
      .finally(() => writing.delete(written));
    writing.add(written);
  };

  return {
    add(settled) {
      waiting.push(settled);
      if (waiting.length >= AT_ONCE) write();
      else timer ??= setTimeout(write, LAG_MS);
    },
    async flush() {
      write();
      await Promise.all(writing);
    },
  };
}
