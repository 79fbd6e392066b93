/**
 * From what records say to what an operator has to know: a pure function, and the only place that says what explains
 * what. A failed application explains its connections, a connection its connectors; what is explained raises nothing of
 * its own, and what was raised before stays as it is until that can be told.
 */
import type { ApplicationId, ConnectionId, ConnectorId } from '../contract/ids.js';
import { problem } from '../contract/problem.js';
import { counted } from '../setup/time-left.js';
import type { Affected, AlertState, Condition } from './alert.js';
import { connectorConditions } from './connector-conditions.js';
import type { ApplicationFacts, ConnectionFacts, ConnectorFacts, Facts } from './facts.js';
import { connectionWarningConditions, credentialConditions } from './warning-conditions.js';

export interface Found {
  /** Found as they are asked for, record by record: among thousands of records other work wants its turn. */
  conditions: Iterable<readonly Condition[]>;
  /** Whether something else explains an alert that was raised before, so that nothing is known of it now. */
  isExplained(state: AlertState): boolean;
}

/** Names that one alert tells; the rest is a number. */
const NAMED = 10;
/** An outage of a sign-in server is over after minutes, mostly; nobody is woken for those. */
const REFRESH_HOLDS_MS = 15 * 60_000;
const REFRESH_CLEARS_MS = 5 * 60_000;
/** Each process knows what it saw when it started: one that did before the repair looks in turn with the others. */
const SERVICE_CLEARS_MS = 15 * 60_000;
/** A connection that is being set up is signed in to within the hour. */
const SET_UP_MS = 60 * 60_000;

/** @param now ms since the epoch */
export function conditionsOf(facts: Facts, now: number): Found {
  const connectionsOf = grouped([...facts.connections.values()], ({ application }) => application);
  const connectorsOf = grouped(
    facts.connectors.filter(({ enabled }) => enabled),
    ({ connection }) => connection,
  );
  const connectors = new Map(facts.connectors.map((each) => [each.id, each]));
  const isOfFailed = ({ application }: ConnectionFacts): boolean =>
    application !== undefined && facts.applications.get(application)?.failure !== undefined;
  const isStopped = (connection: ConnectionFacts): boolean =>
    isOfFailed(connection) || connection.status !== 'authorized' || connection.refreshProblem !== undefined;

  function* conditions(): Generator<readonly Condition[]> {
    yield facts.service.map(serviceCondition);
    for (const application of facts.applications.values()) {
      const connections = connectionsOf.get(application.id) ?? [];
      yield failedApplication(application, connections);
      // The failure itself says what is wrong with the credential.
      if (!application.failure) yield credentialConditions(application, affected('connections', connections));
      yield failingRefreshes(application, connections, now);
    }
    for (const connection of facts.connections.values()) {
      if (isOfFailed(connection)) continue;
      yield stoppedConnection(connection, connectorsOf.get(connection.id) ?? []);
      yield connectionWarningConditions(connection);
    }
    for (const connector of facts.connectors) {
      const connection = facts.connections.get(connector.connection);
      yield connectorConditions(connector, connection === undefined || isStopped(connection));
    }
  }
  return {
    conditions: conditions(),
    isExplained({ condition: { kind, subject } }) {
      if (kind === 'quarantine') return false;
      if (subject.type === 'application')
        return kind !== 'application-failed' && hasFailed(facts, subject.id);
      if (subject.type === 'connection') {
        const connection = facts.connections.get(subject.id as ConnectionId);
        return connection !== undefined && isOfFailed(connection);
      }
      const connector = connectors.get(subject.id as ConnectorId);
      const connection = connector?.enabled ? facts.connections.get(connector.connection) : undefined;
      return connection !== undefined && isStopped(connection);
    },
  };
}

const hasFailed = (facts: Facts, id: AlertState['condition']['subject']['id']): boolean =>
  facts.applications.get(id as ApplicationId)?.failure !== undefined;

function failedApplication(
  { id, name, failure }: ApplicationFacts,
  connections: readonly ConnectionFacts[],
): Condition[] {
  if (!failure) return [];
  return [
    {
      key: `application-failed:${id}`,
      kind: 'application-failed',
      severity: 'critical',
      level: 0,
      subject: { type: 'application', id, name },
      problem: failure,
      affects: affected('connections', connections),
      holdsMs: 0,
      clearsMs: 0,
    },
  ];
}

/** One for all connections of an application: they share the token endpoint that gives no usable answer. */
function failingRefreshes(
  { id, name, failure }: ApplicationFacts,
  connections: readonly ConnectionFacts[],
  now: number,
): Condition[] {
  const failing = connections.filter(
    ({ status, refreshProblem }) => status === 'authorized' && refreshProblem,
  );
  const [first] = failing;
  if (failure || !first?.refreshProblem) return [];
  const ended = failing.filter(
    ({ accessTokenExpiresAt: end = Number.POSITIVE_INFINITY }) => end <= now,
  ).length;
  const found = problem('refresh-failing', {
    with: {
      count: counted(failing.length, 'connection'),
      application: name,
      reason: first.refreshProblem.detail,
      ended,
    },
    ...(first.refreshProblem.serverWords !== undefined && { serverWords: first.refreshProblem.serverWords }),
  });
  return [
    {
      key: `refresh-failing:${id}`,
      kind: 'refresh-failing',
      severity: ended > 0 ? 'critical' : 'warning',
      level: ended > 0 ? 1 : 0,
      subject: { type: 'application', id, name },
      problem: found,
      affects: affected('connections', failing),
      holdsMs: REFRESH_HOLDS_MS,
      clearsMs: REFRESH_CLEARS_MS,
    },
  ];
}

/** What needs a person; one that nobody signed in to yet only once connectors have waited for that a while. */
function stoppedConnection(
  { id, name, user, status, problem: found }: ConnectionFacts,
  waiting: readonly ConnectorFacts[],
): Condition[] {
  const isNew = status === 'unauthorized';
  if (status === 'authorized' || (isNew && waiting.length === 0)) return [];
  return [
    {
      key: `connection-stopped:${id}`,
      kind: 'connection-stopped',
      severity: isNew ? 'warning' : 'critical',
      level: isNew ? 0 : 1,
      subject: { type: 'connection', id, name: name === user ? name : `${name} (${user})` },
      problem: found ?? problem('not-signed-in', { with: { user } }),
      affects: affected('connectors', waiting),
      holdsMs: isNew ? SET_UP_MS : 0,
      clearsMs: 0,
    },
  ];
}

const serviceCondition = (what: string): Condition => ({
  key: `service:${what}`,
  kind: 'service',
  severity: 'critical',
  level: 0,
  subject: { type: 'service', name: 'Mailgrant' },
  problem: problem('redis-unsafe', { with: { what } }),
  holdsMs: 0,
  clearsMs: SERVICE_CLEARS_MS,
});

/** The first names and the number. */
export function affected(
  what: Affected['what'],
  records: readonly { name: string; user?: string }[],
): Affected {
  const names = records.slice(0, NAMED).map(({ name, user }) => user ?? name);
  return { what, count: records.length, names };
}

function grouped<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
