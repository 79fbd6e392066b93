import type { FileHandle } from 'node:fs/promises';
import * as nodeFs from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { problem, problemError } from '../../src/contract/problem.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { keys } from '../../src/storage/keys.js';
import { flushRedis } from '../servers/redis.js';
import { type SendSite, startSendSite, statusOf } from './send-site.js';
import type { World, WorldPlan } from './send-world.js';

let site: SendSite;
let tenant: Tenant;
let directory: string;
const alice = 'alice@sandbox.example';

beforeEach(async () => {
  site = await startSendSite();
  ({ tenant, directory } = site);
});
afterEach(() => site.close());

const world = (over?: Partial<WorldPlan>): Promise<World> => site.open(over);
/** As the Date field has it. */
const field = (at: Date): string => at.toUTCString().replace('GMT', '+0000');
const draft = (subject: string) => ({ to: 'bob@sandbox.example', subject, text: 'hello' });
const accept = (to: World, subject: string) => to.outbox.accept(to.connector.id, draft(subject));

it('sends what was accepted, and learns the Message-ID that the server assigned', async () => {
  const flow = await world();
  flow.work();
  const accepted = await accept(flow, 'one');
  expect(accepted.status).toBe('queued');
  await vi.waitFor(async () => expect(await statusOf(flow, accepted.id)).toBe('sent'), { timeout: 10_000 });
  const view = await flow.outbox.read(accepted.id);
  expect(tenant.sink.entries.map(({ mailgrantId }) => mailgrantId)).toEqual([accepted.id]);
  expect(view?.serverMessageId).toBe(tenant.sink.entries[0]?.messageId);
  expect(view?.log.map(({ status }) => status)).toEqual(['queued', 'sending', 'sent']);
  await vi.waitFor(() => expect(flow.health.lastSuccessAt).toBeDefined());
});

it('sends a hundred over three connections, each once', async () => {
  const flow = await world();
  const ids = await Promise.all(Array.from({ length: 100 }, async (_, i) => (await accept(flow, `${i}`)).id));
  flow.work();
  await vi.waitFor(() => expect(tenant.sink.entries).toHaveLength(100), { timeout: 20_000 });
  expect(new Set(tenant.sink.entries.map(({ mailgrantId }) => mailgrantId))).toEqual(new Set(ids));
  expect(tenant.smtp.peakConnections(alice)).toBe(3);
});

it('calls a message uncertain when the connection breaks after the content, and never sends it by itself', async () => {
  const flow = await world();
  flow.work();
  tenant.misbehave.smtp({ stage: 'message', accepted: true, drop: true, times: 1 });
  const { id } = await accept(flow, 'cut');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('uncertain'), { timeout: 10_000 });
  const after = await accept(flow, 'next');
  await vi.waitFor(async () => expect(await statusOf(flow, after.id)).toBe('sent'), { timeout: 10_000 });
  expect(tenant.sink.entries.filter(({ mailgrantId }) => mailgrantId === id)).toHaveLength(1);
  expect((await flow.outbox.read(id))?.problem?.code).toBe('outcome-unknown');
  await flow.outbox.cancel(id, 'test');
  expect(await statusOf(flow, id)).toBe('cancelled');
});

it('tries again when the connection breaks before the content was handed over', async () => {
  const flow = await world();
  flow.work();
  tenant.misbehave.smtp({ stage: 'data', drop: true, times: 1 });
  const { id } = await accept(flow, 'cut');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('sent'), { timeout: 15_000 });
  expect(tenant.sink.entries).toHaveLength(1);
  expect((await flow.outbox.read(id))?.log.map(({ status, attempt }) => [status, attempt])).toEqual([
    ['queued', undefined],
    ['sending', 1],
    ['queued', 1],
    ['sending', 2],
    ['sent', 2],
  ]);
});

