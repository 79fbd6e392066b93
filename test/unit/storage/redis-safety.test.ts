import { expect, it } from 'vitest';
import { type RedisSettings, redisWarnings } from '../../../src/storage/redis-safety.js';

const safe: RedisSettings = {
  appendOnly: true,
  appendFsync: 'always',
  save: '',
  evictionPolicy: 'noeviction',
  lastWriteOk: true,
};

it.each<[string, Partial<RedisSettings>, string[]]>([
  ['safe settings', {}, []],
  ['no persistence', { appendOnly: false }, ['not-persistent']],
  ['snapshots only', { appendOnly: false, save: '3600 1' }, ['not-persistent']],
  ['a sync each second', { appendFsync: 'everysec' }, ['may-lose-seconds']],
  ['a failing disk', { lastWriteOk: false }, ['write-failing']],
  ['eviction', { evictionPolicy: 'volatile-lru' }, ['evicts']],
  [
    'a server that tells nothing',
    { appendOnly: undefined, appendFsync: undefined, evictionPolicy: undefined },
    ['unchecked'],
  ],
])('of %s warns as it should', (_name, settings, codes) => {
  expect(redisWarnings({ ...safe, ...settings }).map(({ code }) => code)).toEqual(codes);
});

it('names what it could not look at, and what to set', () => {
  const [warning] = redisWarnings({ ...safe, appendFsync: undefined });
  expect(warning?.text).toMatch(/look at appendfsync\. .*appendfsync always/);
});
