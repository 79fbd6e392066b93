/** The outbox: takes messages, answers for them, cancels and retries them. What sends them is the drain. */
import { Value } from 'typebox/value';
import { type Clock, systemClock } from '../contract/clock.js';
import type { ConnectionId, ConnectorId, MessageId } from '../contract/ids.js';
import { newMessageId } from '../contract/ids.js';
import type { MessageView, OutboundStatus, TransactionLogEntry } from '../contract/message.js';
import { problemError } from '../contract/problem.js';
import type { ProviderPreset } from '../contract/provider.js';
import type { Connections } from '../setup/connections.js';
import type { Connectors } from '../setup/connectors.js';
import type { Connection, Connector } from '../setup/model.js';
import { processName } from '../storage/lease.js';
import type { RedisClient } from '../storage/redis.js';
import type { Spool, SpooledMessage } from '../storage/spool.js';
import type { WakeUpQueue } from '../storage/wake-up-queue.js';
import type { Log } from '../telemetry/log.js';
import { composeMessage } from './compose.js';
import { connectionHold } from './connection-hold.js';
import { type MessageDraft, messageDraft } from './draft.js';
import { bodyDigest, once } from './idempotency.js';
import { contentAsSent } from './message-date.js';
import { messageView } from './message-state.js';
import { createOutboxIndex } from './outbox-index.js';
import { createSendPauses } from './send-pause.js';
import { effectiveLimits, sendSettings } from './send-settings.js';

export interface OutboxDeps {
  redis: RedisClient;
  spool: Spool;
  connections: Pick<Connections, 'read' | 'connectors'>;
  connectors: Pick<Connectors, 'read' | 'typeOf' | 'recordHealth'>;
  presetOf(connection: Connection): Promise<ProviderPreset>;
  /** The queue `send`. */
  queue: Pick<WakeUpQueue, 'wake'>;
  log: Log;
  clock?: Clock;
}

/** What 202 answers. */
export interface Accepted {
  id: MessageId;
  status: OutboundStatus;
  /** The proposed Message-ID; the server may assign its own. */
  messageId: string;
}

export interface Outbox {
  /**
   * Takes a message; when this resolves it is durable (law 3). Where the connection may not send now, it is held.
   * @param draft as the API takes it
   * @param options `idempotencyKey`: the same key and draft within 24 hours give the same answer and one message
   * @throws ProblemError `from-mismatch`, `invalid-message`, `idempotency-key-reused`, `not-found`,
   *   `storage-unavailable` (nothing was accepted then)
   */
  accept(connector: ConnectorId, draft: unknown, options?: { idempotencyKey?: string }): Promise<Accepted>;
  /** @returns `undefined` where no outbound message has the id */
  read(id: MessageId): Promise<MessageView | undefined>;
  /** The message as it is spooled, whole and checked. @throws ProblemError `not-found`, `spool-damaged` */
  source(id: MessageId): Promise<Uint8Array>;
  /** A connector's messages, newest first. @param options `after`: `next` of the page before */
  list(
    connector: ConnectorId,
    options: { status?: OutboundStatus; after?: string; limit: number },
  ): Promise<{ items: MessageView[]; next: string | undefined }>;
  /**
   * Ends a message that is not in flight.
   * @param by who asks, for the transaction log
   * @throws ProblemError `not-found`, `not-in-that-status`
   */
  cancel(id: MessageId, by: string): Promise<MessageView>;
  /**
   * Tries a failed, uncertain, held or waiting message again now; a scheduled one goes ahead of its time.
   * @throws ProblemError `not-found`, `not-in-that-status`
   */
  retry(id: MessageId, by: string): Promise<MessageView>;
  /** When the next message that waits on a connection is due; ms since the epoch. */
  nextDueAt(connection: ConnectionId): Promise<number | undefined>;
  /** To be called when settings or grant of a connection changed: what paused it is over, and its outbox is looked at. */
  connectionChanged(id: ConnectionId): Promise<void>;
}

/** They wait to be tried; what is asked for is that this be now. */
const MOVED_FORWARD: ReadonlySet<string> = new Set(['scheduled', 'queued', 'held']);
/** How many ids a filtered list looks through at once. */
const LIST_BATCH = 200;