it('sends a scheduled message ahead of its time once it is asked for, dated as it goes', async () => {
  const flow = await world();
  flow.work();
  const sendAt = new Date(Date.now() + 30 * 3_600_000);
  const draft = {
    to: 'bob@sandbox.example',
    subject: 'tomorrow',
    text: 'Date: of the body',
    sendAt: sendAt.toISOString(),
  };
  const { id } = await flow.outbox.accept(flow.connector.id, draft);
  expect((await flow.outbox.source(id)).toString()).toContain(`\r\nDate: ${field(sendAt)}\r\n`);
  const asked = await flow.outbox.retry(id, 'somebody');
  expect([asked.status, asked.nextAttemptAt]).toEqual(['queued', asked.log.at(-1)?.at]);
  // The index may forget: what the spool says is enough to go on.
  await flushRedis(flow.storage.client);
  await vi.waitFor(
    async () => {
      await flow.reconciler.run();
      expect(await statusOf(flow, id)).toBe('sent');
    },
    { timeout: 10_000 },
  );
  const went = tenant.sink.entries.map(({ content }) => content?.toString());
  expect(went).toHaveLength(1);
  expect(went[0]).toContain(`\r\nDate: ${field(new Date(asked.log.at(-1)?.at ?? 0))}\r\n`);
  expect(went[0]).toContain('\r\nDate: of the body');
  expect(went[0]).not.toContain(field(sendAt));
  expect((await flow.outbox.source(id)).toString()).toBe(went[0]);
});

it('sends what was asked for ahead of its time as soon as its connection is mended, not at its time', async () => {
  const flow = await world();
  flow.work();
  flow.connection.authorization.status = 'reauthorization-required';
  flow.connection.authorization.problem = problem('grant-revoked', { with: { user: alice } });
  const sendAt = new Date(Date.now() + 30 * 3_600_000).toISOString();
  const { id } = await flow.outbox.accept(flow.connector.id, { ...draft('early'), sendAt });
  await flow.outbox.retry(id, 'somebody');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('held'), { timeout: 10_000 });
  const { problem: _ended, ...authorization } = flow.connection.authorization;
  flow.connection.authorization = { ...authorization, status: 'authorized' };
  await flow.outbox.connectionChanged(flow.connection.id);
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('sent'), { timeout: 10_000 });
});

it('says that messages of a paused connector are held, once', async () => {
  const flow = await world();
  flow.connector.enabled = false;
  flow.work();
  const { id } = await accept(flow, 'paused');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('held'), { timeout: 10_000 });
  await flow.outbox.retry(id, 'somebody');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('held'), { timeout: 10_000 });
  const log = (await flow.outbox.read(id))?.log.map(({ status }) => status);
  expect(log).toEqual(['queued', 'held', 'queued', 'held']);
  expect(tenant.sink.entries).toHaveLength(0);
});

it('makes one message of an Idempotency-Key whose lock ran out while Redis was silent', async () => {
  const flow = await world();
  const again = { idempotencyKey: 'order-2' };
  const get = flow.storage.client.get.bind(flow.storage.client);
  // The other request comes between this one's look and its reservation, as its lock has run out.
  const look = vi.spyOn(flow.storage.client, 'get').mockImplementationOnce(async (key) => {
    const found = await get(key);
    await flow.storage.client.del(keys.idempotencyLock(flow.connector.id, 'order-2'));
    await flow.outbox.accept(flow.connector.id, draft('one'), again);
    return found;
  });
  const late = flow.outbox.accept(flow.connector.id, draft('one'), again);
  await expect(late).rejects.toMatchObject({ problem: { code: 'storage-unavailable' } });
  look.mockRestore();
  expect(await flow.spool.entries(flow.connection.id)).toHaveLength(1);
});

it('holds the outbox while the grant needs a person, and sends it all after the sign-in', async () => {
  const flow = await world();
  flow.work();
  flow.connection.authorization.status = 'reauthorization-required';
  flow.connection.authorization.problem = problem('grant-revoked', { with: { user: alice } });
  const first = await accept(flow, 'held');
  expect(first.status).toBe('held');
  await vi.waitFor(() => expect(flow.health.problem?.code).toBe('grant-revoked'), { timeout: 10_000 });
  expect((await flow.outbox.read(first.id))?.attempts).toBe(0);
  const { problem: _ended, ...authorization } = flow.connection.authorization;
  flow.connection.authorization = { ...authorization, status: 'authorized' };
  await flow.outbox.connectionChanged(flow.connection.id);
  await vi.waitFor(async () => expect(await statusOf(flow, first.id)).toBe('sent'), { timeout: 10_000 });
  // The spool says so first; health is written once for all that a run has sent.
  await vi.waitFor(() => expect(flow.health.problem).toBeUndefined(), { timeout: 10_000 });
});

