/** What may strike a message on its way out, step by step; each was found by trying to break law 3. */
import * as nodeFs from 'node:fs/promises';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ConnectionId, type MailboxKey, newConnectionId, newMessageId } from '../../src/contract/ids.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { createSendPauses } from '../../src/send/send-pause.js';
import { connectorHealth } from '../../src/setup/connector-health.js';
import type { Connection } from '../../src/setup/model.js';
import { keys } from '../../src/storage/keys.js';
import { flushRedis } from '../servers/redis.js';
import { type SendSite, startSendSite, statusOf } from './send-site.js';
import { mailboxKey, type World, type WorldPlan } from './send-world.js';

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
const accept = (to: World, subject: string, recipients: string | string[] = 'bob@sandbox.example') =>
  to.outbox.accept(to.connector.id, { to: recipients, subject, text: 'hello' });
const isSent = (flow: World, id: string) =>
  vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('sent'), { timeout: 15_000 });

it('goes on past a message whose file is damaged or not readable', async () => {
  const unreadable = new Set<string>();
  const flow = await world({
    fs: {
      ...nodeFs,
      open: async (...args) => {
        if ([...unreadable].some((id) => String(args[0]).includes(id)))
          throw Object.assign(new Error('input/output error'), { code: 'EIO' });
        return nodeFs.open(...args);
      },
    },
  });
  const empty = await accept(flow, 'empty');
  const broken = await accept(flow, 'broken');
  const whole = await accept(flow, 'whole');
  await writeFile(path.join(directory, 'spool', 'active', flow.connection.id, `${empty.id}.msg`), '');
  unreadable.add(broken.id);
  flow.work();
  await isSent(flow, whole.id);
  await vi.waitFor(() => expect(flow.health.lastRunAt).toBeDefined());
  // The reconciler looks at them as well, and at those after them.
  await flow.storage.client.del(keys.outbox(flow.connection.id));
  await expect(flow.reconciler.run()).resolves.toBeDefined();
  unreadable.clear();
  await flow.reconciler.run();
  await isSent(flow, broken.id);
  expect(tenant.sink.entries).toHaveLength(2);
});

it('sends nobody a part twice when the process dies between its recipients, and goes on with the others', async () => {
  let dies = false;
  const dying = await world({
    fs: {
      ...nodeFs,
      rename: async (from, to) => {
        if (dies && String(from).endsWith('.sending'))
          throw Object.assign(new Error('killed'), { code: 'EIO' });
        await nodeFs.rename(from, to);
      },
    },
  });
  const people = ['bob@sandbox.example', 'carol@sandbox.example', 'dave@sandbox.example'];
  tenant.misbehave.smtp({
    stage: 'rcpt',
    recipient: 'carol@sandbox.example',
    reply: '452 4.5.3 Too many recipients',
    times: 1,
  });
  const { id } = await accept(dying, 'parts', people);
  dies = true;
  await dying.drain.handle('mbx_flow', new AbortController().signal).catch(() => undefined);
  expect(tenant.sink.entries).toHaveLength(1);
  await dying.close();

  const flow = await world();
  flow.work();
  await flow.reconciler.run();
  await isSent(flow, id);
  const got = tenant.sink.entries.flatMap(({ envelope }) => envelope.to);
  expect([...got].sort()).toEqual(people);
});

it('resends what stays uncertain only as often as it may be tried, with a pause between', async () => {
  const flow = await world({ settings: { onUncertain: 'resend', maxAttempts: 2 } });
  flow.work();
  tenant.misbehave.smtp({ stage: 'message', accepted: true, drop: true });
  const { id } = await accept(flow, 'never answered');
  await vi.waitFor(() => expect(tenant.sink.entries).toHaveLength(2), { timeout: 15_000 });
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('uncertain'), { timeout: 15_000 });
  const after = await accept(flow, 'after');
  await vi.waitFor(async () => expect(await statusOf(flow, after.id)).toBe('uncertain'), { timeout: 15_000 });
  expect(tenant.sink.entries.filter(({ mailgrantId }) => mailgrantId === id)).toHaveLength(2);
});

it('calls a message in flight uncertain when its connection has been deleted', async () => {
  const flow = await world();
  const gone: ConnectionId = newConnectionId();
  const id = newMessageId();
  const envelope = { from: alice, to: ['bob@sandbox.example'] };
  const head = {
    id,
    connector: flow.connector.id,
    connection: gone,
    envelope,
    messageId: '<x@y>',
    subject: 'x',
    acceptedAt: 1,
  };
  await flow.spool.accept(head, Buffer.from('From: x\r\n\r\n'));
  await flow.spool.markSending(gone, id, { at: 2, status: 'sending' });
  await flow.reconciler.run();
  expect(await statusOf(flow, id)).toBe('uncertain');
  await flow.outbox.cancel(id, 'test');
  expect(await statusOf(flow, id)).toBe('cancelled');
});

