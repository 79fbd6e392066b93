/** kill -9 of the whole service, again and again, while it sends and receives; started anew on the same data directory each time. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.js';
import { ALICE, BOB, openServiceWorld, type ServiceWorld } from './service-world.js';

const KILLS = 4;
/** Messages of each direction, new in each life of the service; what the one before left undone comes on top. */
const PART = 80;
/** Of each direction, done before the kill: few enough that it falls into the middle. */
const PROGRESS = 25;
/** Both ends take their time, so that neither is done before the other has begun. */
const ANSWER_AFTER_MS = 60;
/** After a start. Shorter than the leases of the killed process: nobody waits for a dead owner. */
const RESUMES_WITHIN_MS = 20_000;
/** A killed process may have this many messages on their way: one for each SMTP connection of a mailbox. */
const IN_FLIGHT = 3;
/** The budget is another test's. */
const LIFTED = { messagesPerMinute: 1_000_000, recipientsPerDay: 1_000_000 };

let world: ServiceWorld;
let webhook: WebhookReceiver;

beforeEach(async () => {
  [world, webhook] = await Promise.all([
    openServiceWorld(),
    startWebhookReceiver({ answerAfterMs: ANSWER_AFTER_MS }),
  ]);
  await world.start();
});
afterEach(async () => {
  await world.close();
  await webhook.stop();
});

const redisServers = async (): Promise<string[]> =>
  (await world.left()).filter((line) => line.includes('redis-server'));

it('loses no message, sends none twice and repeats a delivery only under its id; one redis-server at any time, none in the end', async () => {
  const { tenant } = world;
  const application = await world.createApplication();
  const alice = (await world.createConnection(application.id, ALICE)).id;
  const bob = (await world.createConnection(application.id, BOB)).id;
  for (const [connection, user] of [
    [alice, ALICE],
    [bob, BOB],
  ] as const) {
    expect((await world.signIn(connection, user)).status).toBe(200);
  }
  tenant.misbehave.smtp({ stage: 'message', slow: true, delayMs: ANSWER_AFTER_MS });
  const sender = (await world.createConnector('email-send', alice, { limits: LIFTED })).id;
  await world.createConnector('email-receive', bob, {
    startFrom: 'all',
    schedule: { every: '1s' },
    destination: { type: 'webhook', url: webhook.url, secret: webhook.secret },
  });

  const ids: string[] = [];
  /** To somebody outside, so that bob's inbox stays his. */
  const accept = async (): Promise<void> => {
    const drafts = Array.from({ length: PART }, (_, i) => ({
      to: 'customer@elsewhere.example',
      subject: `out ${ids.length + i}`,
    }));
    const accepted = await Promise.all(drafts.map((draft) => world.send(sender, draft)));
    ids.push(...accepted.map(({ id }) => id));
  };
  const arrived = (): number => new Set(webhook.deliveries.map(({ data }) => data.subject)).size;
  let delivered = 0;
  const inTheMiddle = { sending: 0, receiving: 0 };
  for (let kills = 0; kills < KILLS; kills++) {
    const goal = { sent: tenant.sink.count + PROGRESS, arrived: arrived() + PROGRESS };
    const before = delivered;
    await accept();
    delivered += tenant.deliver(BOB, (i) => ({ subject: `in ${before + i}` }), PART).length;
    await vi.waitFor(
      () => {
        expect(tenant.sink.count).toBeGreaterThanOrEqual(goal.sent);
        expect(arrived()).toBeGreaterThanOrEqual(goal.arrived);
      },
      { timeout: RESUMES_WITHIN_MS, interval: 2 },
    );
    await world.service.kill();
    if (tenant.sink.count < ids.length) inTheMiddle.sending++;
    if (arrived() < delivered) inTheMiddle.receiving++;
    const orphan = await redisServers();
    expect(orphan).toHaveLength(1);
    await world.start();
    expect(await redisServers()).toHaveLength(1);
    expect(await redisServers()).not.toEqual(orphan);
  }
  // The test bites only if it was killed with work in flight.
  expect(inTheMiddle.sending).toBeGreaterThan(0);
  expect(inTheMiddle.receiving).toBeGreaterThan(0);

  const statuses = async (): Promise<string[]> =>
    Promise.all(
      ids.map(async (id) => (await world.service.api<{ status: string }>('GET', `/messages/${id}`)).status),
    );
  await vi.waitFor(
    async () => {
      expect((await statuses()).filter((each) => each !== 'sent' && each !== 'uncertain')).toEqual([]);
      expect(arrived()).toBe(KILLS * PART);
    },
    { timeout: 100_000, interval: 1_000 },
  );

  const counts = tenant.sink.countsById();
  expect([...counts].filter(([, count]) => count > 1)).toEqual([]);
  const final = await statuses();
  const sent = ids.filter((_, i) => final[i] === 'sent');
  expect(sent.filter((id) => !counts.has(id))).toEqual([]);
  expect([...counts.keys()].filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids.length - sent.length).toBeLessThanOrEqual(KILLS * IN_FLIGHT);

  const idsOf = new Map<string, Set<string>>();
  for (const { id, data } of webhook.deliveries)
    idsOf.set(data.subject, (idsOf.get(data.subject) ?? new Set()).add(id));
  expect([...idsOf.values()].filter((each) => each.size > 1)).toEqual([]);
  expect(new Set(webhook.deliveries.map(({ id }) => id)).size).toBe(KILLS * PART);
  expect(webhook.unverified).toBe(0);

  expect(await world.service.stop()).toBe(0);
  expect(await world.left()).toEqual([]);
}, 240_000);
