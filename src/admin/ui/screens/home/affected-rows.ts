/** Which rows of home a change touches; and which may have changed by the passing of time alone, of which nobody tells. */
import type { Overview } from '../../api/schema.js';

export interface HomeChange {
  kind: string;
  subject: string | null;
}

type Place = Pick<Overview, 'id' | 'direction' | 'application' | 'connection'>;

/**
 * @param rows that are shown
 * @returns ids of connectors, also of one that is not shown yet; `all` where the change names nothing
 */
export function affectedBy({ kind, subject }: HomeChange, rows: readonly Place[]): readonly string[] | 'all' {
  const where = (touches: (row: Place) => boolean): string[] => rows.filter(touches).map(({ id }) => id);
  switch (kind) {
    case 'connector':
      return subject === null ? 'all' : [subject];
    case 'messages':
      return subject === null ? 'all' : [subject, ...besides(subject, rows)];
    case 'connection':
    case 'sign-in':
      return subject === null ? 'all' : where(({ connection }) => connection.id === subject);
    case 'application':
      return subject === null ? 'all' : where(({ application }) => application === subject);
    case 'setup':
      // Something was imported; API keys and people have their ids.
      return subject === null ? 'all' : [];
    default:
      return [];
  }
}

/** Senders of one connection share its outbox: what waits there changes for each of them. */
function besides(id: string, rows: readonly Place[]): string[] {
  const changed = rows.find((row) => row.id === id);
  if (changed?.direction !== 'send') return [];
  return rows
    .filter((row) => row.direction === 'send' && row.connection.id === changed.connection.id && row.id !== id)
    .map((row) => row.id);
}

/** A run that was due so long ago and of which nothing was told: it may be late by now, or its pause over. */
const OVERDUE_MS = 20_000;

type Timed = Pick<Overview, 'id' | 'enabled' | 'health'>;

/** @param now ms since the epoch @returns ids of connectors whose state may be another without a change being told */
export const overdue = (rows: readonly Timed[], now: number): string[] =>
  rows
    .filter(({ enabled, health }) => enabled && Date.parse(health.nextRunAt ?? '') < now - OVERDUE_MS)
    .map(({ id }) => id);
