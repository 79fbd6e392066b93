/** Opens all storage in its order: data directory, Redis (embedded or given), vault, spool; closes it in the reverse one. */
import { problemError } from '../contract/problem.js';
import type { Log } from '../telemetry/log.js';
import {
  type DataDirectory,
  generatedSecret,
  lockDataDirectory,
  openDataDirectory,
} from './data-directory.js';
import { freeDeadOwners } from './dead-owners.js';
import { startEmbeddedRedis } from './embedded-redis.js';
import { announceKeys } from './key-holders.js';
import { openRedis, type RedisStorage } from './redis.js';
import { checkRedisSafety, type RedisWarning } from './redis-safety.js';
import { openSpool, type Spool } from './spool.js';
import { createVault, type Vault } from './vault.js';
import { checkVaultCanary } from './vault-canary.js';

export interface StorageOptions {
  dataDir: string;
  /** Absent: a redis-server of our own in the data directory, which is then locked to this process. */
  redisUrl: string | undefined;
  /** 32 bytes each, the current one first; empty: generated into the data directory, with the embedded Redis only. */
  secretKeys: readonly Buffer[];
  log: Log;
  /** Told of the generated key, in base64, before it is used. */
  onSecret?(secret: string): void;
}

export interface OpenStorage {
  directory: DataDirectory;
  redis: RedisStorage;
  vault: Vault;
  spool: Spool;
  /** What of an external Redis is unsafe. */
  warnings: readonly RedisWarning[];
  close(): Promise<void>;
}

const KEY_FILE = 'encryption-key';

/**
 * @throws ProblemError `data-directory-unusable`, `data-directory-in-use`, `redis-server-missing`, `redis-server-failed`,
 *   `redis-unreachable`, `encryption-key-wrong`, `spool-not-shared`
 */
export async function openStorage(options: StorageOptions): Promise<OpenStorage> {
  const { log } = options;
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const directory = await openDataDirectory(options.dataDir);
    let { redisUrl } = options;
    if (redisUrl === undefined) {
      const lock = await lockDataDirectory(directory);
      closers.push(lock.release);
      const embedded = await startEmbeddedRedis(directory, { log });
      closers.push(embedded.stop);
      redisUrl = embedded.url;
    }
    const redis = await reachedRedis(redisUrl);
    closers.push(redis.close);
    if (options.redisUrl === undefined) await freeDeadOwners(redis.client);

    const warnings = options.redisUrl === undefined ? [] : await checkRedisSafety(redis.client);
    for (const { code, text } of warnings) log.warn({ code }, text);

    const { vault, source } = await openVault(options, directory);
    const announced = await announceKeys(redis.client, vault);
    closers.push(announced.close);
    await checkVaultCanary(redis.client, vault, source);
    const spool = await openSpool({ directory: directory.spool, log });
    closers.push(spool.close);
    await spool.checkShared(redis.client);
    return { directory, redis, vault, spool, warnings, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function reachedRedis(url: string): Promise<RedisStorage> {
  try {
    return await openRedis(url);
  } catch (error) {
    // Never the URL as a whole: it may carry a password.
    const place = url.replace(/\/\/.*@/, '//');
    throw problemError('redis-unreachable', {
      with: { place, what: error instanceof Error ? error.message : 'no answer' },
      cause: error,
    });
  }
}

async function openVault(
  { secretKeys, log, onSecret }: StorageOptions,
  directory: DataDirectory,
): Promise<{ vault: Vault; source: string }> {
  if (secretKeys.length > 0) return { vault: createVault(secretKeys), source: 'MAILGRANT_SECRET_KEY' };
  const key = await generatedSecret(directory, KEY_FILE, { bytes: 32 });
  onSecret?.(key.text);
  if (key.generated) {
    log.info(
      { file: `${directory.path}/${KEY_FILE}` },
      'made an encryption key; keep a copy: without it nothing stored can be read',
    );
  }
  return { vault: createVault([Buffer.from(key.text, 'base64')]), source: `${directory.path}/${KEY_FILE}` };
}
