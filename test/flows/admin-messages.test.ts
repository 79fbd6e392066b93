import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionId, ConnectorId } from '../../src/contract/ids.js';
import { createOutboxIndex } from '../../src/send/outbox-index.js';
import { type Listed, type MessagesWorld, openMessagesWorld } from './messages-world.js';

const DAY = Date.UTC(2026, 5, 1);
const MINUTE = 60_000;

let world: MessagesWorld;
let ada: ConnectionId;
let ben: ConnectionId;
let sender: ConnectorId;
let other: ConnectorId;
let receiver: ConnectorId;
const ids: Record<string, string> = {};

beforeAll(async () => {
  world = await openMessagesWorld();
  ada = await world.newConnection();
  ben = await world.newConnection('ben@sandbox.example');
  sender = await world.newConnector('email-send', ada);
  other = await world.newConnector('email-send', ben);
  receiver = await world.newConnector('email-receive', ada);
  const { spooled, received } = world;
  ids.oldest = await spooled(sender, { subject: 'Oldest', at: DAY, status: 'sent' });
  ids.failed = await spooled(other, { subject: 'Failed one', at: DAY + MINUTE, status: 'failed' });
  ids.delivered = await received(receiver, {
    ...{ at: DAY + 2 * MINUTE, subject: 'Grüße aus Köln', from: 'Carol <Carol.Jones@Partner.example>' },
    messageId: '<inbound-1@partner.example>',
  });
  ids.quarantined = await received(receiver, {
    ...{ at: DAY + 3 * MINUTE, subject: 'Refused', status: 'quarantined' },
  });
  ids.renamed = await spooled(sender, {
    ...{ subject: 'Invoice 4711', at: DAY + 4 * MINUTE, status: 'sent' },
    ...{ to: ['dora@partner.example', 'emil@partner.example'], serverMessageId: '<AM9P@prod.outlook.com>' },
  });
  ids.later = await spooled(other, {
    ...{ subject: 'For later', at: DAY + 5 * MINUTE, sendAt: DAY + 500 * MINUTE, status: 'scheduled' },
  });
  ids.held = await spooled(sender, { subject: 'Held', at: DAY + 6 * MINUTE, status: 'held' });
});
afterAll(() => world.stop());

const names = ({ items }: Pick<Listed, 'items'>): string[] =>
  items.map(({ id }) => Object.entries(ids).find(([, known]) => known === id)?.[0] ?? id);
const listed = async (query: string): Promise<string[]> => names(await world.list(query));
const NEWEST_FIRST = ['held', 'later', 'renamed', 'quarantined', 'delivered', 'failed', 'oldest'];

