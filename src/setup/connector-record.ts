/**
 * A connector as its Redis hash holds it. Its health record is one field per member, so that workers write what they
 * know without reading first and without a new version of the settings.
 */
import type { ConnectionId, ConnectorId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import type { StoredRecord, TextRecord } from '../storage/records.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import { textOf } from './application-record.js';
import type { Connector, ConnectorHealthRecord } from './model.js';

export const CONNECTOR_FIELDS = {
  name: 'name',
  type: 'type',
  connection: 'connection',
  enabled: 'enabled',
  settings: 'settings',
  /** sealed JSON: pointer → secret */
  secrets: 'secrets',
  createdAt: 'createdAt',
} as const;

export const HEALTH_FIELDS = {
  lastSuccessAt: 'lastSuccessAt',
  lastRunAt: 'lastRunAt',
  nextRunAt: 'nextRunAt',
  failures: 'failures',
  problem: 'problem',
  overdue: 'overdue',
  paused: 'paused',
} as const satisfies Record<keyof ConnectorHealthRecord, string>;

/** Fields that a change of settings clears: the growing pause, what caused it, and a pause that a webhook's 410 set. */
export const CLEARED_BY_CHANGE = { failures: undefined, problem: undefined, paused: undefined } as const;

export function connectorOf(id: ConnectorId, record: StoredRecord | TextRecord): Connector {
  const text = (field: string): string => textOf(record, field) ?? '';
  return {
    id,
    version: record.version,
    name: text(CONNECTOR_FIELDS.name),
    type: text(CONNECTOR_FIELDS.type),
    connection: text(CONNECTOR_FIELDS.connection) as ConnectionId,
    enabled: text(CONNECTOR_FIELDS.enabled) === '1',
    settings: JSON.parse(text(CONNECTOR_FIELDS.settings) || '{}') as Record<string, unknown>,
    health: healthOf(record),
    createdAt: Number(text(CONNECTOR_FIELDS.createdAt) || 0),
  };
}

function healthOf(record: StoredRecord | TextRecord): ConnectorHealthRecord {
  const time = (field: 'lastSuccessAt' | 'lastRunAt' | 'nextRunAt') => {
    const text = textOf(record, HEALTH_FIELDS[field]);
    return text === undefined ? {} : { [field]: Number(text) };
  };
  const problem = textOf(record, HEALTH_FIELDS.problem);
  const overdue = textOf(record, HEALTH_FIELDS.overdue);
  return {
    ...time('lastSuccessAt'),
    ...time('lastRunAt'),
    ...time('nextRunAt'),
    failures: Number(textOf(record, HEALTH_FIELDS.failures) ?? 0),
    ...(problem !== undefined && { problem: JSON.parse(problem) as Problem }),
    ...(overdue !== undefined && { overdue: JSON.parse(overdue) as { since: number; at: number } }),
    ...(textOf(record, HEALTH_FIELDS.paused) === '1' && { paused: true }),
  };
}

/** Of the script. */
const SHOWS_OTHERWISE = 2;

const merge = script<number>(`
-- Merges into a connector's health, if the connector still exists.
-- KEYS[1] the record   ARGV[1] number of removed fields, their names, then field, value, …
-- returns 2 merged, and it shows otherwise than before, 1 merged, 0 no such record
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local function shown()
  local now = redis.call('HMGET', KEYS[1], 'problem', 'failures', 'paused', 'lastRunAt', 'overdue')
  local code = string.match(now[1] or '', '"code":"([^"]*)"') or ''
  local failed = tonumber(now[2] or '0') > 0
  return table.concat({ code, tostring(failed), tostring(now[3]), tostring(not now[4]), tostring(not now[5]) }, ' ')
end
local before = shown()
local removed = tonumber(ARGV[1])
for i = 2, 1 + removed do redis.call('HDEL', KEYS[1], ARGV[i]) end
for i = 2 + removed, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
return shown() == before and 1 or 2
`);

/**
 * Writes the members that the patch has; one that is `undefined` is cleared. A connector that is gone stays gone.
 * @returns whether it shows as something else than before
 */
export async function mergeHealth(
  redis: RedisClient,
  record: string,
  patch: Partial<ConnectorHealthRecord>,
): Promise<boolean> {
  const members = Object.entries(patch).map(([name, value]) => [name, stored(value)] as const);
  const removed = members.filter(([, value]) => value === undefined).map(([name]) => name);
  const set = members.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  const result = await merge.run(redis, [record], [removed.length, ...removed, ...set]);
  return result === SHOWS_OTHERWISE;
}

function stored(value: ConnectorHealthRecord[keyof ConnectorHealthRecord]): string | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return '1';
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
