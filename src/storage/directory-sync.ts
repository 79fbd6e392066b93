/**
 * fsync of directories, shared: a rename is durable only when its directory was synced after it, and one sync serves
 * every rename that was made before it began. While one runs, all who come wait for the one after it.
 */
import type { FileHandle } from 'node:fs/promises';
import type { FileSystem } from './file-system.js';

export interface DirectorySync {
  /** Resolves when a sync that began after this call has ended. */
  sync(directory: string): Promise<void>;
  /** Closes the directories that are kept open. */
  close(): Promise<void>;
}

/** A directory that is open, or being opened, between two syncs. */
interface KeptOpen {
  handle: Promise<FileHandle>;
  expiry: NodeJS.Timeout;
}

/**
 * @param options `keepOpenMs`: a directory stays open for so long after it was opened, so that a busy one is not opened
 * for each sync. Only where nobody removes and makes anew what is in use: an open directory that was removed takes syncs
 * and makes nothing durable.
 */
export function createDirectorySync(
  fs: FileSystem,
  { keepOpenMs = 0 }: { keepOpenMs?: number } = {},
): DirectorySync {
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<void>>();
  const kept = new Map<string, KeptOpen>();

  const letGo = (directory: string): void => {
    const open = kept.get(directory);
    if (!open) return;
    clearTimeout(open.expiry);
    kept.delete(directory);
    // A sync that is under way ends first: a FileHandle closes when its last operation has ended.
    closeSoon(open.handle);
  };

  const opened = (directory: string): Promise<FileHandle> => {
    const known = kept.get(directory);
    if (known) return known.handle;
    const handle = fs.open(directory, 'r');
    if (keepOpenMs > 0) {
      const expiry = setTimeout(() => letGo(directory), keepOpenMs);
      expiry.unref();
      kept.set(directory, { handle, expiry });
    }
    return handle;
  };

  const syncOnce = async (directory: string): Promise<void> => {
    const opening = opened(directory);
    try {
      const handle = await opening;
      await handle.sync();
    } catch (error) {
      letGo(directory);
      throw error;
    } finally {
      if (keepOpenMs === 0) closeSoon(opening);
    }
  };

  const begin = (directory: string): Promise<void> => {
    const run = syncOnce(directory).finally(() => {
      if (running.get(directory) === run) running.delete(directory);
    });
    running.set(directory, run);
    return run;
  };

  return {
    sync(directory) {
      const current = running.get(directory);
      if (!current) return begin(directory);
      const queued = waiting.get(directory);
      if (queued) return queued;
      const next = current
        .catch(() => undefined)
        .then(() => {
          waiting.delete(directory);
          return begin(directory);
        });
      waiting.set(directory, next);
      return next;
    },
    async close() {
      for (const directory of [...kept.keys()]) letGo(directory);
      await Promise.allSettled(running.values());
    },
  };
}

function closeSoon(opening: Promise<FileHandle>): void {
  opening.then((handle) => handle.close()).catch(() => undefined);
}