describe('the list over all connectors', () => {
  it('is newest first, whatever the page size, with nothing twice and nothing left out', async () => {
    expect(await listed('')).toEqual(NEWEST_FIRST);
    for (const limit of [1, 2, 3, 7]) {
      const pages = await world.walk(`limit=${limit}`);
      expect(pages.flatMap(names)).toEqual(NEWEST_FIRST);
      expect(pages.slice(0, -1).every(({ items }) => items.length === limit)).toBe(true);
      expect(pages.at(-1)?.searchedUntil).toBeNull();
    }
  });

  it('is filtered by status, direction, connector, connection and time', async () => {
    expect(await listed('status=sent')).toEqual(['renamed', 'oldest']);
    expect(await listed('status=quarantined,failed')).toEqual(['quarantined', 'failed']);
    expect(await listed('direction=inbound')).toEqual(['quarantined', 'delivered']);
    expect(await listed('direction=inbound&status=sent')).toEqual([]);
    expect(await listed(`connector=${other}`)).toEqual(['later', 'failed']);
    expect(await listed(`connection=${ada}&direction=outbound`)).toEqual(['held', 'renamed', 'oldest']);
    expect(await listed(`connector=${receiver}&connection=${ben}`)).toEqual([]);
    expect(await listed('since=2026-06-01T00:02:00Z&until=2026-06-01T00:04:00Z')).toEqual([
      ...['renamed', 'quarantined', 'delivered'],
    ]);
    expect(await listed('connector=ctr_nobody')).toEqual([]);
    const pages = await world.walk('status=sent,held&limit=1');
    expect(pages.flatMap(names)).toEqual(['held', 'renamed', 'oldest']);
  });

  it('finds a part of an address, of the subject or of either Message-ID, in any case', async () => {
    const found: [string, string[]][] = [
      ['invoice 47', ['renamed']],
      ['EMIL@partner', ['renamed']],
      ['@PARTNER.example', ['renamed', 'delivered']],
      ['carol.jones', ['delivered']],
      ['<inbound-1@', ['delivered']],
      ['am9p@PROD', ['renamed']],
      ['grüße AUS KÖLN', ['delivered']],
      ['GRÜSSE', []],
      ['Grüße', ['delivered']],
      [ids.held ?? '', ['held']],
      ['nothing like it', []],
      ['.*', []],
      ['%', []],
    ];
    for (const [q, expected] of found)
      expect(await listed(`q=${encodeURIComponent(q)}`), q).toEqual(expected);
    expect(await listed('q=partner&status=sent')).toEqual(['renamed']);
  });

  it('shows what waits, next due first, with why and when', async () => {
    const { items } = await world.list('waiting=true');
    expect(names({ items })).toEqual(['held', 'later']);
    expect(items).toMatchObject([
      { status: 'held', problem: { code: 'not-signed-in' } },
      { status: 'scheduled', dueAt: new Date(DAY + 500 * MINUTE).toISOString() },
    ]);
    expect((await world.walk('waiting=true&limit=1')).flatMap(names)).toEqual(['held', 'later']);
    expect(await listed(`waiting=true&connector=${other}`)).toEqual(['later']);
    expect(await listed(`waiting=true&connection=${ada}`)).toEqual(['held']);
    expect(await listed('waiting=true&status=scheduled')).toEqual(['later']);
    expect(await listed('waiting=true&q=for%20LATER')).toEqual(['later']);
    expect(await listed('waiting=true&direction=inbound')).toEqual([]);
    expect(await listed('waiting=false')).toEqual(NEWEST_FIRST);
  });

  it('is the same for one connector, which knows the statuses of its direction alone', async () => {
    const of = async (connector: string, query: string) =>
      (await world.call('GET', `/api/v1/connectors/${connector}/messages?${query}`)).json();
    expect(names(await of(sender, 'q=invoice'))).toEqual(['renamed']);
    expect(names(await of(sender, ''))).toEqual(['held', 'renamed', 'oldest']);
    expect(names(await of(receiver, 'status=quarantined'))).toEqual(['quarantined']);
    expect(names(await of(sender, 'waiting=true'))).toEqual(['held']);
    expect((await of(receiver, 'status=sent')).code).toBe('invalid-request');
    expect((await of('ctr_nobody', '')).code).toBe('not-found');
  });

  it('refuses what it cannot have given or been asked, and never breaks', async () => {
    const forged = (text: string): string => Buffer.from(text).toString('base64url');
    const refused = [
      ...['status=gone', 'status=sent,', 'status=', 'direction=up', 'since=soon', 'until=2026-02-31'],
      ...['limit=0', 'limit=201', 'limit=x', 'waiting=maybe', `q=${'x'.repeat(201)}`, 'q='],
      ...['cursor=*', `cursor=${forged('msg_1')}`, `cursor=${forged('1.msg_1.2')}`],
      ...[`cursor=${forged('-1.msg_1')}`, `cursor=${forged('99999999999999999.msg_1')}`],
      ...[`cursor=${forged('1.msg_1\nZREM')}`, `cursor=${'A'.repeat(501)}`],
    ];
    for (const query of refused) {
      const answer = await world.call('GET', `/api/v1/messages?${query}`);
      expect([answer.statusCode, answer.json().code], query).toEqual([400, 'invalid-request']);
    }
    for (const q of ['\u0000', 'a\r\nb', '\ud83d', '\u202e', '{{7*7}}', `"'<script>`, '\\', '   '])
      expect(
        (await world.call('GET', `/api/v1/messages?q=${encodeURIComponent(Buffer.from(q).toString())}`))
          .statusCode,
      ).toBe(200);
    // A place that nobody gave is a place all the same: between two messages, before all, behind all.
    expect(await listed(`cursor=${forged(`${DAY + MINUTE}.msg_zzz`)}`)).toEqual(['failed', 'oldest']);
    expect(await listed(`cursor=${forged('0.msg_0')}`)).toEqual([]);
    expect(await listed(`cursor=${forged('9999999999999999.x')}`)).toEqual(NEWEST_FIRST);
  });
});

describe('a long search', () => {
  afterEach(() => {
    world.clock.now = Date.now;
  });

  it('ends each request when its time is over, says how far it got, and goes on from there', async () => {
    const busy = await world.newConnector('email-send', ada);
    const count = 150;
    for (let i = 0; i < count; i++) {
      // Some of the same millisecond: there the place is told by id.
      const at = DAY + 100 * MINUTE + Math.floor(i / 7);
      await world.spooled(busy, { subject: i % 50 === 0 ? `Needle ${i}` : `Hay ${i}`, at, status: 'sent' });
    }
    let now = 0;
    world.clock.now = () => {
      now += 200;
      return now;
    };
    const pages = await world.walk(`connector=${busy}&q=needle`);
    expect(pages.length).toBeGreaterThan(count / 32);
    expect(pages.flatMap(({ items }) => items.map(({ subject }) => subject)).sort()).toEqual([
      ...['Needle 0', 'Needle 100', 'Needle 50'],
    ]);
    const reached = pages.slice(0, -1).map(({ searchedUntil }) => Date.parse(searchedUntil ?? ''));
    expect(reached).toEqual([...reached].sort((a, b) => b - a));
    expect(pages.at(-1)).toMatchObject({ searchedUntil: null });
    const all = await world.walk(`connector=${busy}&limit=11`);
    expect(new Set(all.flatMap(({ items }) => items.map(({ id }) => id))).size).toBe(count);
    expect(all.flatMap(({ items }) => items)).toHaveLength(count);
  });

  it('passes over what is purged meanwhile, and goes on where its place was purged', async () => {
    const purged = await world.newConnector('email-send', ben);
    const made: string[] = [];
    for (let i = 0; i < 6; i++)
      made.unshift(await world.spooled(purged, { subject: `p${i}`, at: DAY + i, status: 'sent' }));
    const first = await world.list(`connector=${purged}&limit=2`);
    expect(first.items.map(({ id }) => id)).toEqual(made.slice(0, 2));
    // The place itself and the one behind it leave the index; of a third one only the file is gone.
    await createOutboxIndex(world.storage.client).unlist(purged, [made[1], made[2]] as never);
    const gone = made[3] as never;
    const read = world.spool.read;
    world.spool.read = async (id, ...rest) => (id === gone ? undefined : read(id, ...rest));
    const rest = await world.list(`connector=${purged}&limit=10&cursor=${first.nextCursor}`);
    world.spool.read = read;
    expect(rest.items.map(({ id }) => id)).toEqual(made.slice(4));
  });
});
