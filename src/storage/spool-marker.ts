/** Whether all processes on one Redis use one spool: a mark in the directory must be the one that Redis knows. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import { problemError } from '../contract/problem.js';
import { errorCode, type FileSystem } from './file-system.js';
import { keys } from './keys.js';
import type { RedisClient } from './redis.js';

/**
 * @param directory of the spool; gets a file `marker` of one line: an id, and for people where it was made
 * @throws ProblemError `spool-not-shared` when Redis knows another spool
 */
export async function checkSpoolMarker(redis: RedisClient, fs: FileSystem, directory: string): Promise<void> {
  const own = await ownMarker(fs, directory);
  // A Redis without a mark is new, or was emptied: the spool is the message, so the spool's mark is the one that counts.
  await redis.set(keys.spoolMarker, own, 'NX');
  const known = (await redis.get(keys.spoolMarker)) ?? own;
  if (idOf(known) !== idOf(own)) {
    throw problemError('spool-not-shared', {
      with: { known: placeOf(known), own: `${hostname()}:${directory}` },
    });
  }
}

const idOf = (marker: string): string => marker.split(' ', 1)[0] ?? '';
const placeOf = (marker: string): string => marker.slice(idOf(marker).length + 1);

async function ownMarker(fs: FileSystem, directory: string): Promise<string> {
  const file = path.join(directory, 'marker');
  const temporary = path.join(directory, `marker.${randomUUID()}`);
  const handle = await fs.open(temporary, 'wx', 0o600);
  try {
    await handle.appendFile(`${randomUUID()} ${hostname()}:${directory}`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    // link() fails where the file exists, and never shows it half written.
    await fs.link(temporary, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await fs.unlink(temporary);
  }
  return (await fs.readFile(file, 'utf8')).trim();
}