export function createOutbox(deps: OutboxDeps): Outbox {
  const { spool, connections, connectors, queue, log } = deps;
  const clock = deps.clock ?? systemClock;
  const index = createOutboxIndex(deps.redis);
  const pauses = createSendPauses(deps.redis);

  const wake = async (connection: Connection, at: number): Promise<void> =>
    queue.wake(connection.authorization.mailboxKey, at);

  const accept = async (connector: Connector, draft: MessageDraft, id: MessageId): Promise<Accepted> => {
    const acceptedAt = clock.now();
    const sendAt = sendTime(draft.sendAt, acceptedAt);
    const connection = await connections.read(connector.connection);
    const preset = await deps.presetOf(connection);
    const settings = sendSettings(connector.settings);
    const { envelope, content, messageId, subject } = await composeMessage(draft, {
      id,
      user: connection.settings.user,
      settings,
      limits: effectiveLimits(preset.limits, settings),
      date: sendAt ?? acceptedAt,
    });
    const head = {
      id,
      connector: connector.id,
      connection: connection.id,
      envelope,
      messageId,
      subject,
      acceptedAt,
      ...(sendAt !== undefined && { sendAt }),
    };
    await spool.accept(head, content);
    const hold = sendAt === undefined ? await holdOf(connection) : undefined;
    let status: OutboundStatus = sendAt === undefined ? 'queued' : 'scheduled';
    // From here on the message is taken: what fails below the reconciler mends, and the answer stays 202.
    try {
      if (hold) {
        const entry = { at: acceptedAt, status: 'held' as const, owner: processName, problem: hold };
        await spool.record(connection.id, id, entry, { to: 'sending' });
        status = 'held';
      }
      await index.add(head, status, sendAt ?? acceptedAt);
      await wake(connection, sendAt ?? acceptedAt);
    } catch (error) {
      log.warn({ message: id, err: error }, 'accepted, but not in the index yet');
    }
    return { id, status, messageId };
  };

  const holdOf = async (connection: Connection) => {
    const hold = connectionHold(connection);
    if (hold) return hold;
    const pause = await pauses.read(connection).catch(() => undefined);
    return pause && pause.until > clock.now() && pause.problem.verdict === 'hold' ? pause.problem : undefined;
  };

  const mustRead = async (id: MessageId): Promise<SpooledMessage> => {
    const message = await spool.read(id);
    if (!message) throw problemError('not-found', { with: { what: 'message', id } });
    return message;
  };

  const viewAgain = async ({ head }: SpooledMessage): Promise<MessageView> =>
    messageView(await mustRead(head.id));

  return {
    async accept(connectorId, body, { idempotencyKey } = {}) {
      const draft = checkedDraft(body);
      const connector = await connectors.read(connectorId);
      if (connectors.typeOf(connector).direction !== 'send') {
        throw problemError('invalid-request', {
          detail: `${connector.name} receives mail; it does not send.`,
        });
      }
      if (idempotencyKey === undefined) return accept(connector, draft, newMessageId());
      return once<Accepted>(
        deps.redis,
        { connector: connectorId, key: idempotencyKey, digest: bodyDigest(draft) },
        {
          newId: newMessageId,
          async find(id) {
            // Wherever it lies: the connector may have been bound to another connection since.
            const message = await spool.read(id);
            return (
              message && {
                id,
                status: message.log[0]?.status as OutboundStatus,
                messageId: message.head.messageId,
              }
            );
          },
          make: (id) => accept(connector, draft, id),
        },
      );
    },

    async read(id) {
      const message = await spool.read(id);
      return message && messageView(message);
    },

    async source(id) {
      const [message, content] = await Promise.all([spool.read(id), spool.content(id)]);
      if (!message || !content) throw problemError('not-found', { with: { what: 'message', id } });
      return contentAsSent(content, message);
    },

    async list(connectorId, { status, after, limit }) {
      const { connection } = await connectors.read(connectorId);
      const items: MessageView[] = [];
      let cursor = after;
      for (;;) {
        const ids = await index.ids(connectorId, {
          limit: LIST_BATCH,
          ...(cursor !== undefined && { after: cursor }),
        });
        const statuses = status ? await index.statuses(connectorId, ids) : [];
        for (const [i, id] of ids.entries()) {
          cursor = id;
          if (status && statuses[i] !== status) continue;
          const message = await spool.read(id, connection);
          if (message) items.push(messageView(message));
          if (items.length === limit)
            return { items, next: i < ids.length - 1 || ids.length === LIST_BATCH ? id : undefined };
        }
        if (ids.length < LIST_BATCH) return { items, next: undefined };
      }
    },

    async cancel(id, by) {
      const message = await mustRead(id);
      const entry: TransactionLogEntry = { at: clock.now(), status: 'cancelled', by };
      if (!(await spool.cancel(message.head.connection, id, entry)))
        throw notNow(await mustRead(id), 'cancelled');
      await index.settle(message.head, 'cancelled');
      return viewAgain(message);
    },

    async retry(id, by) {
      const message = await mustRead(id);
      const { head } = message;
      const now = clock.now();
      const entry: TransactionLogEntry = { at: now, status: 'queued', by, attempt: 0 };
      const connection = await connections.read(head.connection);
      if (MOVED_FORWARD.has(message.status)) {
        // `sending` moves nothing: the line goes to where the message lies, in flight or not.
        await spool.record(head.connection, id, entry, { to: 'sending' });
      } else if (!(await spool.requeue(head.connection, id, entry))) {
        throw notNow(await mustRead(id), 'retried');
      }
      await pauses.clear(head.connection);
      await index.add(head, 'queued', now);
      await wake(connection, now);
      return viewAgain(message);
    },

    nextDueAt: index.nextDueAt,

    async connectionChanged(id) {
      await pauses.clear(id);
      const dueAt = await index.nextDueAt(id);
      if (dueAt === undefined) return;
      const connection = await connections.read(id).catch(() => undefined);
      if (connection) await wake(connection, dueAt);
    },
  };
}

/** @throws ProblemError `invalid-message` naming each field */
function checkedDraft(body: unknown): MessageDraft {
  if (Value.Check(messageDraft, body)) return body;
  const fields = [...Value.Errors(messageDraft, body)].map(({ instancePath, message }) => ({
    path: instancePath,
    message,
  }));
  throw problemError('invalid-message', {
    with: {
      what: fields.map(({ path, message }) => `${path || '/'} ${message}`).join('; ') || 'not a message',
    },
    fields,
  });
}

/** @returns ms since the epoch; `undefined` where the message is to go now */
function sendTime(sendAt: string | undefined, now: number): number | undefined {
  if (sendAt === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i.test(sendAt)
    ? Date.parse(sendAt)
    : Number.NaN;
  if (Number.isNaN(time)) {
    const message = 'not an ISO 8601 time with a time zone, such as 2026-12-01T08:00:00Z';
    throw problemError('invalid-message', {
      with: { what: `/sendAt: ${message}` },
      fields: [{ path: '/sendAt', message }],
    });
  }
  return time > now ? time : undefined;
}

const notNow = ({ status }: SpooledMessage, operation: string) =>
  problemError('not-in-that-status', { with: { status, operation } });
