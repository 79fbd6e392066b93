/** Events over the admin API: the list, and the stream that pages follow. */
import { on } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Cluster } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEventFeed } from '../../src/activity/event-feed.js';
import { createEventLog, type EventLog } from '../../src/activity/event-log.js';
import { createAdminApi } from '../../src/admin/admin-api.js';
import { keys } from '../../src/storage/keys.js';
import { type EventReader, readEvents, type SentEvent } from '../servers/event-reader.js';
import { ADMIN_KEY, type Harness, PASSWORD, startHarness } from './admin-harness.js';
import { browser, startPeopleHarness, testClock } from './people-world.js';

const MINUTE_MS = 60_000;

let harness: Harness;
let events: EventLog;
let url: string;
const readers: EventReader[] = [];

/** A stream as the environment's admin. */
async function follow(headers: Record<string, string> = {}, query = ''): Promise<EventReader> {
  const reader = await readEvents(`${url}/api/v1/events${query}`, {
    headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers },
  });
  readers.push(reader);
  return reader;
}
const subjectOf = ({ data }: SentEvent): string | null =>
  (JSON.parse(data) as { subject: string | null }).subject;
const isChange = ({ type }: SentEvent): boolean => type === 'change';
const subjectsOf = (reader: EventReader): unknown[] => reader.all.filter(isChange).map(subjectOf);
const append = (...subjects: string[]): Promise<void> =>
  events.append(subjects.map((subject) => ({ kind: 'connector', subject })));
/** Reads until a subject has come. */
const until = (reader: EventReader, subject: string): Promise<SentEvent> =>
  reader.next((event) => isChange(event) && subjectOf(event) === subject);

async function start(over: Parameters<typeof startHarness>[0] = () => ({})): Promise<void> {
  harness = await startHarness(over);
  events = createEventLog({ redis: harness.storage.client });
  url = await harness.app.listen({ host: '127.0.0.1', port: 0 });
}
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

/** Follows, and takes nothing more once the first event has come. */
async function stuckReader(): Promise<Socket> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = ['GET /api/v1/events HTTP/1.1', `host: ${hostname}`, 'accept: text/event-stream'];
  socket.write([...head, `authorization: Bearer ${ADMIN_KEY}`, '', ''].join('\r\n'));
  for await (const [bytes] of on(socket, 'data')) if (String(bytes).includes('event: ready')) break;
  socket.pause();
  return socket.on('error', () => {});
}

/** Every connection to Redis but that which says so. */
async function dropConnections(): Promise<void> {
  const { client } = harness.storage;
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  await Promise.all(nodes.map((node) => node.call('CLIENT', 'KILL', 'TYPE', 'normal')));
}

