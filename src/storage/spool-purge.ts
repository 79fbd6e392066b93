/** Takes ended messages out of the spool when they are old enough, and temporary files whose writer died. */
import path from 'node:path';
import type { ConnectionId, ConnectorId, MessageId } from '../contract/ids.js';
import type { Log } from '../telemetry/log.js';
import { type FileSystem, unlessMissing } from './file-system.js';
import { readParts } from './spool-file.js';
import type { SpoolPlaces } from './spool-places.js';

export interface PurgedMessage {
  id: MessageId;
  connector: ConnectorId;
  connection: ConnectionId;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Longer than any accept takes. */
const TEMPORARY_MS = 60 * 60 * 1000;
const MOST_AT_ONCE = 5_000;

/** Deletes whole days: a day goes when its last moment is older than `olderThanMs`. */
export async function purgeSpool(
  places: SpoolPlaces,
  fs: FileSystem,
  options: { olderThanMs: number; log: Log },
): Promise<PurgedMessage[]> {
  const now = Date.now();
  const purged: PurgedMessage[] = [];
  for (const day of (await places.doneDays()).reverse()) {
    if (Date.parse(`${day}T00:00:00Z`) + DAY_MS > now - options.olderThanMs) break;
    const folder = path.join(places.done, day);
    for (const name of (await unlessMissing(fs.readdir(folder))) ?? []) {
      if (purged.length >= MOST_AT_ONCE) return purged;
      const file = path.join(folder, name);
      const head = await headOf(fs, file);
      await unlessMissing(fs.unlink(file));
      if (head) purged.push({ id: head.id, connector: head.connector, connection: head.connection });
      else options.log.warn({ file: name, day }, 'deleted an ended message that was not readable');
    }
    // Fails where another process has just put something in; the next purge takes it.
    await fs.rmdir(folder).catch(() => undefined);
  }
  for (const name of await fs.readdir(places.tmp)) {
    const file = path.join(places.tmp, name);
    const stat = await unlessMissing(fs.stat(file));
    if (stat && stat.mtimeMs < now - TEMPORARY_MS) await unlessMissing(fs.unlink(file));
  }
  return purged;
}

async function headOf(fs: FileSystem, file: string) {
  const handle = await unlessMissing(fs.open(file, 'r'));
  if (!handle) return undefined;
  try {
    return (await readParts(handle)).head;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  } finally {
    await handle.close();
  }
}
