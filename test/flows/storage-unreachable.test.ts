import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../src/contract/problem.js';
import { openStorage } from '../../src/storage/open-storage.js';
import { silentLog } from '../../src/telemetry/log.js';
import { freePort } from '../servers/free-port.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { problemOf } from './problem-of.js';

let redis: TestRedis;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'mailgrant-unreachable-'));
  redis = await startRedis({ args: ['--appendonly', 'no'] });
  const admin = new Redis(redis.url);
  await admin.config('SET', 'requirepass', 'right-password');
  await admin.quit();
});
afterAll(async () => {
  await redis.stop();
  await rm(dataDir, { recursive: true });
});

const refusalOf = (redisUrl: string): Promise<Problem> =>
  problemOf(openStorage({ dataDir, redisUrl, secretKeys: [randomBytes(32)], log: silentLog }));

describe('a Redis that cannot be used', () => {
  it('is named with what the connection failed with', async () => {
    const port = await freePort();
    const { code, detail } = await refusalOf(`redis://127.0.0.1:${port}`);
    expect([code, detail]).toEqual(['redis-unreachable', expect.stringContaining('ECONNREFUSED')]);
  });

  it('that wants a password says so', async () => {
    const { detail } = await refusalOf(`redis://127.0.0.1:${redis.port}`);
    expect(detail).toMatch(/NOAUTH/);
  });

  it('is named without its password, whatever characters that has', async () => {
    for (const password of ['wrong-password', 'wrong@password', 'wrong%2Fpassword']) {
      const { code, detail } = await refusalOf(`redis://:${password}@127.0.0.1:${redis.port}`);
      expect(code).toBe('redis-unreachable');
      expect(detail).toMatch(/WRONGPASS/);
      expect(detail).toContain(`redis://127.0.0.1:${redis.port} `);
      expect(detail).not.toContain('wrong');
      expect(detail).not.toContain('password@');
    }
  });
});
