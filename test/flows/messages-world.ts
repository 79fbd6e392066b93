/** A small world for what people see of messages: the admin API on the real setup services, a real spool and Redis, and the sandbox tenant's IMAP. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROVIDERS } from '../../config/providers.js';
import { connectorTypes } from '../../connectors/index.js';
import { parseHeaders, parseMessage } from '../../connectors/mail/parse.js';
import { type Clock, systemClock } from '../../src/contract/clock.js';
import type { ConnectionId, ConnectorId, MessageId } from '../../src/contract/ids.js';
import { newMessageId } from '../../src/contract/ids.js';
import type { InboundStatus, OutboundStatus } from '../../src/contract/message.js';
import { type ProblemError, problem } from '../../src/contract/problem.js';
import { createListMessages } from '../../src/messages/list-messages.js';
import { createOpenMessage } from '../../src/messages/open-message.js';
import { createOutgoing } from '../../src/outgoing/outgoing.js';
import { createInboundMessages } from '../../src/receive/inbound-messages.js';
import { newRecord, withStep } from '../../src/receive/inbound-record.js';
import { createLedgers } from '../../src/receive/ledger.js';
import { inboundMessageId } from '../../src/receive/message-id.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { createOutbox } from '../../src/send/outbox.js';
import { createOutboxIndex } from '../../src/send/outbox-index.js';
import { openSpool, type Spool } from '../../src/storage/spool.js';
import { silentLog } from '../../src/telemetry/log.js';
import { applicationInput, type Harness, startHarness } from './admin-harness.js';

export const ALICE = 'alice@sandbox.example';
const ENDED = new Set<string>(['sent', 'failed', 'cancelled']);

export interface SpooledOptions {
  subject?: string;
  to?: string[];
  messageId?: string;
  /** What the server said it used. */
  serverMessageId?: string;
  status?: OutboundStatus;
  /** ms since the epoch */
  at?: number;
  sendAt?: number;
  content?: string | Buffer;
}

export interface ReceivedOptions {
  status?: InboundStatus;
  /** ms since the epoch */
  at?: number;
  /** The whole message; line ends may be bare LF. */
  raw?: string | Buffer;
  subject?: string;
  from?: string;
  messageId?: string;
}

export interface MessagesWorld extends Harness {
  tenant: Tenant;
  /** Of the spool. */
  directory: string;
  spool: Spool;
  /** Of the list's budget; the test may let it run. */
  clock: { now: Clock['now'] };
  /** What opening a mailbox throws; the test sets it. */
  refuse: { with: ProblemError | undefined };
  newConnection(user?: string): Promise<ConnectionId>;
  newConnector(type: 'email-send' | 'email-receive', connection: ConnectionId): Promise<ConnectorId>;
  /** A message in the spool and its index. */
  spooled(connector: ConnectorId, options?: SpooledOptions): Promise<MessageId>;
  /** A message in the mailbox of Alice, and the record of it. */
  received(connector: ConnectorId, options?: ReceivedOptions): Promise<MessageId>;
  list(query?: string): Promise<Listed>;
  /** Every page of a list, by its cursors. */
  walk(query: string): Promise<Listed[]>;
}

export interface Listed {
  items: { id: string; subject: string; status: string; dueAt?: string; direction: string }[];
  nextCursor: string | null;
  searchedUntil: string | null;
}

