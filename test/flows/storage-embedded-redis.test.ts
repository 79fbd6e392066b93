import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  type DataDirectory,
  generatedSecret,
  lockDataDirectory,
  openDataDirectory,
} from '../../src/storage/data-directory.js';
import { startEmbeddedRedis } from '../../src/storage/embedded-redis.js';
import { openRedis } from '../../src/storage/redis.js';
import { checkRedisSafety } from '../../src/storage/redis-safety.js';
import { type Log, silentLog } from '../../src/telemetry/log.js';

let root: string;
let directory: DataDirectory;
const children: ChildProcess[] = [];
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'mailgrant-data-'));
  directory = await openDataDirectory(path.join(root, 'data'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** Starts storage-processes/embedded-service on the directory and waits for its line. */
async function startService(): Promise<{ child: ChildProcess; redisPid: number; starts: string }> {
  const script = path.join(import.meta.dirname, 'storage-processes/embedded-service.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, directory.path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors += text;
  });
  const line = await Promise.race([
    once(child.stdout, 'data').then(([data]) => String(data)),
    once(child, 'exit').then(() => {
      throw new Error(errors);
    }),
  ]);
  return { child, ...JSON.parse(line) };
}

it('keeps every acknowledged write over kill -9 of the service, stops the orphan, and leaves no process at the end', async () => {
  const first = await startService();
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  expect(isAlive(first.redisPid)).toBe(true);

  const second = await startService();
  expect(second.starts).toBe('2');
  expect(second.redisPid).not.toBe(first.redisPid);
  expect(isAlive(first.redisPid)).toBe(false);

  const ended = once(second.child, 'exit');
  second.child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(isAlive(second.redisPid)).toBe(false);
});

it('starts on what a redis-server killed together with its service left on disk', async () => {
  const first = await startService();
  first.child.kill('SIGKILL');
  process.kill(first.redisPid, 'SIGKILL');
  await once(first.child, 'exit');
  const second = await startService();
  expect(second.starts).toBe('2');
  second.child.kill('SIGTERM');
  await once(second.child, 'exit');
});

it('gives the directory to one service, says who has it, and is free again after it ended', async () => {
  const { child } = await startService();
  await expect(lockDataDirectory(directory)).rejects.toMatchObject({
    problem: { code: 'data-directory-in-use', detail: expect.stringContaining(`process ${child.pid}`) },
  });
  child.kill('SIGTERM');
  await once(child, 'exit');
  const lock = await lockDataDirectory(directory);
  await lock.release();
});

it('gives the directory to exactly one of many that come at once, also over a dead holder’s socket', async () => {
  const { child, redisPid } = await startService();
  child.kill('SIGKILL');
  process.kill(redisPid, 'SIGKILL');
  await once(child, 'exit');
  expect(existsSync(path.join(directory.path, 'service.lock'))).toBe(true);
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataDirectory(directory)));
  const taken = results.filter((result) => result.status === 'fulfilled');
  expect(taken).toHaveLength(1);
  await taken[0]?.value.release();
});

it('works where the path is too long for a Unix socket, listens on no TCP port, and is safe by its own check', async () => {
  directory = await openDataDirectory(path.join(root, 'x'.repeat(120), 'data'));
  const lock = await lockDataDirectory(directory);
  const redis = await startEmbeddedRedis(directory, { log: silentLog });
  const storage = await openRedis(redis.url);
  expect(await storage.client.config('GET', 'port')).toEqual(['port', '0']);
  expect(await checkRedisSafety(storage.client)).toEqual([]);
  expect((await stat(path.join(directory.redis, 'redis.sock'))).mode & 0o777).toBe(0o600);
  await storage.close();
  await redis.stop();
  await lock.release();
});

it('starts its Redis again when that dies by itself, and loses nothing', async () => {
  const error = vi.fn();
  const log: Log = { ...silentLog, error };
  const redis = await startEmbeddedRedis(directory, { log });
  const storage = await openRedis(redis.url);
  await storage.client.set('kept', 'yes');
  const { pid } = redis;
  process.kill(pid as number, 'SIGKILL');
  await vi.waitFor(async () => expect(await storage.client.get('kept')).toBe('yes'), { timeout: 20_000 });
  expect(redis.pid).not.toBe(pid);
  expect(error).toHaveBeenCalled();
  await storage.close();
  await redis.stop();
});

it('says what to install or to set where there is no redis-server', async () => {
  const start = startEmbeddedRedis(directory, { log: silentLog, command: 'no-such-redis-server' });
  await expect(start).rejects.toMatchObject({
    problem: { code: 'redis-server-missing', next: expect.stringMatching(/apt-get.*MAILGRANT_REDIS_URL/) },
  });
});

it('says what Redis said where its file is damaged beyond reading', async () => {
  await mkdir(path.join(directory.redis, 'appendonlydir'), { recursive: true });
  await writeFile(path.join(directory.redis, 'appendonlydir/appendonly.aof.manifest'), 'nonsense\n');
  await expect(startEmbeddedRedis(directory, { log: silentLog })).rejects.toMatchObject({
    problem: { code: 'redis-server-failed', detail: expect.stringMatching(/manifest/i) },
  });
});

it('generates a secret once, for its owner’s eyes only, whoever comes first', async () => {
  const made = await Promise.all(
    Array.from({ length: 5 }, () => generatedSecret(directory, 'encryption-key', { bytes: 32 })),
  );
  const file = path.join(directory.path, 'encryption-key');
  expect(new Set(made.map(({ text }) => text)).size).toBe(1);
  expect(made.filter(({ generated }) => generated)).toHaveLength(1);
  expect(Buffer.from(made[0]?.text ?? '', 'base64')).toHaveLength(32);
  expect((await readFile(file, 'utf8')).trim()).toBe(made[0]?.text);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it('names the data directory where it cannot be made', async () => {
  await writeFile(path.join(root, 'file'), '');
  await expect(openDataDirectory(path.join(root, 'file/data'))).rejects.toMatchObject({
    problem: { code: 'data-directory-unusable', detail: expect.stringContaining('file/data: ENOTDIR') },
  });
});
