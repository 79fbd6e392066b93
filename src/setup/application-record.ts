/** An application as its Redis hash holds it: settings as entered (JSON), each secret sealed, the failure apart. */
import type { ApplicationId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import type { StoredRecord, TextRecord } from '../storage/records.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import type { Application, ApplicationSettings } from './model.js';
import { type Providers, withPreset } from './preset.js';

/**
 * Sealed fields of an application's hash, by the secret that each holds; the only place that lists them. The place that a
 * value is bound to is `<record>/<field>`.
 */
export const SEALED_APPLICATION_FIELDS = {
  clientSecret: 'secret',
  secondClientSecret: 'secondSecret',
  /** PEM, PKCS #8 */
  privateKey: 'privateKey',
} as const;

/** What an application proves itself with, as far as it is secret. */
export type ApplicationSecrets = { -readonly [Name in keyof typeof SEALED_APPLICATION_FIELDS]?: string };

export const APPLICATION_SECRETS = Object.keys(
  SEALED_APPLICATION_FIELDS,
) as (keyof typeof SEALED_APPLICATION_FIELDS)[];

export const APPLICATION_FIELDS = {
  settings: 'settings',
  ...SEALED_APPLICATION_FIELDS,
  /** `second` while the first secret is refused and the second works */
  secretInUse: 'secretInUse',
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
    ...(record.fields.has(APPLICATION_FIELDS.secondClientSecret) && {
      secondSecret: textOf(record, APPLICATION_FIELDS.secretInUse) === 'second' ? 'inUse' : 'kept',
    }),
    createdAt: Number(textOf(record, APPLICATION_FIELDS.createdAt) ?? 0),
  };
}

/** A field that is stored in clear. */
export const textOf = (record: StoredRecord | TextRecord, field: string): string | undefined =>
  record.fields.get(field)?.toString();

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

const prefer = script<number>(`
-- Remembers which of an application's two secrets works.
-- KEYS[1] the record   ARGV[1] first or second   ARGV[2] the version that it was tried at   returns 1, 0 when it was changed since
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[2] then return 0 end
if ARGV[1] == 'second' then redis.call('HSET', KEYS[1], 'secretInUse', 'second')
else redis.call('HDEL', KEYS[1], 'secretInUse') end
return 1
`);

/** @param ifVersion of the record whose secrets were tried */
export async function markSecretInUse(
  redis: RedisClient,
  record: string,
  { which, ifVersion }: { which: 'first' | 'second'; ifVersion: number },
): Promise<void> {
  await prefer.run(redis, [record], [which, ifVersion]);
}
