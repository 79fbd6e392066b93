/** Everything that a service leaves behind where others may read it: each value in Redis by its type, and each file. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Redis } from 'ioredis';
import type { Evidence } from './secret-search.js';

/** Every key and every value, as bytes, whoever wrote it: ours, BullMQ's, streams too. */
export async function* redisValues(redis: Redis): AsyncGenerator<Evidence> {
  let cursor = '0';
  do {
    const [next, found] = await redis.scanBuffer(cursor, 'COUNT', 500);
    cursor = String(next);
    for (const key of found) yield* valuesOf(redis, key);
  } while (cursor !== '0');
}

async function* valuesOf(redis: Redis, key: Buffer): AsyncGenerator<Evidence> {
  const type = await redis.type(key);
  const values = await readers[type]?.(redis, key);
  if (type === 'none') return;
  if (values === undefined) throw new Error(`a Redis type that nobody reads: ${type}`);
  const where = `redis ${type} ${key}`;
  yield { where, content: key };
  for (const content of values) yield { where, content };
}

const readers: Readonly<Record<string, (redis: Redis, key: Buffer) => Promise<Buffer[]>>> = {
  none: async () => [],
  string: async (redis, key) => {
    const value = await redis.getBuffer(key);
    return value === null ? [] : [value];
  },
  hash: async (redis, key) =>
    Object.entries(await redis.hgetallBuffer(key)).flatMap(([name, value]) => [Buffer.from(name), value]),
  set: (redis, key) => redis.smembersBuffer(key),
  zset: (redis, key) => redis.zrangeBuffer(key, '0', '-1'),
  list: (redis, key) => redis.lrangeBuffer(key, 0, -1),
  stream: async (redis, key) =>
    (await redis.xrangeBuffer(key, '-', '+')).flatMap(([id, fields]) => [id, ...fields]),
};

/** Every file below a directory. @param except paths relative to it */
export async function* files(directory: string, except: readonly string[] = []): AsyncGenerator<Evidence> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const relative = path.relative(directory, file);
    if (except.includes(relative)) continue;
    yield { where: `file ${relative}`, content: relative };
    yield { where: `file ${relative}`, content: await readFile(file) };
  }
}
