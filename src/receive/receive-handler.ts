/**
 * What happens when a receive connector is woken: may it poll, is its mailbox free, poll, and when is it woken next.
 *
 * asleep → woken → not to poll (disabled, paused, held: woken again by the change that mends it)
 *                → mailbox busy (woken again in a moment)
 *                → polled (woken at its next time, or at once where more waits) | failed (woken as the verdict says)
 */
import type { Dispatcher } from 'undici';
import type { Clock } from '../contract/clock.js';
import type { MailContext, ReceiveConnectorType } from '../contract/connector-type.js';
import { durationMs } from '../contract/duration.js';
import type { ConnectorId } from '../contract/ids.js';
import { asProblem, type Problem, ProblemError, problem } from '../contract/problem.js';
import type { ReceiveSettings } from '../contract/receive-settings.js';
import type { Connections } from '../setup/connections.js';
import type { Connectors } from '../setup/connectors.js';
import type { Connection, Connector } from '../setup/model.js';
import type { RedisClient } from '../storage/redis.js';
import type { Log } from '../telemetry/log.js';
import { type Destination, openDestination } from './destinations/index.js';
import { createInboundRecords } from './inbound-records.js';
import { createLedgers, LedgerLostError } from './ledger.js';
import { withMailbox } from './mailbox-turn.js';
import { type MailParser, type PollResult, poll, type SettledMessages } from './poll.js';
import { readOrNone } from './read-or-none.js';
import { intervalMs, nextPollAt, pauseMs } from './schedule.js';

/** Another session of the mailbox is open; polls last seconds. */
const BUSY_PAUSE_MS = 500;
/** What a person has to mend where no change of ours tells when: looked at again this often. */
const HELD_PAUSE_MS = 3_600_000;
/** An application's failure is probed every 15 minutes (law 5); asking for a token costs nothing while it lasts. */
const APPLICATION_PAUSE_MS = 900_000;
/** Sessions in a row that ended because the access token did, before it counts as a failure. */
const TOKEN_RENEWALS = 3;

/** As oauth/mail-contexts makes it. */
export type OpenMailContext = (
  connection: Connection,
  connector: ConnectorId,
  options: { signal: AbortSignal; log: Log; needs: readonly ('imap' | 'smtp')[] },
) => MailContext | Promise<MailContext>;

export interface ReceiveDeps {
  redis: RedisClient;
  connections: Connections;
  connectors: Connectors;
  mailContext: OpenMailContext;
  /** The guarded one of src/outgoing. */
  dispatcher: Dispatcher;
  /** connectors/mail/parse. */
  parser: MailParser;
  log: Log;
  clock: Clock;
  webhookDeadlineMs?: number;
  /** Another length of the poll lease; for tests that kill its owner. */
  lease?: { leaseMs: number };
  /** Told of what each batch of a poll came to, for metrics and statistics. */
  onSettled?(settled: SettledMessages): void;
  /** Told of each poll that ended, for metrics and statistics. */
  onPoll?(
    outcome: { connector: ConnectorId; durationMs: number } & ({ result: PollResult } | { problem: Problem }),
  ): void;
}

/** Handles one wake-up. @returns when to wake the connector next (ms since the epoch), `undefined` for not by itself */
export type ReceiveHandler = (connector: string, signal: AbortSignal) => Promise<number | undefined>;

