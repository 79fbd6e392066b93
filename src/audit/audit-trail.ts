/**
 * The audit trail: Redis streams, bounded in length and age, and a line in the log for each entry. Where Redis does not
 * take an entry, the line says so at level error and holds all of it: what was changed is not undone for that, and not
 * answered as if it had not happened.
 */
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import type { Log } from '../telemetry/log.js';
import { AUDIT_STREAMS, type AuditEntry, type AuditReport, type AuditStream } from './audit-entry.js';
import { type AuditQuery, readAudit } from './read-audit.js';

/** Entries kept at most; some hundred bytes each. */
const MOST_ENTRIES: Readonly<Record<AuditStream, number>> = {
  changes: 100_000,
  operations: 50_000,
  refusals: 10_000,
};

const append = script<string>(`
-- Adds an entry, and lets go of those that are too many or too old.
-- KEYS[1] the stream   ARGV[1] the entry, JSON   ARGV[2] most entries   ARGV[3] how long one is kept, ms   returns its id
local id = redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[2], '*', 'entry', ARGV[1])
local oldest = tonumber(string.match(id, '^%d+')) - tonumber(ARGV[3])
if oldest > 0 then redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f', oldest)) end
return id
`);

const trim = script<number>(`
-- Lets go of entries that are too old.
-- KEYS[1] the stream   ARGV[1] how long an entry is kept, ms   returns how many went
local oldest = tonumber(redis.call('TIME')[1]) * 1000 - tonumber(ARGV[1])
if oldest <= 0 then return 0 end
return redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f', oldest))
`);

export interface AuditTrail {
  /** Writes an entry down. Never throws. @param stream that it is kept in */
  record(stream: AuditStream, report: AuditReport): Promise<void>;
  /** Newest first. */
  list(query: AuditQuery): Promise<{ items: AuditEntry[]; next: string | undefined }>;
  /** Lets go of what is older than the retention. @returns how many entries went */
  trim(): Promise<number>;
}

/** @param deps `retentionMs`: how long an entry is kept, ms; `mostEntries`: of each stream */
export function createAuditTrail(deps: {
  redis: RedisClient;
  log: Log;
  retentionMs: number;
  mostEntries?: Readonly<Record<AuditStream, number>>;
}): AuditTrail {
  const { redis, log, retentionMs, mostEntries = MOST_ENTRIES } = deps;
  return {
    async record(stream, report) {
      try {
        const args = [JSON.stringify(report), mostEntries[stream], retentionMs];
        const id = await append.run(redis, [keys.audit(stream)], args);
        log.info({ audit: { id, ...report } }, `audit: ${report.action} ${report.outcome}`);
      } catch (error) {
        log.error(
          { audit: report, err: error },
          'audit: Redis did not take this entry; it stands in this line alone',
        );
      }
    },
    list: (query) => readAudit(redis, query),
    async trim() {
      const gone = await Promise.all(
        AUDIT_STREAMS.map((stream) => trim.run(redis, [keys.audit(stream)], [retentionMs])),
      );
      return gone.reduce((sum, count) => sum + count, 0);
    },
  };
}
