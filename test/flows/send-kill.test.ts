import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { keys } from '../../src/storage/keys.js';
import { kill, startWorldProcess } from './child-process.js';
import { type SendSite, startSendSite } from './send-site.js';
import { mailboxKey, openWorld, type World, type WorldPlan } from './send-world.js';

const alice = 'alice@sandbox.example';
const LEASE_MS = 1_500;

let site: SendSite;
let tenant: Tenant;
let flow: World;
let plan: WorldPlan;
let children: ChildProcess[];

beforeEach(async () => {
  children = [];
  site = await startSendSite();
  ({ tenant } = site);
  plan = await site.plan({ leaseMs: LEASE_MS });
  flow = await openWorld(plan);
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  await flow.close();
  await site.close();
});

const startDrain = async (): Promise<ChildProcess> => {
  const child = startWorldProcess('send-drain-process.ts', plan);
  children.push(child);
  await once(child.stdout ?? child, 'data');
  return child;
};
/** What recover() does once a worker has not shown itself for its time; here at once. */
const takeFromItsWorker = async (): Promise<void> => {
  await flow.storage.client.zrem(keys.running('send'), mailboxKey);
  await flow.queue.wake(mailboxKey, Date.now());
};
const acceptMany = async (count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 25) {
    const batch = Array.from({ length: Math.min(25, count - i) }, (_, j) =>
      flow.outbox.accept(flow.connector.id, { to: 'bob@sandbox.example', subject: `${i + j}`, text: 'x' }),
    );
    ids.push(...(await Promise.all(batch)).map(({ id }) => id));
  }
  return ids;
};
const statuses = (ids: string[]) =>
  Promise.all(ids.map(async (id) => (await flow.outbox.read(id as never))?.status));
const settled = (ids: string[]) =>
  vi.waitFor(
    async () => {
      await flow.reconciler.run();
      const open = (await statuses(ids)).filter((status) => status !== 'sent' && status !== 'uncertain');
      expect(open).toEqual([]);
    },
    { timeout: 90_000, interval: 300 },
  );
/** The sink has accepted some more messages. */
const progress = (more: number): Promise<void> => {
  const goal = tenant.sink.count + more;
  return vi.waitFor(() => expect(tenant.sink.count).toBeGreaterThanOrEqual(goal), {
    timeout: 60_000,
    interval: 2,
  });
};

it('sends none twice and loses none when it is killed again and again in the middle of 500', async () => {
  const ids = await acceptMany(500);
  for (let kills = 0; kills < 6; kills++) {
    const child = await startDrain();
    await progress(40);
    await kill(child);
    await takeFromItsWorker();
  }
  await startDrain();
  await settled(ids);
  const counts = tenant.sink.countsById();
  expect([...counts].filter(([, count]) => count > 1)).toEqual([]);
  const final = await statuses(ids);
  for (const [i, id] of ids.entries()) {
    if (final[i] === 'sent') expect(counts.get(id), id).toBe(1);
  }
  expect(final.filter((status) => status === 'uncertain').length).toBeLessThanOrEqual(6 * 3);
});

it('lets two processes drain one mailbox without sending anything twice, within three connections', async () => {
  const ids = await acceptMany(200);
  await Promise.all([startDrain(), startDrain()]);
  await settled(ids);
  expect([...tenant.sink.countsById().values()].every((count) => count === 1)).toBe(true);
  expect(tenant.sink.count).toBe(200);
  expect(tenant.smtp.peakConnections(alice)).toBeLessThanOrEqual(3);
});

it('sends nothing twice when a drain is stopped beyond its lease and goes on later', async () => {
  const ids = await acceptMany(300);
  const first = await startDrain();
  await progress(60);
  first.kill('SIGSTOP');
  await vi.waitFor(async () => expect(await flow.storage.client.exists(`mg:{${mailboxKey}}:drain`)).toBe(0), {
    timeout: 20_000,
  });
  await takeFromItsWorker();
  await startDrain();
  await progress(20);
  first.kill('SIGCONT');
  await settled(ids);
  const counts = tenant.sink.countsById();
  expect([...counts].filter(([, count]) => count > 1)).toEqual([]);
  // What the stopped process had in flight was really sent; its late word settles it.
  await vi.waitFor(async () => {
    const final = await statuses(ids);
    for (const [i, id] of ids.entries())
      expect([id, final[i]]).toEqual([id, counts.has(id) ? 'sent' : final[i]]);
  });
});
