/** Inbound messages as people see them: recent deliveries, everything in quarantine; and redelivery. */
import type { Clock } from '../contract/clock.js';
import type { ConnectionId, ConnectorId, MessageId } from '../contract/ids.js';
import type { InboundStatus, MessageView } from '../contract/message.js';
import { asProblem, problemError } from '../contract/problem.js';
import type { ReceiveSettings } from '../contract/receive-settings.js';
import type { Page } from '../setup/applications.js';
import type { Connector } from '../setup/model.js';
import { processName } from '../storage/lease.js';
import { openDestination } from './destinations/index.js';
import { fetchAgain } from './fetch-again.js';
import { inboundOf, parsed } from './fetch-batch.js';
import { type InboundRecord, withStep } from './inbound-record.js';
import { createInboundRecords } from './inbound-records.js';
import { createLedgers } from './ledger.js';
import { withMailbox } from './mailbox-turn.js';
import { createPostProcessing } from './owed.js';
import { readerFor } from './poll.js';
import { readSource } from './read-source.js';
import type { ReceiveDeps } from './receive-handler.js';
import { settingsOf } from './receive-handler.js';
import { settleBatch } from './settle-batch.js';

/** How long a redelivery waits for a poll of the same mailbox to end. */
const WAIT_FOR_MAILBOX_SECONDS = 30;
const ASK_AGAIN_MS = 200;
/** Receivers asked side by side for a message; their commands share pipelines. */
const ASKED_AT_ONCE = 200;

export interface InboundMessages {
  /** @param options `after`: MessageId the page before ended with. Newest first. */
  list(
    connector: ConnectorId,
    options: { status?: InboundStatus; after?: string; limit: number },
  ): Promise<Page<MessageView>>;
  /** @throws ProblemError `not-found` where no record is kept (any longer) */
  read(id: MessageId): Promise<MessageView>;
  /**
   * The message as the mailbox has it, fetched by its UID; nothing there changes, and nothing is kept here.
   * @param signal of whoever waits for it
   * @throws ProblemError `not-found`, `message-gone`, `mailbox-read-busy`, and what grant and session say
   */
  source(id: MessageId, signal: AbortSignal): Promise<Uint8Array>;
  /**
   * Fetches the message by its UID once more and hands it over under the same id.
   * @param by who asked, for the transaction log
   * @throws ProblemError `not-found`, `message-gone`, `mailbox-busy`, and what session or destination say
   */
  redeliver(id: MessageId, by: string): Promise<MessageView>;
}