it('holds the connection when SMTP AUTH is switched off, names the cause, and goes on when it changed', async () => {
  const flow = await world();
  flow.work();
  const withdraw = tenant.misbehave.smtp({
    stage: 'auth',
    reply: '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
  });
  const ids = [(await accept(flow, 'a')).id, (await accept(flow, 'b')).id];
  for (const id of ids) {
    await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('held'), { timeout: 10_000 });
  }
  await vi.waitFor(() => expect(flow.health.problem?.code).toBe('smtp-auth-disabled-tenant'));
  withdraw();
  await flow.outbox.connectionChanged(flow.connection.id);
  for (const id of ids) {
    await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('sent'), { timeout: 10_000 });
  }
});

it('sends the rest in a further part when the server takes fewer recipients, nobody twice', async () => {
  const flow = await world();
  flow.work();
  tenant.misbehave.smtp({
    stage: 'rcpt',
    recipient: 'carol@sandbox.example',
    reply: '452 4.5.3 Too many recipients',
    times: 1,
  });
  const { id } = await flow.outbox.accept(flow.connector.id, {
    to: ['bob@sandbox.example', 'carol@sandbox.example'],
    text: 'x',
  });
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('sent'), { timeout: 10_000 });
  expect(tenant.sink.entries.map(({ envelope }) => envelope.to)).toEqual([
    ['bob@sandbox.example'],
    ['carol@sandbox.example'],
  ]);
});

it('fails a message whose recipients were all refused, and keeps each refusal', async () => {
  const flow = await world();
  flow.work();
  tenant.misbehave.smtp({ stage: 'rcpt', reply: '550 5.1.1 User unknown' });
  const { id } = await accept(flow, 'nobody');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('failed'), { timeout: 10_000 });
  const view = await flow.outbox.read(id);
  expect(view?.problem?.code).toBe('recipient-refused');
  expect(view?.log.at(-1)?.rejected).toEqual([
    { address: 'bob@sandbox.example', reply: '550 5.1.1 User unknown' },
  ]);
  tenant.misbehave.clear();
  await flow.outbox.retry(id, 'test');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('sent'), { timeout: 10_000 });
});

it('rebuilds the index from the spool when Redis lost everything', async () => {
  const flow = await world();
  const { id } = await accept(flow, 'kept');
  const later = await flow.outbox.accept(flow.connector.id, {
    ...draft('later'),
    sendAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await flushRedis(flow.storage.client);
  expect(await flow.reconciler.run()).toMatchObject({ indexed: 2, woken: 1 });
  flow.work();
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('sent'), { timeout: 10_000 });
  expect(await statusOf(flow, later.id)).toBe('scheduled');
  const listed = await flow.outbox.list(flow.connector.id, { limit: 10 });
  expect(listed.items.map((item) => item.id)).toEqual([later.id, id]);
});

it('gives one answer and one message to requests that repeat an Idempotency-Key, also at the same time', async () => {
  const flow = await world();
  const once = (subject: string) =>
    flow.outbox.accept(flow.connector.id, draft(subject), { idempotencyKey: 'order-1' });
  const [first, second] = await Promise.all([once('a'), once('a')]);
  expect(second).toEqual(first);
  await expect(once('b')).rejects.toMatchObject({ problem: { code: 'idempotency-key-reused' } });
  expect(await flow.spool.entries(flow.connection.id)).toHaveLength(1);
});

it('keeps the minute budget over two processes at once', async () => {
  const limits = { smtpConnections: 3, messagesPerMinute: 5, recipientsPerDay: 1_000 };
  const one = await world({ settings: { limits } });
  const two = await world({ settings: { limits } });
  for (let i = 0; i < 12; i++) await accept(one, `${i}`);
  one.work();
  two.work();
  await vi.waitFor(() => expect(tenant.sink.entries).toHaveLength(5), { timeout: 10_000 });
  await vi.waitFor(
    async () => expect(await one.queue.dueAt('mbx_flow')).toBeGreaterThan(Date.now() + 30_000),
    {
      timeout: 10_000,
    },
  );
  expect(tenant.sink.entries).toHaveLength(5);
});

it('refuses a From that is not the User, when accepted and again when sent', async () => {
  const flow = await world();
  await expect(
    flow.outbox.accept(flow.connector.id, { ...draft('x'), from: 'bob@sandbox.example' }),
  ).rejects.toMatchObject({ problem: { code: 'from-mismatch' } });
  const { id } = await accept(flow, 'mine');
  flow.connection.settings.user = 'bob@sandbox.example';
  flow.work();
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('failed'), { timeout: 10_000 });
  expect((await flow.outbox.read(id))?.problem?.code).toBe('from-mismatch');
  expect(tenant.sink.entries).toHaveLength(0);
});