it('sends nothing again that was sent just before the process died, with the index not told yet, and tells it then', async () => {
  const flow = await world();
  const ids = (await Promise.all(['a', 'b', 'c'].map((subject) => accept(flow, subject)))).map(
    ({ id }) => id,
  );
  for (const id of ids) {
    await flow.spool.markSending(flow.connection.id, id, { at: 1, status: 'sending' });
    await flow.spool.record(flow.connection.id, id, { at: 2, status: 'sent' }, { to: 'done' });
  }
  const listed = async () =>
    (await flow.outbox.list(flow.connector.id, { status: 'sent', limit: 10 })).items.length;
  // Whoever asks for one of them is told the truth at once; the list by status learns it at the next look.
  for (const id of ids) expect(await statusOf(flow, id)).toBe('sent');
  expect(await listed()).toBe(0);
  expect(await flow.drain.handle(mailboxKey, new AbortController().signal)).toBeUndefined();
  expect(await listed()).toBe(3);
  expect(tenant.sink.entries).toEqual([]);
});

it('holds every connection of a tenant that the provider has blocked, and none of another tenant', async () => {
  const flow = await world();
  const account = (tenant: string, subject: string) => ({ tenant, subject });
  flow.connection.authorization.account = account('tenant-a', 'alice');
  const other = (id: string, tenant: string): Connection => ({
    ...structuredClone(flow.connection),
    id: id as ConnectionId,
    authorization: {
      ...flow.connection.authorization,
      account: account(tenant, id),
      mailboxKey: 'mbx_x' as MailboxKey,
    },
  });
  flow.others.push(other('con_same', 'tenant-a'), other('con_else', 'tenant-b'));
  tenant.misbehave.smtp({
    stage: 'message',
    reply: '550 5.7.705 Access denied, tenant has exceeded threshold',
  });
  const { id } = await accept(flow, 'blocked');
  flow.work();
  await vi.waitFor(async () => expect(await statusOf(flow, id)).toBe('held'), { timeout: 10_000 });
  const pauses = createSendPauses(flow.storage.client);
  const [same, different] = flow.others as [Connection, Connection];
  await vi.waitFor(async () => expect((await pauses.read(same))?.problem.code).toBe('tenant-blocked'));
  expect((await pauses.read(same))?.until).toBeGreaterThan(Date.now() + 10 * 60_000);
  expect(await pauses.read(different)).toBeUndefined();
});

it('notes since when messages are due where nobody sends them', async () => {
  const flow = await world();
  const { id } = await accept(flow, 'waits');
  const since = Date.now() - 10 * 60_000;
  await flow.storage.client.zadd(keys.outbox(flow.connection.id), since, id);
  await flow.reconciler.run();
  expect(flow.health.overdue?.since).toBe(since);
  expect(
    connectorHealth(
      { ...flow.connector, health: flow.health },
      { connection: { status: 'authorized', problem: undefined }, now: Date.now() },
    ),
  ).toMatchObject({
    status: 'stale',
    problem: { code: 'sender-stale' },
  });
});

it('calls a message uncertain, and never sends it again, when its outcome finds the disk full', async () => {
  let isFull = false;
  const full = (handle: nodeFs.FileHandle): nodeFs.FileHandle => {
    const write = handle.write.bind(handle) as (data: Uint8Array) => Promise<{ bytesWritten: number }>;
    const written = (data: Uint8Array) =>
      isFull && String(data).includes('"sent"')
        ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
        : write(data);
    handle.write = written as typeof handle.write;
    return handle;
  };
  const flow = await world({ fs: { ...nodeFs, open: async (...args) => full(await nodeFs.open(...args)) } });
  const { id } = await accept(flow, 'full');
  isFull = true;
  await expect(flow.drain.handle('mbx_flow', new AbortController().signal)).rejects.toThrow();
  isFull = false;
  await flow.drain.handle('mbx_flow', new AbortController().signal);
  expect(await statusOf(flow, id)).toBe('uncertain');
  await flow.drain.handle('mbx_flow', new AbortController().signal);
  expect(tenant.sink.entries).toHaveLength(1);
});

it('loses and repeats nothing when Redis forgets everything while messages go out', async () => {
  const flow = await world();
  const ids = await Promise.all(Array.from({ length: 30 }, async (_, i) => (await accept(flow, `${i}`)).id));
  flow.work();
  await vi.waitFor(() => expect(tenant.sink.entries.length).toBeGreaterThan(3));
  await flushRedis(flow.storage.client);
  const ended = async () => {
    await flow.reconciler.run();
    const statuses = await Promise.all(ids.map((id) => statusOf(flow, id)));
    expect(statuses.filter((status) => status !== 'sent' && status !== 'uncertain')).toEqual([]);
  };
  await vi.waitFor(ended, { timeout: 30_000, interval: 500 });
  const sent = tenant.sink.entries.map(({ mailgrantId }) => mailgrantId);
  expect(new Set(sent).size).toBe(sent.length);
});
