/**
 * The overview: a row for each connector, as home shows thousands of them. Lean by design: nothing sealed is read, each
 * connection and application is read once, and what Redis is asked for goes in few round trips.
 */
import { type Clock, systemClock } from '../contract/clock.js';
import type { ConnectorType } from '../contract/connector-type.js';
import type { ApplicationId, ConnectionId, ConnectorId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import { shownStatus } from '../setup/connection-view.js';
import { connectorHealth } from '../setup/connector-health.js';
import { type HealthView, healthView } from '../setup/connector-view.js';
import { createGlance } from '../setup/glance.js';
import type { Connection, ConnectionStatus, Connector } from '../setup/model.js';
import type { Page } from '../setup/page.js';
import type { RedisClient } from '../storage/redis.js';
import { readCounts } from './day-counts.js';
import { addDay, type Counts, noCounts } from './hourly-counts.js';
import { daysOf, type HourSpan, hourOf } from './hours.js';

export interface OverviewRow {
  id: ConnectorId;
  version: number;
  name: string;
  type: string;
  direction: 'receive' | 'send';
  enabled: boolean;
  connection: { id: ConnectionId; name: string; user: string; status: ConnectionStatus };
  application: ApplicationId | null;
  health: HealthView;
  /** Of a sender what its connection's outbox holds; of a receiver what is quarantined. */
  waiting: number;
  today: Counts;
}

/** What waits on a connection, or for a person. */
interface Waiting {
  count: number;
  /** ms since the epoch */
  nextDueAt: number | undefined;
}

const NOTHING: Waiting = { count: 0, nextDueAt: undefined };

export interface OverviewDependencies {
  redis: RedisClient;
  connectorTypes: readonly ConnectorType[];
  /** Of send/outbox-index; `nextDueAt` in ms since the epoch. */
  outbox: {
    count(connection: ConnectionId): Promise<number>;
    nextDueAt(connection: ConnectionId): Promise<number | undefined>;
  };
  /** Of receive/inbound-records. */
  inbox: { quarantined(connector: ConnectorId): Promise<number> };
  clock?: Clock;
}

export interface Overview {
  /** By creation. @param options `since`: begin of today, ms since the epoch; `after`: `next` of the page before */
  page(options: { since: number; after?: string; limit: number }): Promise<Page<OverviewRow>>;
  /** Rows of these alone, in their order; one that is gone is left out. */
  rows(ids: readonly ConnectorId[], options: { since: number }): Promise<OverviewRow[]>;
}

export function createOverview(deps: OverviewDependencies): Overview {
  const { redis, outbox, inbox, clock = systemClock } = deps;
  const glance = createGlance(redis);
  const directions = new Map(deps.connectorTypes.map(({ name, direction }) => [name, direction]));

  async function rowsOf(connectors: readonly Connector[], since: number): Promise<OverviewRow[]> {
    const now = clock.now();
    const [circumstances, waiting, today] = await Promise.all([
      circumstancesOf(connectors),
      waitingOf(connectors),
      todayOf(connectors, { first: hourOf(since), last: hourOf(now) }),
    ]);
    return connectors.map((connector, index) =>
      rowOf(connector, {
        direction: directions.get(connector.type) ?? 'receive',
        ...circumstances(connector.connection),
        waiting: waiting(connector),
        today: today[index] ?? noCounts(),
        now,
      }),
    );
  }

  async function circumstancesOf(connectors: readonly Connector[]) {
    const connections = await glance.connections(connectors.map(({ connection }) => connection));
    const applications = [...connections.values()].map(({ settings }) => settings.application);
    const failures = await glance.failures(applications.filter((id) => id !== undefined));
    return (id: ConnectionId) => {
      const connection = connections.get(id);
      const application = connection?.settings.application;
      return { connection, failure: application === undefined ? undefined : failures.get(application) };
    };
  }

  async function waitingOf(connectors: readonly Connector[]) {
    const isSender = ({ type }: Connector): boolean => directions.get(type) === 'send';
    const senders = [...new Set(connectors.filter(isSender).map(({ connection }) => connection))];
    const receivers = connectors.filter((each) => !isSender(each)).map(({ id }) => id);
    const [outboxes, quarantines] = await Promise.all([
      Promise.all(senders.map(outboxOf)),
      Promise.all(receivers.map(inbox.quarantined)),
    ]);
    const found = new Map<ConnectionId | ConnectorId, Waiting>();
    for (const [index, id] of senders.entries()) found.set(id, outboxes[index] ?? NOTHING);
    for (const [index, id] of receivers.entries()) {
      found.set(id, { count: quarantines[index] ?? 0, nextDueAt: undefined });
    }
    return (connector: Connector): Waiting =>
      found.get(isSender(connector) ? connector.connection : connector.id) ?? NOTHING;
  }

  /** Most outboxes are empty, and then there is nothing more to ask. */
  async function outboxOf(id: ConnectionId): Promise<Waiting> {
    const count = await outbox.count(id);
    return count === 0 ? NOTHING : { count, nextDueAt: await outbox.nextDueAt(id) };
  }

  async function todayOf(connectors: readonly Connector[], span: HourSpan): Promise<Counts[]> {
    const days = daysOf(span);
    const stored = await Promise.all(connectors.map(({ id }) => readCounts(redis, id, days)));
    return stored.map((ofDays) => {
      const sum = noCounts();
      for (const [index, day] of days.entries()) addDay(sum, ofDays[index] ?? null, { day, span });
      return sum;
    });
  }

  return {
    async page({ since, ...page }) {
      const { items, next } = await glance.connectors(page);
      return { items: await rowsOf(items, since), next };
    },
    rows: async (ids, { since }) => rowsOf(await glance.connectorsOf(ids), since),
  };
}

interface Circumstances {
  direction: 'receive' | 'send';
  connection: Connection | undefined;
  /** What stops the connection's application. */
  failure: Problem | undefined;
  waiting: Waiting;
  today: Counts;
  now: number;
}

function rowOf(
  connector: Connector,
  { direction, connection, failure, waiting, today, now }: Circumstances,
): OverviewRow {
  const { id, version, name, type, enabled, health } = connector;
  // A connection that has just gone counts as not signed in.
  const shown = connection
    ? shownStatus(connection, failure)
    : ({ status: 'unauthorized', problem: undefined } as const);
  // A sender runs when the next message of its connection is due (law 9); its record says so only after a failure.
  const nextRunAt = health.nextRunAt ?? (enabled ? waiting.nextDueAt : undefined);
  const derived = connectorHealth(connector, { connection: shown, now });
  return {
    id,
    version,
    name,
    type,
    direction,
    enabled,
    connection: {
      id: connector.connection,
      name: connection?.settings.name ?? '',
      user: connection?.settings.user ?? '',
      status: shown.status,
    },
    application: connection?.settings.application ?? null,
    health: healthView({ ...health, ...(nextRunAt !== undefined && { nextRunAt }) }, derived, now),
    waiting: waiting.count,
    today,
  };
}