it('answers storage-unavailable when the disk is full, and leaves nothing half there', async () => {
  const full = (handle: FileHandle): FileHandle => {
    handle.appendFile = () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    return handle;
  };
  let isFull = true;
  const flow = await world({
    fs: {
      ...nodeFs,
      open: async (...args) => {
        const handle = await nodeFs.open(...args);
        return isFull && args[1] === 'wx' ? full(handle) : handle;
      },
    },
  });
  await expect(accept(flow, 'full')).rejects.toMatchObject({ problem: { code: 'storage-unavailable' } });
  expect(await flow.spool.entries(flow.connection.id)).toEqual([]);
  expect(await nodeFs.readdir(path.join(directory, 'spool', 'tmp'))).toEqual([]);
  expect((await flow.outbox.list(flow.connector.id, { limit: 10 })).items).toEqual([]);
  isFull = false;
  flow.work();
  const { id } = await accept(flow, 'room again');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('sent'), { timeout: 10_000 });
});

it('refreshes once after a direct 535 and sends over a new connection', async () => {
  const flow = await world();
  tenant.misbehave.expireAccessTokens(alice);
  const rejected: number[] = [];
  flow.refresh.make = async (version) => {
    rejected.push(version);
    flow.token.accessToken = (await tenant.issueTokens(alice)).accessToken;
    flow.token.version++;
  };
  flow.work();
  const { id } = await accept(flow, 'fresh');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('sent'), { timeout: 10_000 });
  expect(rejected).toEqual([1]);
  expect((await flow.outbox.read(id))?.attempts).toBe(1);
});

it('holds the connection when the fresh token is refused as well, after one refresh', async () => {
  const flow = await world();
  let refreshes = 0;
  flow.refresh.make = async () => {
    refreshes++;
  };
  tenant.misbehave.expireAccessTokens(alice);
  flow.work();
  const { id } = await accept(flow, 'refused');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('held'), { timeout: 10_000 });
  expect((await flow.outbox.read(id))?.problem?.code).toBe('smtp-sign-in-refused');
  expect(refreshes).toBe(1);
});

it('sends what its outcome left open once more when the operator prefers that', async () => {
  const flow = await world({ settings: { onUncertain: 'resend' } });
  flow.work();
  tenant.misbehave.smtp({ stage: 'message', accepted: false, drop: true, times: 1 });
  const { id } = await accept(flow, 'twice if need be');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('sent'), { timeout: 15_000 });
  expect((await flow.outbox.read(id))?.log.map(({ status }) => status)).toContain('uncertain');
});

it('gives a message up after its attempts, naming the last failure', async () => {
  const flow = await world({ settings: { maxAttempts: 2 } });
  flow.work();
  tenant.misbehave.smtp({ stage: 'message', reply: '451 4.7.500 Server busy' });
  const { id } = await accept(flow, 'busy');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('failed'), { timeout: 15_000 });
  expect((await flow.outbox.read(id))?.problem).toMatchObject({
    code: 'attempts-exhausted',
    serverWords: '451 4.7.500 Server busy',
  });
});

it('holds what the grant has no scope for, as a problem of its own', async () => {
  const flow = await world();
  flow.refuse.with = problemError('scope-missing', { with: { user: alice, scope: 'SMTP.Send' } });
  flow.work();
  const { id } = await accept(flow, 'scope');
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('held'), { timeout: 10_000 });
  await vi.waitFor(() => expect(flow.health.problem?.code).toBe('scope-missing'));
  expect((await accept(flow, 'next')).status).toBe('held');
  flow.refuse.with = undefined;
  await flow.outbox.connectionChanged(flow.connection.id);
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('sent'), { timeout: 10_000 });
});
