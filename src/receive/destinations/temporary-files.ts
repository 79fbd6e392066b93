/** Names of files that are being written to a directory, and what becomes of those whose process died. */
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

/** Those of other hosts are swept only when they are this old. */
const ABANDONED_AFTER_MS = 86_400_000;
const TEMPORARY = /^\.mailgrant-([^-]+)-(\d+)-.*\.tmp$/;
/** Tells two writes of one message apart, where a run that lost its lease is overtaken by the next. */
let written = 0;
const hostTag =
  hostname()
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 20) || 'host';

/** A name for what becomes the file `name`, unlike any other. */
export const temporaryName = (name: string): string =>
  `.mailgrant-${hostTag}-${process.pid}-${++written}-${name}.tmp`;

/** Removes those of processes that died. */
export async function sweepTemporaries(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const [, host, pid] = TEMPORARY.exec(name) ?? [];
    if (!host || !pid) continue;
    const file = path.join(directory, name);
    const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (host === hostTag ? !isAlive(Number(pid)) : age > ABANDONED_AFTER_MS) await rm(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