export function createInboundMessages(deps: Omit<ReceiveDeps, 'onPoll'> & { clock: Clock }): InboundMessages {
  const { redis, connections, connectors, clock } = deps;
  const records = createInboundRecords(redis);
  const ledgers = createLedgers(redis);

  /** Ids say nothing of their connector, and a digest index would cost more than asking a thousand hashes now and then. */
  async function find(
    id: MessageId,
  ): Promise<{ record: InboundRecord; connector: ConnectorId; connection: ConnectionId }> {
    const isThere = async ({ id: connector, connection }: Connector) => {
      const record = await records.read(connector, id);
      return record && { record, connector, connection };
    };
    let together: ReturnType<typeof isThere>[] = [];
    for await (const connector of connectors.all()) {
      if (connectors.typeOf(connector).direction !== 'receive') continue;
      together.push(isThere(connector));
      if (together.length < ASKED_AT_ONCE) continue;
      const found = (await Promise.all(together)).find((each) => each !== undefined);
      if (found) return found;
      together = [];
    }
    const found = (await Promise.all(together)).find((each) => each !== undefined);
    if (found) return found;
    throw problemError('not-found', { with: { what: 'message', id } });
  }

  async function redeliverNow(
    found: Awaited<ReturnType<typeof find>>,
    by: string,
    turn: { owner: string; signal: AbortSignal },
  ): Promise<void> {
    const { record } = found;
    const connector = await connectors.read(found.connector);
    const connection = await connections.read(found.connection);
    const type = connectors.typeOf(connector);
    if (type.direction !== 'receive') return;
    const settings = (await connectors.settingsWithSecrets(connector.id)) as unknown as ReceiveSettings;
    const context = await deps.mailContext(connection, connector.id, {
      signal: turn.signal,
      log: deps.log,
      needs: type.needs,
    });
    const session = await type.open(context);
    try {
      const fetched = await fetchAgain(session, record, { readOnly: false, parser: deps.parser });
      const destination = openDestination(settings, deps);
      const message = await parsed(
        inboundOf({ ...record, connector: connector.id }, fetched),
        readerFor(destination, deps.parser),
      );
      const account = connection.authorization.mailboxKey;
      const ledger = await ledgers.claim(connector.id, record.mailbox, { owner: turn.owner, account });
      try {
        await destination.deliver(message, turn.signal);
      } catch (thrown) {
        const step = {
          at: clock.now(),
          status: record.status,
          owner: processName,
          problem: asProblem(thrown),
          by,
        };
        await ledger.commit({ records: [withStep(record, step)] });
        throw thrown;
      }
      const asked = withStep(record, { at: clock.now(), status: record.status, by });
      const settled = settleBatch(
        ledger.state,
        { confirmed: [message], refused: [], gone: [] },
        { settings, earlier: new Map([[record.id, asked]]), now: clock.now(), owner: processName },
      );
      await ledger.commit(settled);
      if (record.mailbox === settingsOf(connector).mailbox) {
        const parts = { connections, connectors, ledgers };
        await createPostProcessing(parts, {
          connector: connector.id,
          mailboxKey: account,
          settings,
          session,
          ledger,
        }).apply();
      }
    } finally {
      await session.close();
    }
  }

  return {
    async list(connector, options) {
      const { connection } = await connectors.read(connector);
      const { items, next } = await records.list(connector, options);
      return { items: items.map((record) => inboundView(record, connector, connection)), next };
    },
    async read(id) {
      const { record, connector, connection } = await find(id);
      return inboundView(record, connector, connection);
    },
    async source(id, signal) {
      const { record, ...found } = await find(id);
      const connector = await connectors.read(found.connector);
      const connection = await connections.read(found.connection);
      return readSource(deps, { connector, connection, record }, signal);
    },
    async redeliver(id, by) {
      const found = await find(id);
      const connection = await connections.read(found.connection);
      const until = clock.now() + WAIT_FOR_MAILBOX_SECONDS * 1_000;
      const signal = new AbortController().signal;
      const mailbox = { key: connection.authorization.mailboxKey, signal, ...deps.lease };
      while ((await withMailbox(redis, mailbox, (turn) => redeliverNow(found, by, turn))) === 'busy') {
        if (clock.now() >= until)
          throw problemError('mailbox-busy', { with: { seconds: WAIT_FOR_MAILBOX_SECONDS } });
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      }
      const record = (await records.read(found.connector, id)) ?? found.record;
      return inboundView(record, found.connector, found.connection);
    },
  };
}

/** What the API answers for it. */
export function inboundView(
  record: InboundRecord,
  connector: ConnectorId,
  connection: ConnectionId,
): MessageView {
  const last = record.log.at(-1);
  return {
    id: record.id,
    connector,
    connection,
    direction: 'inbound',
    status: record.status,
    createdAt: record.since,
    messageId: record.messageId,
    from: record.from,
    to: record.to,
    subject: record.subject,
    size: record.size,
    attempts: record.attempts,
    mailbox: record.mailbox,
    uid: record.uid,
    uidValidity: record.uidValidity,
    log: record.log,
    ...(record.status !== 'delivered' && last?.problem && { problem: last.problem }),
    ...(last?.retryAt !== undefined && { nextAttemptAt: last.retryAt }),
  };
}