export function createReceiveHandler(deps: ReceiveDeps): ReceiveHandler {
  const { redis, connections, connectors, clock } = deps;
  const ledgers = createLedgers(redis);
  const records = createInboundRecords(redis);

  return async (subject, signal) => {
    const connector = await readOrNone(() => connectors.read(subject as ConnectorId));
    if (!connector?.enabled || connector.health.paused) return undefined;
    const type = connectors.typeOf(connector);
    if (type.direction !== 'receive') return undefined;
    const connection = await connections.read(connector.connection);
    const held = heldProblem(connection);
    if (held) {
      await connectors.recordHealth(connector.id, { problem: held, nextRunAt: undefined });
      return undefined;
    }
    const log = deps.log.child({ connector: connector.id, connection: connection.id });
    const mailbox = { key: connection.authorization.mailboxKey, signal, ...deps.lease };
    const turn = await withMailbox(redis, mailbox, (held) =>
      pollAndRecord({ connector, connection, type, log, ...held }),
    );
    return turn === 'busy' ? clock.now() + BUSY_PAUSE_MS * (0.5 + Math.random()) : turn;
  };

  interface Turn {
    connector: Connector;
    connection: Connection;
    type: ReceiveConnectorType;
    log: Log;
    owner: string;
    signal: AbortSignal;
  }

  async function pollAndRecord(turn: Turn): Promise<number | undefined> {
    const { connector, log } = turn;
    const startedAt = performance.now();
    const durationMs = (): number => performance.now() - startedAt;
    try {
      const result = await pollThroughRenewals(turn);
      deps.onPoll?.({ connector: connector.id, result, durationMs: durationMs() });
      if (result.delivered > 0 || result.quarantined > 0)
        log.info({ delivered: result.delivered, quarantined: result.quarantined }, 'polled');
      return await recordSuccess(connector, result);
    } catch (thrown) {
      // Stopped, or overtaken: nothing failed, and whoever goes on records its own run.
      if (turn.signal.aborted || thrown instanceof LedgerLostError) return clock.now() + BUSY_PAUSE_MS;
      const found = asProblem(thrown);
      if (found.code === 'internal-error') log.error({ err: thrown }, 'poll broke');
      else log.warn({ problem: found.code, serverWords: found.serverWords }, found.detail);
      deps.onPoll?.({ connector: connector.id, problem: found, durationMs: durationMs() });
      return await recordFailure(connector, found);
    }
  }

  /** An access token may end in the middle of a session: it is renewed, and the poll goes on at once. */
  async function pollThroughRenewals(turn: Turn): Promise<PollResult> {
    for (let renewals = 0; ; renewals++) {
      try {
        return await pollOnce(turn);
      } catch (thrown) {
        const ended =
          thrown instanceof ProblemError && thrown.problem.foreign?.error === 'AccessTokenExpired';
        if (!ended || renewals === TOKEN_RENEWALS || turn.signal.aborted) throw thrown;
        turn.log.info({ renewals }, 'the access token ended during the session; going on with a new one');
      }
    }
  }

  async function pollOnce({ connector, connection, type, log, owner, signal }: Turn): Promise<PollResult> {
    const settings = settingsOf(connector);
    let destination: Promise<Destination> | undefined;
    return poll(
      {
        ...{ connections, connectors, ledgers, records, log },
        parser: deps.parser,
        now: () => clock.now(),
        ...(deps.onSettled && { onSettled: deps.onSettled }),
      },
      {
        connector: connector.id,
        mailboxKey: connection.authorization.mailboxKey,
        type,
        settings,
        context: await deps.mailContext(connection, connector.id, { signal, log, needs: type.needs }),
        owner,
        since: connector.createdAt,
        destination() {
          destination ??= connectors
            .settingsWithSecrets(connector.id)
            .then((sealed) => openDestination(sealed as unknown as ReceiveSettings, deps));
          return destination;
        },
      },
    );
  }

  async function recordSuccess(connector: Connector, result: PollResult): Promise<number> {
    const now = clock.now();
    const scheduled = nextPollAt(settingsOf(connector).schedule, connector.id, now);
    const next = result.more ? now : Math.max(now, Math.min(scheduled, result.retryAt ?? scheduled));
    await connectors.recordHealth(connector.id, {
      lastRunAt: now,
      lastSuccessAt: now,
      nextRunAt: next,
      failures: 0,
      problem: result.problem,
    });
    return next;
  }

  async function recordFailure(connector: Connector, found: Problem): Promise<number | undefined> {
    const now = clock.now();
    const current = await readOrNone(() => connectors.read(connector.id));
    const failures = (current?.health.failures ?? 0) + 1;
    const next = await nextAfter(connector, found, failures);
    await connectors.recordHealth(connector.id, {
      lastRunAt: now,
      nextRunAt: next,
      failures,
      problem: { ...found, ...(next !== undefined && { retryAt: next }) },
      ...(found.code === 'webhook-gone' && { paused: true }),
    });
    return next;
  }

  /** When to come again after a failure, by the verdict of its problem. */
  async function nextAfter(
    connector: Connector,
    found: Problem,
    failures: number,
  ): Promise<number | undefined> {
    const now = clock.now();
    const { schedule, retryInterval } = settingsOf(connector);
    const pause = pauseMs(failures, Math.min(durationMs(retryInterval), intervalMs(schedule)));
    switch (found.verdict) {
      case 'retry':
        return Math.max(now + pause, found.retryAt ?? 0);
      case 'wait-until':
        return found.retryAt ?? now + pause;
      case 'hold': {
        if (found.code === 'webhook-gone') return undefined;
        if (found.reach === 'application') return now + APPLICATION_PAUSE_MS;
        const connection = await connections.read(connector.connection);
        return heldProblem(connection) ? undefined : now + HELD_PAUSE_MS;
      }
      case 'fail':
        return now + HELD_PAUSE_MS;
    }
  }
}

export const settingsOf = (connector: Connector): ReceiveSettings =>
  connector.settings as unknown as ReceiveSettings;

/** Why a connection's polls pause until somebody signs in (law 5). */
export function heldProblem(connection: Connection): Problem | undefined {
  if (connection.settings.authentication === 'basic' || connection.authorization.status === 'authorized')
    return undefined;
  return (
    connection.authorization.problem ?? problem('not-signed-in', { with: { user: connection.settings.user } })
  );
}