/** @param options `shownBytes`: what is larger is not shown */
export async function openMessagesWorld(options: { shownBytes?: number } = {}): Promise<MessagesWorld> {
  const tenant = await startTenant();
  const { accessToken } = await tenant.issueTokens(ALICE);
  const directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-messages-'));
  const spool = await openSpool({ directory, log: silentLog });
  const outgoing = createOutgoing({ allowPrivateNetworks: true });
  const clock = { now: systemClock.now };
  const refuse: MessagesWorld['refuse'] = { with: undefined };

  const harness = await startHarness((deps) => {
    const { redis, connections, connectors } = deps;
    const parser = { parseMessage, parseHeaders };
    const inbox = createInboundMessages({
      ...{ redis, connections, connectors, parser, log: silentLog, clock: systemClock },
      dispatcher: outgoing.dispatcher,
      mailContext: ({ id, settings }, connector, { signal }) => {
        if (refuse.with) throw refuse.with;
        return {
          ...{ connection: id, connector, user: settings.user, authenticatedUser: settings.user },
          ...{ imap: tenant.imap, smtp: undefined, limits: PROVIDERS['exchange-online'].limits },
          credentials: async () => ({ kind: 'xoauth2', user: ALICE, accessToken, version: 1 }),
          resolve: async (host) => host,
          ...{ log: silentLog, signal },
        };
      },
    });
    const outbox = createOutbox({
      ...{ redis, spool, connections, connectors, log: silentLog },
      presetOf: async () => PROVIDERS['exchange-online'],
      queue: { wake: async () => {} },
    });
    return {
      inbox,
      outbox,
      listMessages: createListMessages({
        ...{ redis, spool, connectorTypes },
        clock: { now: () => clock.now() },
      }),
      openMessage: createOpenMessage({ ...{ inbox, outbox, parser }, ...options }),
    };
  });
  const { call, deps, storage } = harness;
  const index = createOutboxIndex(storage.client);
  const ledgers = createLedgers(storage.client);
  let application: string | undefined;
  let named = 0;

  const created = async (resource: string, payload: object): Promise<string> => {
    const answer = await call('POST', `/api/v1/${resource}`, { payload });
    if (answer.statusCode >= 300) throw new Error(answer.body);
    return answer.json().id;
  };
  const list = async (query = ''): Promise<Listed> => {
    const answer = await call('GET', `/api/v1/messages?${query}`);
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.json();
  };

  return {
    ...{ ...harness, tenant, directory, spool, clock, refuse, list },
    async newConnection(user = ALICE) {
      application ??= await created('applications', applicationInput());
      const name = `connection ${++named}`;
      return (await created('connections', { name, application, user })) as ConnectionId;
    },
    newConnector: async (type, connection) => {
      const destination = { type: 'directory', path: directory };
      const settings = type === 'email-receive' ? { startFrom: 'all', destination } : {};
      const name = `connector ${++named}`;
      return (await created('connectors', { name, type, connection, settings })) as ConnectorId;
    },
    async spooled(connector, given = {}) {
      const { subject = 'Hello', to = ['bob@sandbox.example'], status = 'queued', at = Date.now() } = given;
      const { connection } = await deps.connectors.read(connector);
      const id = newMessageId();
      const messageId = given.messageId ?? `<${id}@sandbox.example>`;
      const content = Buffer.from(given.content ?? `Subject: ${subject}\r\n\r\nHello.\r\n`);
      const head = { id, connector, connection, envelope: { from: ALICE, to }, messageId, subject };
      const when = { acceptedAt: at, ...(given.sendAt !== undefined && { sendAt: given.sendAt }) };
      await spool.accept({ ...head, ...when }, content);
      await index.add({ ...head, acceptedAt: at }, status, given.sendAt ?? at);
      const { serverMessageId } = given;
      const entry = { at, status, ...(serverMessageId !== undefined && { serverMessageId }) };
      if (status === 'held') {
        const why = problem('not-signed-in', { with: { user: ALICE } });
        await spool.record(connection, id, { ...entry, problem: why }, { to: 'sending' });
      }
      if (!ENDED.has(status)) return id;
      await spool.markSending(connection, id, { at, status: 'sending' });
      await spool.record(connection, id, entry, { to: 'done' });
      await index.settle(head, status);
      return id;
    },
    async received(connector, given = {}) {
      const { status = 'delivered', at = Date.now(), raw, ...fields } = given;
      const [uid = 0] = tenant.deliver(ALICE, raw === undefined ? fields : { raw });
      const mailbox = tenant.mailbox(ALICE);
      const source = mailbox.find(uid)?.content ?? Buffer.alloc(0);
      const position = { mailbox: 'INBOX', uidValidity: String(mailbox.uidValidity), uid };
      const id = inboundMessageId(connector, position);
      const { authorization } = await deps.connections.read(
        (await deps.connectors.read(connector)).connection,
      );
      const claim = {
        owner: createHash('sha256').update(id).digest('hex'),
        account: authorization.mailboxKey,
      };
      const ledger = await ledgers.claim(connector, 'INBOX', claim);
      const parsed = await parseMessage(source).catch(() => undefined);
      const begun = newRecord({ ...position, id, size: source.byteLength }, parsed, at);
      await ledger.commit({ records: [withStep(begun, { at, status })] });
      return id;
    },
    async walk(query) {
      const pages: Listed[] = [];
      for (let cursor: string | null = ''; cursor !== null; cursor = pages.at(-1)?.nextCursor ?? null) {
        pages.push(await list(cursor === '' ? query : `${query}&cursor=${cursor}`));
        if (pages.length > 2_000) throw new Error('the list does not end');
      }
      return pages;
    },
    async stop() {
      await harness.stop();
      await spool.close();
      await outgoing.close();
      await tenant.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
