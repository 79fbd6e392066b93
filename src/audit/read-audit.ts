/** Reads the streams of the audit trail as one list, newest first, filtered. */
import { problemError } from '../contract/problem.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { AUDIT_STREAMS, type AuditEntry, type AuditReport, type AuditStream } from './audit-entry.js';

export interface AuditFilter {
  /** Id or name. */
  subject?: string;
  /** Id or name. */
  actor?: string;
  /** `connection.update`, or all of a kind: `connection`. */
  action?: string;
  /** ms since the epoch */
  since?: number;
  until?: number;
}

export interface AuditQuery extends AuditFilter {
  limit: number;
  /** `next` of the list before. */
  after?: string;
}

/** Entries looked at for one answer: a filter that finds little answers less than its limit, and goes on from there. */
const MOST_LOOKED_AT = 5_000;
const BLOCK = 200;
const END = '0-0';

/** @throws ProblemError `invalid-request` for a cursor that is none of ours */
export async function readAudit(
  redis: RedisClient,
  query: AuditQuery,
): Promise<{ items: AuditEntry[]; next: string | undefined }> {
  const places = placesOf(query);
  const cursors = await Promise.all(
    AUDIT_STREAMS.map((stream, index) => openCursor(redis, stream, places[index] ?? END)),
  );
  const items: AuditEntry[] = [];
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += 1) {
    const newest = cursors.reduce((best, each) => (isNewer(each.entry, best.entry) ? each : best));
    const { entry } = newest;
    const isOver = !entry || (query.since !== undefined && entry.at < query.since);
    if (isOver) return { items, next: undefined };
    if (items.length === query.limit) break;
    if (fits(entry, query)) items.push(entry);
    await newest.advance();
  }
  return { items, next: cursors.map(({ place }) => place()).join(':') };
}

/** Where each stream is read on from: exclusive, newest first. */
function placesOf({ after, until }: AuditQuery): string[] {
  if (after !== undefined) {
    const places = after.split(':');
    if (places.length === AUDIT_STREAMS.length && places.every((place) => /^\d{1,16}-\d{1,16}$/.test(place)))
      return places;
    const fields = [{ path: 'querystring:/cursor', message: 'is no cursor that a list gave' }];
    throw problemError('invalid-request', { fields });
  }
  const place = until === undefined ? '9999999999999-0' : `${until + 1}-0`;
  return AUDIT_STREAMS.map(() => place);
}

interface Cursor {
  /** The newest entry that was not taken. */
  entry: AuditEntry | undefined;
  /** What comes next is older than this. */
  place(): string;
  advance(): Promise<void>;
}

async function openCursor(redis: RedisClient, stream: AuditStream, start: string): Promise<Cursor> {
  let taken = start;
  let block: AuditEntry[] = [];
  let isWhole = taken === END;
  const fill = async (): Promise<void> => {
    if (block.length > 0 || isWhole) return;
    const found = await redis.xrevrange(keys.audit(stream), `(${taken}`, '-', 'COUNT', BLOCK);
    isWhole = found.length < BLOCK;
    block = found.map(([id, [, entry]]) => entryOf(id, entry ?? '{}'));
  };
  await fill();
  const cursor: Cursor = {
    entry: block[0],
    place: () => (cursor.entry === undefined ? END : taken),
    async advance() {
      taken = block.shift()?.id ?? END;
      await fill();
      cursor.entry = block[0];
    },
  };
  return cursor;
}

const entryOf = (id: string, json: string): AuditEntry => ({
  id,
  at: Number(id.split('-')[0]),
  ...(JSON.parse(json) as AuditReport),
});

const isNewer = (a: AuditEntry | undefined, b: AuditEntry | undefined): boolean =>
  a !== undefined && (b === undefined || a.at > b.at);

function fits({ action, actor, subject }: AuditEntry, filter: AuditFilter): boolean {
  const names = (asked: string | undefined, one: { id?: string; name?: string } | undefined): boolean =>
    asked === undefined || one?.id === asked || one?.name === asked;
  const isAction =
    filter.action === undefined || action === filter.action || action.startsWith(`${filter.action}.`);
  return isAction && names(filter.actor, actor) && names(filter.subject, subject);
}
