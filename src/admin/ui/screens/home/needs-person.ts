/**
 * What needs a person, by cause: an application that fails is one thing, however many connections stand still for it; so
 * is a mailbox that wants signing in, and a problem that several connectors have of their own.
 */
import type { Overview, ProblemView } from '../../api/schema.js';

export interface Cause {
  key: string;
  /** What is to be mended. */
  kind: 'application' | 'connection' | 'connectors';
  problem: ProblemView | null;
  /** Connectors that stand still for it. */
  rows: readonly Overview[];
  /** Messages in the outboxes of these. */
  waiting: number;
}

/** So often a run has failed when it is no hiccup; below, the next try may well mend it. */
const FAILED_OFTEN = 3;

/** Whether somebody has to do something before the connector goes on. */
export function needsPerson({ enabled, health: { status, failures, problem } }: Overview): boolean {
  switch (status) {
    case 'held':
    case 'stale':
    case 'failing':
      return true;
    case 'backoff':
      return problem !== null && problem.owner !== 'nobody' && failures >= FAILED_OFTEN;
    case 'paused':
      // It is switched on; it was its webhook that said it is gone.
      return enabled;
    default:
      return false;
  }
}

const SIGNED_OUT = new Set(['unauthorized', 'reauthorization-required']);

function causeOf({ health, connection, application }: Overview): Pick<Cause, 'key' | 'kind'> {
  const { status, problem } = health;
  if (status === 'held' && connection.status === 'application-error' && application !== null)
    return { kind: 'application', key: application };
  // A grant that lacks a scope is mended by signing in as well.
  const wantsSignIn = SIGNED_OUT.has(connection.status) || problem?.code === 'scope-missing';
  if (status === 'held' && wantsSignIn) return { kind: 'connection', key: connection.id };
  return { kind: 'connectors', key: `${status === 'stale' ? 'stale' : (problem?.code ?? status)}` };
}

const ORDER: readonly Cause['kind'][] = ['application', 'connection', 'connectors'];

/** @returns applications first, then connections, then connectors by themselves; those that stop most first */
export function causes(rows: readonly Overview[]): Cause[] {
  const groups = new Map<string, Pick<Cause, 'key' | 'kind'> & { rows: Overview[] }>();
  for (const row of rows) {
    if (!needsPerson(row)) continue;
    const { kind, key } = causeOf(row);
    const group = groups.get(`${kind} ${key}`) ?? { kind, key, rows: [] };
    group.rows.push(row);
    groups.set(`${kind} ${key}`, group);
  }
  return [...groups.values()]
    .map((group) => ({
      ...group,
      problem: group.rows.find(({ health }) => health.problem)?.health.problem ?? null,
      waiting: inOutboxes(group.rows),
    }))
    .sort(
      (one, other) =>
        ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) || other.rows.length - one.rows.length,
    );
}

/** Each outbox once: all senders of a connection show the same one. */
function inOutboxes(rows: readonly Overview[]): number {
  const outboxes = new Map<string, number>();
  for (const { direction, connection, waiting } of rows)
    if (direction === 'send') outboxes.set(connection.id, waiting);
  return [...outboxes.values()].reduce((sum, each) => sum + each, 0);
}
