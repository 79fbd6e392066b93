/** Finds and stops redis-servers that a killed service left at work in a directory. */
import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { askSocket, shortSocketPath } from './unix-socket.js';

const GRACE_MS = 15_000;
const LOOK_MS = 25;

/**
 * Stops them: SIGTERM, which lets Redis finish its files, and SIGKILL when that did not help.
 * @param directory where they run; nobody else may start one there meanwhile
 * @param socketName of the Unix socket in it, for where processes cannot be looked at (no /proc, another container)
 * @returns how many were stopped
 */
export async function stopOrphans(directory: string, socketName: string): Promise<number> {
  const here = await realpath(directory);
  const pids = await redisServersIn(here);
  for (const pid of pids) {
    signal(pid, 'SIGTERM');
    if (await goneWithin(pid, here, GRACE_MS)) continue;
    signal(pid, 'SIGKILL');
    await goneWithin(pid, here, GRACE_MS);
  }
  if (pids.length > 0) return pids.length;
  return (await shutDownThroughSocket(directory, socketName)) ? 1 : 0;
}

async function redisServersIn(directory: string): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => ((await runsIn(Number(name), directory)) ? [Number(name)] : [])),
  );
  return found.flat();
}

/** A zombie has no working directory, so it counts as gone. */
async function runsIn(pid: number, directory: string): Promise<boolean> {
  try {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8');
    return name.startsWith('redis-server') && (await readlink(`/proc/${pid}/cwd`)) === directory;
  } catch {
    return false;
  }
}

async function goneWithin(pid: number, directory: string, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (!(await runsIn(pid, directory))) return true;
    await delay(LOOK_MS);
  }
  return false;
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}

async function shutDownThroughSocket(directory: string, socketName: string): Promise<boolean> {
  const socket = await shortSocketPath(directory, socketName);
  try {
    if ((await askSocket(socket.path)) === undefined) return false;
    const redis = new Redis({ path: socket.path, retryStrategy: () => null });
    redis.on('error', () => {});
    await redis.shutdown().catch(() => undefined);
    redis.disconnect();
    const deadline = Date.now() + GRACE_MS;
    while (Date.now() < deadline && (await askSocket(socket.path)) !== undefined) await delay(LOOK_MS);
    return true;
  } finally {
    await socket.close();
  }
}
