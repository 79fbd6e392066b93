/** What of an external Redis's settings endangers what is stored in it; data for the log and the page. */
import { Cluster } from 'ioredis';
import type { RedisClient } from './redis.js';

export interface RedisWarning {
  code: 'not-persistent' | 'may-lose-seconds' | 'write-failing' | 'evicts' | 'unchecked';
  /** For people: what is unsafe, and what to set. */
  text: string;
}

/** What is looked at, of one server; undefined where the server does not tell. */
export interface RedisSettings {
  appendOnly: boolean | undefined;
  appendFsync: string | undefined;
  /** The `save` rules; empty: no snapshots. */
  save: string | undefined;
  evictionPolicy: string | undefined;
  /** Status of the last write of the append-only file, or of the last snapshot. */
  lastWriteOk: boolean | undefined;
}

type Node = Pick<import('ioredis').Redis, 'config' | 'info'>;

/**
 * Looks at persistence and eviction of the Redis, in a cluster of each of its masters.
 * @returns what is unsafe; empty when all is well. Where CONFIG is forbidden, as at many hosts, what could not be checked
 *   is said to be.
 */
export async function checkRedisSafety(redis: RedisClient): Promise<RedisWarning[]> {
  const nodes: readonly Node[] = redis instanceof Cluster ? redis.nodes('master') : [redis];
  const found = await Promise.all(nodes.map(async (node) => redisWarnings(await settingsOf(node))));
  const byCode = new Map(found.flat().map((warning) => [warning.code, warning]));
  return [...byCode.values()];
}

/** The rules, apart from how the settings are asked for. */
export function redisWarnings(settings: RedisSettings): RedisWarning[] {
  const warnings: RedisWarning[] = [];
  const add = (code: RedisWarning['code'], text: string): void => void warnings.push({ code, text });

  if (settings.appendOnly === false) {
    add(
      'not-persistent',
      settings.save
        ? 'Redis keeps snapshots only: when it ends, grants that were refreshed since the last one are lost, and their mailboxes must be signed in again. Set appendonly yes.'
        : 'Redis keeps nothing on disk: when it ends, every grant and setting is lost. Set appendonly yes.',
    );
  }
  if (settings.appendOnly && settings.appendFsync !== undefined && settings.appendFsync !== 'always') {
    add(
      'may-lose-seconds',
      `Redis writes to disk with appendfsync ${settings.appendFsync}: a power failure loses the last moments, which can cost a grant that was being refreshed. Set appendfsync always.`,
    );
  }
  if (settings.lastWriteOk === false) {
    add(
      'write-failing',
      'Redis could not write to its disk the last time it tried. Look at its log and its disk.',
    );
  }
  if (settings.evictionPolicy !== undefined && settings.evictionPolicy !== 'noeviction') {
    add(
      'evicts',
      `Redis deletes keys when its memory is full (maxmemory-policy ${settings.evictionPolicy}): grants and queues may vanish. Set maxmemory-policy noeviction.`,
    );
  }
  const unchecked = [
    settings.appendOnly === undefined && 'persistence (appendonly)',
    settings.appendFsync === undefined && settings.appendOnly !== false && 'appendfsync',
    settings.evictionPolicy === undefined && 'maxmemory-policy',
  ].filter((name) => name !== false);
  if (unchecked.length > 0) {
    add(
      'unchecked',
      `Redis does not let this service look at ${unchecked.join(', ')}. Make sure of appendonly yes, appendfsync always and maxmemory-policy noeviction.`,
    );
  }
  return warnings;
}

async function settingsOf(node: Node): Promise<RedisSettings> {
  const config = async (name: string): Promise<string | undefined> => {
    // Forbidden or renamed at many hosts.
    const answer = (await node.config('GET', name).catch(() => [])) as string[];
    return answer[1];
  };
  const [appendOnly, appendFsync, save, policy, info] = await Promise.all([
    config('appendonly'),
    config('appendfsync'),
    config('save'),
    config('maxmemory-policy'),
    node.info().catch(() => ''),
  ]);
  const facts = new Map(info.split('\r\n').map((line) => line.split(':', 2) as [string, string]));
  const aof = appendOnly ?? ({ '1': 'yes', '0': 'no' } as const)[facts.get('aof_enabled') ?? ''];
  const status = facts.get(aof === 'yes' ? 'aof_last_write_status' : 'rdb_last_bgsave_status');
  return {
    appendOnly: aof === undefined ? undefined : aof === 'yes',
    appendFsync,
    save,
    evictionPolicy: policy ?? facts.get('maxmemory_policy'),
    lastWriteOk: status === undefined ? undefined : status === 'ok',
  };
}