describe('events', () => {
  beforeAll(() => start());
  afterAll(() => harness.stop());
  beforeEach(async () => void (await harness.storage.client.del(keys.events)));

  it('are listed newest first, page by page, and of one subject where that is asked for', async () => {
    await events.append(
      ['ctr_1', 'ctr_2', 'ctr_1', 'ctr_3'].map((subject) => ({ kind: 'connector', subject, status: 'ok' })),
    );
    const first = await harness.call('GET', '/api/v1/events?limit=3');
    expect(first.statusCode).toBe(200);
    const { items, nextCursor } = first.json();
    expect(items.map(({ subject }: { subject: string }) => subject)).toEqual(['ctr_3', 'ctr_1', 'ctr_2']);
    expect(items[0]).toEqual({
      id: expect.stringMatching(/^\d+-\d+$/),
      at: expect.stringMatching(/Z$/),
      kind: 'connector',
      subject: 'ctr_3',
      status: 'ok',
    });
    const second = (await harness.call('GET', `/api/v1/events?limit=3&cursor=${nextCursor}`)).json();
    expect(second.items.map(({ subject }: { subject: string }) => subject)).toEqual(['ctr_1']);
    expect(second.nextCursor).toBeNull();
    const one = (await harness.call('GET', '/api/v1/events?subject=ctr_1')).json();
    expect(one.items).toHaveLength(2);
  });

  it('are a stream that begins with ready, and passes on what happens from there on, each once', async () => {
    await append('before');
    const reader = await follow();
    expect(reader.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await reader.next()).toMatchObject({ type: 'ready', data: '{}' });
    await events.append([{ kind: 'connector', subject: 'one', status: 'held' }]);
    await events.append([{ kind: 'alerts' }]);
    const one = await reader.next();
    expect(one.type).toBe('change');
    expect(JSON.parse(one.data)).toEqual({
      id: one.id,
      at: expect.any(String),
      kind: 'connector',
      subject: 'one',
      status: 'held',
    });
    expect(JSON.parse((await reader.next()).data)).toMatchObject({ kind: 'alerts', subject: null });
    expect(subjectsOf(reader)).toEqual(['one', null]);
  });

  it('are no stream for a HEAD, and nothing for those who are not signed in or name no event', async () => {
    const head = await harness.call('HEAD', '/api/v1/events', { headers: { accept: 'text/event-stream' } });
    expect(head.statusCode).toBe(404);
    expect((await follow({ authorization: 'Bearer nobody' })).status).toBe(401);
    const faulty = await follow({ 'last-event-id': 'yesterday' });
    expect(faulty.status).toBe(400);
    expect(JSON.parse(await faulty.text())).toMatchObject({ code: 'invalid-request' });
  });

  it('go on after the event that was seen last, named in the header or in the query', async () => {
    const first = await follow();
    await first.next();
    await append('seen');
    const { id = '' } = await first.next();
    first.close();
    await append('missed 1', 'missed 2');
    const second = await follow({ 'last-event-id': id });
    const third = await follow({}, `?lastEventId=${id}`);
    for (const reader of [second, third]) {
      expect(await reader.next()).toMatchObject({ type: 'ready', id });
      await until(reader, 'missed 2');
    }
    await append('live');
    for (const reader of [second, third]) {
      await until(reader, 'live');
      expect(subjectsOf(reader)).toEqual(['missed 1', 'missed 2', 'live']);
    }
  });

  it('of a stream that was cut before anything happened go on from its beginning', async () => {
    for (const before of [[], ['something']]) {
      await append(...before);
      const first = await follow();
      const { id = '' } = await first.next();
      first.close();
      await append('missed');
      const second = await follow({ 'last-event-id': id });
      await until(second, 'missed');
      expect(subjectsOf(second)).toEqual(['missed']);
    }
  });

  it('have neither a gap nor a double over any number of reconnects while things happen', async () => {
    const all = Array.from({ length: 400 }, (_, index) => `event ${index}`);
    let reader = await follow();
    let { id = '' } = await reader.next();
    const writing = (async () => {
      for (let from = 0; from < all.length; from += 4) await append(...all.slice(from, from + 4));
    })();
    const seen: unknown[] = [];
    for (let taken = 0; taken < all.length; taken += 10) {
      for (let count = 0; count < 10; count += 1) {
        const event = await reader.next(({ type }) => type !== 'ready');
        expect(event.type).toBe('change');
        seen.push(subjectOf(event));
        id = event.id ?? '';
      }
      reader.close();
      reader = await follow({ 'last-event-id': id });
    }
    await writing;
    expect(seen).toEqual(all);
  });

  it('reach those who follow another process', async () => {
    const feed = createEventFeed({
      events,
      connect: harness.storage.forReader,
      log: harness.deps.log,
    });
    const other = await createAdminApi({ ...harness.deps, eventFeed: feed });
    const here = await follow();
    const mine = url;
    url = await other.listen({ host: '127.0.0.1', port: 0 });
    const there = await follow();
    url = mine;
    await Promise.all([here.next(), there.next()]);
    await append('everywhere');
    await Promise.all([until(here, 'everywhere'), until(there, 'everywhere')]);
    await other.close();
    feed.close();
    await there.ended;
  });

  it('come after a reset for who comes back after more than can be caught up on', async () => {
    const first = await follow();
    const { id = '' } = await first.next();
    first.close();
    await append(...Array.from({ length: 1_001 }, (_, index) => `event ${index}`));
    const second = await follow({ 'last-event-id': id });
    expect((await second.next()).type).toBe('ready');
    expect(await second.next()).toMatchObject({ type: 'reset', id: await events.last() });
    await append('live');
    await until(second, 'live');
    expect(subjectsOf(second)).toEqual(['live']);
  });

  it('come after a reset where this service never knew the last one, or lost some on the way', async () => {
    await append('one');
    const unknown = await follow({ 'last-event-id': '12345-0' });
    expect([(await unknown.next()).type, (await unknown.next()).type]).toEqual(['ready', 'reset']);
    await events.append([{ isGap: true }, { kind: 'alerts' }]);
    expect((await unknown.next()).type).toBe('reset');
    expect((await unknown.next()).type).toBe('change');
    const { items } = (await harness.call('GET', '/api/v1/events')).json();
    expect(items.map(({ kind }: { kind: string }) => kind)).toEqual(['alerts', 'connector']);
  });

  it('all come while Redis drops every connection again and again', async () => {
    const reader = await follow();
    await reader.next();
    const all = Array.from({ length: 30 }, (_, index) => `event ${index}`);
    for (const subject of all) {
      await append(subject);
      await dropConnections();
    }
    await until(reader, 'event 29');
    expect(subjectsOf(reader)).toEqual(all);
  });
});

