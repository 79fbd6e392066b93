/**
 * Reads rows again, those alone that were asked for: what comes within a second goes in one request, one request after the
 * other. What fails is tried again a little later.
 */

export interface RowReader {
  /** @param ids of connectors; `all`: every one */
  read(ids: readonly string[] | 'all'): void;
  /** The same, once what was counted meanwhile has been written down. */
  readCounts(ids: readonly string[] | 'all'): void;
  stop(): void;
}

export interface RowReads {
  /** Not while all rows are being read: what is on its way might be older than the change, and overwrite it. */
  isReady(): boolean;
  readAll(): Promise<unknown>;
  readSome(ids: readonly string[]): Promise<unknown>;
}

const GATHER_MS = 1_000;
const AFTER_A_FAILURE_MS = 5_000;
/** Counts are written each second; a message is told of before. */
const COUNTED_AFTER_MS = 3_000;
/** Of so many, all of them are fewer requests. */
const MOST_APART = 600;

type Timer = ReturnType<typeof setTimeout>;

export function createRowReader({ isReady, readAll, readSome }: RowReads): RowReader {
  const [waiting, counting] = [new Set<string>(), new Set<string>()];
  let isAll = false;
  let isReading = false;
  let isOver = false;
  let timer: Timer | undefined;
  let counted: Timer | undefined;

  function later(ms = GATHER_MS): void {
    if (!isOver) timer ??= setTimeout(() => void readWaiting(), ms);
  }

  async function readWaiting(): Promise<void> {
    timer = undefined;
    if (isReading || !isReady()) return later();
    const ids = [...waiting];
    const everything = isAll || ids.length > MOST_APART;
    waiting.clear();
    isAll = false;
    isReading = true;
    try {
      await (everything ? readAll() : readSome(ids));
    } catch {
      for (const id of ids) waiting.add(id);
      later(AFTER_A_FAILURE_MS);
    } finally {
      isReading = false;
    }
  }

  function read(ids: readonly string[] | 'all'): void {
    if (ids.length === 0) return;
    if (ids === 'all') isAll = true;
    else for (const id of ids) waiting.add(id);
    later();
  }

  return {
    read,
    readCounts(ids) {
      if (ids === 'all') return;
      for (const id of ids) counting.add(id);
      counted ??= setTimeout(() => {
        counted = undefined;
        read([...counting]);
        counting.clear();
      }, COUNTED_AFTER_MS);
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
      clearTimeout(counted);
    },
  };
}
