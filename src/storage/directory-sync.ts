/**
 * fsync of directories, shared: a rename is durable only when its directory was synced after it, and one sync serves
 * every rename that was made before it began. While one runs, all who come wait for the one after it.
 */
import type { FileSystem } from './file-system.js';

export interface DirectorySync {
  /** Resolves when a sync that began after this call has ended. */
  sync(directory: string): Promise<void>;
}

export function createDirectorySync(fs: FileSystem): DirectorySync {
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<void>>();

  const begin = (directory: string): Promise<void> => {
    const run = syncOnce(fs, directory).finally(() => {
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
  };
}

async function syncOnce(fs: FileSystem, directory: string): Promise<void> {
  const handle = await fs.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    handle.close().catch(() => undefined);
  }
}