describe('what was let go of in the log', () => {
  afterEach(() => harness.stop());

  it('is answered with reset, and what still stands there is not', async () => {
    await start(({ redis, log }) => {
      events = createEventLog({ redis, mostEvents: 5 });
      return { eventFeed: createEventFeed({ events, connect: () => harness.storage.forReader(), log }) };
    });
    events = createEventLog({ redis: harness.storage.client, mostEvents: 5 });
    const first = await follow();
    await first.next();
    await append('1', '2');
    const [one, two] = [await until(first, '1'), await until(first, '2')];
    await append('3', '4', '5', '6');
    const back = await follow({ 'last-event-id': two.id ?? '' });
    await until(back, '6');
    expect(subjectsOf(back)).toEqual(['3', '4', '5', '6']);
    const late = await follow({ 'last-event-id': one.id ?? '' });
    expect([(await late.next()).type, (await late.next()).type]).toEqual(['ready', 'reset']);
  });
});

describe('a stream ends', () => {
  afterEach(() => harness.stop());

  const eventStreams = { heartbeatMs: 5, lookMs: 10 };

  it('when its API key is deleted, and stays open and alive until then', async () => {
    await start(() => ({ eventStreams }));
    const payload = { name: 'a page', scopes: ['read'] };
    const { id, key } = (await harness.call('POST', '/api/v1/api-keys', { payload })).json();
    const reader = await follow({ authorization: `Bearer ${key}` });
    for (let beat = 0; beat < 10; beat += 1) await reader.next(({ type }) => type === 'comment');
    await harness.call('DELETE', `/api/v1/api-keys/${id}`);
    await reader.ended;
  });

  it('when the session that opened it is over, and does not keep that session alive', async () => {
    const clock = testClock();
    harness = await startPeopleHarness(clock, { eventStreams });
    events = createEventLog({ redis: harness.storage.client });
    url = await harness.app.listen({ host: '127.0.0.1', port: 0 });
    const page = browser(harness);
    const opened = async (): Promise<EventReader> => {
      await page.signIn('admin', PASSWORD);
      const cookie = Object.entries(page.cookies)
        .map((pair) => pair.join('='))
        .join('; ');
      const reader = await readEvents(`${url}/api/v1/events`, { headers: { cookie } });
      readers.push(reader);
      expect(reader.status).toBe(200);
      return reader;
    };
    const beats = async (reader: EventReader): Promise<void> => {
      for (let beat = 0; beat < 20; beat += 1) await reader.next(({ type }) => type === 'comment');
    };
    const used = await opened();
    for (let quarter = 0; quarter < 8; quarter += 1) {
      clock.advance(15 * MINUTE_MS);
      // Its secret is replaced meanwhile; the stream was opened with the first one.
      expect(await page.status()).toBe(200);
      await beats(used);
    }
    clock.advance(29 * MINUTE_MS);
    await beats(used);
    clock.advance(2 * MINUTE_MS);
    await used.ended;
    expect(await page.status()).toBe(401);

    const signedOut = await opened();
    await page.call('DELETE', '/api/v1/session/all');
    await signedOut.ended;
  });

  it('as the service stops, which does not wait for those who read', async () => {
    await start();
    const readers = [await follow(), await follow()];
    const stuck = await stuckReader();
    const begunAt = performance.now();
    await harness.app.close();
    expect(performance.now() - begunAt).toBeLessThan(5_000);
    await Promise.all(readers.map(({ ended }) => ended));
    stuck.destroy();
  });

  it('when what it sends is not taken', async () => {
    await start();
    const closed = new Promise((resolve) => {
      harness.app.server.once('connection', (socket: Socket) => socket.once('close', resolve));
    });
    const stuck = await stuckReader();
    const problem = { detail: 'x'.repeat(50_000) } as never;
    for (let megabyte = 0; megabyte < 30; megabyte += 1) {
      await events.append(
        Array.from({ length: 20 }, (_, index) => ({
          kind: 'sign-in',
          subject: `${megabyte} ${index}`,
          problem,
        })),
      );
    }
    await closed;
    stuck.destroy();
  });

  it('for nobody else: only so many are open of one principal, and a seat that is left is free', async () => {
    await start(() => ({ eventStreams: { perPrincipal: 2, inAll: 3 } }));
    const payload = { name: 'another', scopes: ['read'] };
    const { key } = (await harness.call('POST', '/api/v1/api-keys', { payload })).json();
    const other = { authorization: `Bearer ${key}` };
    const [first] = [await follow(), await follow()];
    const refused = await follow();
    expect(refused.status).toBe(429);
    expect(JSON.parse(await refused.text())).toMatchObject({ code: 'too-many-streams' });
    expect((await follow(other)).status).toBe(200);
    expect((await follow(other)).status).toBe(429);
    first?.close();
    // As soon as its socket is known to be gone.
    await expect.poll(async () => (await follow()).status).toBe(200);
  });
});
