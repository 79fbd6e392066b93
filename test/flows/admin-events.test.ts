/** Events over the admin API: the list, and the stream that pages follow. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventLog, type EventLog } from '../../src/activity/event-log.js';
import { type EventReader, readEvents } from '../servers/event-reader.js';
import { ADMIN_KEY, type Harness, startHarness } from './admin-harness.js';

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
const subjectsOf = (reader: EventReader): unknown[] =>
  reader.all
    .filter(({ type }) => type === 'change')
    .map(({ data }) => (JSON.parse(data) as { subject: string }).subject);

async function start(over: Parameters<typeof startHarness>[0] = () => ({})): Promise<void> {
  harness = await startHarness(over);
  events = createEventLog({ redis: harness.storage.client });
  url = await harness.app.listen({ host: '127.0.0.1', port: 0 });
}
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  await harness.stop();
});

describe('the list of events', () => {
  beforeEach(() => start());

  it('is newest first, page by page, and of one subject where that is asked for', async () => {
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
});

describe('the stream of events', () => {
  beforeEach(() => start());

  it('begins with ready, and passes on what happens from there on, each once', async () => {
    await events.append([{ kind: 'connector', subject: 'before' }]);
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
});
