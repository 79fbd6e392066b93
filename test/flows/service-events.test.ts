/** What the service itself tells of, as a page that is left open sees it: from the first application to a grant that ends. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type EventReader, readEvents, type SentEvent } from '../servers/event-reader.js';
import { API_KEY } from '../servers/service.js';
import { ALICE, MALLORY, openServiceWorld, type ServiceWorld, type Shown } from './service-world.js';

interface Event {
  id: string;
  kind: string;
  subject: string | null;
  status?: string;
  problem?: { code: string; detail: string; next: string };
}

let world: ServiceWorld;
let page: EventReader;
let application: Shown;
let connection: Shown;
let sender: Shown;
let receiver: Shown;

const follow = (after?: string): Promise<EventReader> =>
  readEvents(`${world.service.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${API_KEY}`, ...(after !== undefined && { 'last-event-id': after }) },
  });
const eventOf = ({ data }: SentEvent): Event => JSON.parse(data) as Event;
/** Events that a test has asked for, and those before it began, are no answer any more. */
const taken = new Set<SentEvent>();
/** An event that has these members, in whatever order they come; waits for it. */
async function told(members: Partial<Event>): Promise<Event> {
  const fits = (sent: SentEvent): boolean => {
    if (sent.type !== 'change' || taken.has(sent)) return false;
    const event = eventOf(sent);
    return Object.entries(members).every(([name, value]) => event[name as keyof Event] === value);
  };
  const found = page.all.find(fits) ?? (await page.next(fits));
  taken.add(found);
  return eventOf(found);
}

beforeAll(async () => {
  world = await openServiceWorld();
  await world.start();
  page = await follow();
  await page.next();
});
beforeEach(() => {
  for (const each of page.all) taken.add(each);
});
afterAll(async () => {
  page?.close();
  await world?.close();
});

it('tells of what is made', async () => {
  application = await world.createApplication();
  await told({ kind: 'application', subject: application.id, status: 'ok' });
  connection = await world.createConnection(application.id, ALICE);
  await told({ kind: 'connection', subject: connection.id, status: 'unauthorized' });
  sender = await world.createConnector('email-send', connection.id);
  await told({ kind: 'connector', subject: sender.id, status: 'held' });
});

it('tells of a sign-in that is refused, with all that the page has to say of it, and of a good one', async () => {
  expect((await world.signIn(connection.id, MALLORY)).status).toBe(403);
  const refused = await told({ kind: 'sign-in', subject: connection.id });
  expect(refused.status).toBe('refused');
  expect(refused.problem?.detail).toContain(ALICE);
  expect(refused.problem?.detail).toContain(MALLORY);
  expect(refused.problem?.next).not.toBe('');
  expect((await world.signIn(connection.id, ALICE)).status).toBe(200);
  await told({ kind: 'sign-in', subject: connection.id, status: 'done' });
  await told({ kind: 'connector', subject: sender.id, status: 'waiting' });
});

it('tells nothing of a sign-in that nobody began', async () => {
  const made = `${connection.id}.${'a'.repeat(43)}`;
  await fetch(`${world.service.url}/oauth/callback?state=${made}&error=access_denied`);
  await world.service.api('POST', '/api/v1/api-keys', { name: 'after it', scopes: ['read'] });
  await told({ kind: 'setup' });
  const all = page.all.filter(({ type }) => type === 'change').map(eventOf);
  expect(all.filter(({ kind }) => kind === 'sign-in').map(({ status }) => status)).toEqual([
    'refused',
    'done',
  ]);
});

it('tells of a token that was refreshed', async () => {
  await world.service.api('POST', `/connections/${connection.id}/refresh`);
  await told({ kind: 'connection', subject: connection.id, status: 'authorized' });
});

it('tells of messages that are accepted and sent, and of the connector that works now', async () => {
  await world.send(sender.id, { to: ALICE, subject: 'Hello' });
  await told({ kind: 'messages', subject: sender.id });
  await told({ kind: 'connector', subject: sender.id, status: 'ok' });
});

it('tells of messages that come in', async () => {
  const inbox = path.join(world.directory, 'inbox');
  await mkdir(inbox);
  receiver = await world.createConnector('email-receive', connection.id, {
    startFrom: 'all',
    schedule: { every: '1s' },
    destination: { type: 'directory', path: inbox },
  });
  await told({ kind: 'messages', subject: receiver.id });
  await told({ kind: 'connector', subject: receiver.id, status: 'ok' });
});

it('tells of polls that find nothing once in five seconds, and keeps them out of the list', async () => {
  const polled = async (): Promise<number> => {
    const found = await told({ kind: 'connector', subject: receiver.id, status: 'ok' });
    return Number(found.id.split('-')[0]);
  };
  const [first, second, third] = [await polled(), await polled(), await polled()];
  expect(second - first).toBeGreaterThan(4_000);
  expect(third - second).toBeGreaterThan(4_000);
  const { items } = await world.service.api<{ items: Event[] }>('GET', `/events?subject=${receiver.id}`);
  expect(items.filter(({ kind }) => kind === 'connector').length).toBeLessThan(4);
});

it('tells of a grant that ended, and of the connectors that stand still', async () => {
  world.tenant.misbehave.revoke(ALICE);
  await world.service.call('POST', `/connections/${connection.id}/refresh`);
  await told({ kind: 'connection', subject: connection.id, status: 'reauthorization-required' });
  await told({ kind: 'connector', subject: receiver.id, status: 'held' });
});

it('tells of what is changed and deleted, of API keys, and after a restart of what was missed', async () => {
  const before = page.all.findLast(({ type }) => type === 'change')?.id;
  const { version } = await world.service.api<Shown>('GET', `/connectors/${receiver.id}`);
  await world.service.api('DELETE', `/connectors/${receiver.id}`, undefined, { 'if-match': `"${version}"` });
  await told({ kind: 'connector', subject: receiver.id, status: 'deleted' });
  const key = await world.service.api<{ id: string }>('POST', '/api/v1/api-keys', {
    name: 'x',
    scopes: ['read'],
  });
  await told({ kind: 'setup', subject: key.id });
  expect(await world.service.stop()).toBe(0);
  await page.ended;
  await world.start();
  page = await follow(before);
  await told({ kind: 'connector', subject: receiver.id, status: 'deleted' });
  await told({ kind: 'setup', subject: key.id });
});
