/** An application as its Redis hash holds it: settings as entered (JSON), the client secret sealed, the failure apart. */
import type { ApplicationId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import type { StoredRecord } from '../storage/records.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import type { Application, ApplicationSettings } from './model.js';
import { type Providers, withPreset } from './preset.js';

export const APPLICATION_FIELDS = {
  settings: 'settings',
  secret: 'secret',
  createdAt: 'createdAt',
  failure: 'failure',
  failureCode: 'failureCode',
} as const;

/** Settings as the admin entered them: without what the preset fills in. */
export function enteredApplication(record: StoredRecord): ApplicationSettings {
  return JSON.parse(textOf(record, APPLICATION_FIELDS.settings) ?? '{}') as ApplicationSettings;
}

export function applicationOf(id: ApplicationId, record: StoredRecord, providers: Providers): Application {
  const entered = enteredApplication(record);
  const failure = textOf(record, APPLICATION_FIELDS.failure);
  return {
    id,
    version: record.version,
    settings: withPreset(entered, providers[entered.provider]),
    failure: failure === undefined ? undefined : (JSON.parse(failure) as Problem),
    createdAt: Number(textOf(record, APPLICATION_FIELDS.createdAt) ?? 0),
  };
}

/** A field that is stored in clear. */
export const textOf = (record: StoredRecord, field: string): string | undefined =>
  record.fields.get(field)?.toString('utf8');

const mark = script<number>(`
-- Records what stops an application, or clears it.
-- KEYS[1] the record   ARGV[1] problem code, '' to clear   ARGV[2] the problem, JSON   ARGV[3] expected version, '' any
-- returns 1 when that raised or cleared something, 0 when not (same cause, of which the newest is kept; nothing to clear;
-- no such record; changed since)
local version = redis.call('HGET', KEYS[1], 'version')
if not version or (ARGV[3] ~= '' and version ~= ARGV[3]) then return 0 end
if ARGV[1] == '' then return redis.call('HDEL', KEYS[1], 'failureCode', 'failure') > 0 and 1 or 0 end
local before = redis.call('HGET', KEYS[1], 'failureCode')
redis.call('HSET', KEYS[1], 'failureCode', ARGV[1], 'failure', ARGV[2])
return before == ARGV[1] and 0 or 1
`);

/**
 * @param failure `undefined` clears
 * @param ifVersion of the record that failed: one that was changed since is not blamed
 * @returns whether that changed anything: a failure is raised once and healed once, whoever meets it
 */
export async function markFailure(
  redis: RedisClient,
  record: string,
  { failure, ifVersion }: { failure: Problem | undefined; ifVersion?: number | undefined },
): Promise<boolean> {
  const args = failure ? [failure.code, JSON.stringify(failure)] : ['', ''];
  return (await mark.run(redis, [record], [...args, ifVersion ?? ''])) === 1;
}
