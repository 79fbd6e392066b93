/**
 * The list of messages over all connectors. What it looks through is bounded by time: whoever searches a hundred thousand
 * gets an answer in a moment, and a place where the next request goes on.
 *
 * which sets → merged by time → status, by the index → the messages themselves → do they match → page
 */
import type { Clock } from '../contract/clock.js';
import type { ConnectorType } from '../contract/connector-type.js';
import type { ConnectorId } from '../contract/ids.js';
import { createTurns } from '../contract/turns.js';
import { inboundView } from '../receive/inbound-messages.js';
import { createInboundRecords } from '../receive/inbound-records.js';
import { grouped } from '../send/grouped.js';
import { messageView } from '../send/message-state.js';
import { createOutboxIndex } from '../send/outbox-index.js';
import type { RedisClient } from '../storage/redis.js';
import type { Spool } from '../storage/spool.js';
import { type Entry, mergedSets } from './merged-sets.js';
import type { ListedMessage, MessagePage, MessageQuery } from './message-query.js';
import { folded, matches } from './search-text.js';
import { createWhereMessagesLie, type Source } from './where-messages-lie.js';

/** A request that looks for something answers with what it has by then, ms; a page that nothing is looked for in is read whole. */
const BUDGET_MS = 150;
/** However long it took to begin, so much of it goes into looking. */
const LOOKING_MS = 60;
/** Ids whose status is asked for together. */
const LOOKED_UP_AT_ONCE = 256;
/** Messages read side by side; one is a file, or a part of an answer of Redis. */
const READ_AT_ONCE = 32;

export interface MessageListDeps {
  redis: RedisClient;
  spool: Pick<Spool, 'read'>;
  connectorTypes: readonly Pick<ConnectorType, 'name' | 'direction'>[];
  clock: Clock;
}

export type ListMessages = (query: MessageQuery) => Promise<MessagePage>;

type Found = Entry<Source>;

export function createListMessages(deps: MessageListDeps): ListMessages {
  const { redis, spool, clock } = deps;
  const whereTheyLie = createWhereMessagesLie(deps);
  const records = createInboundRecords(redis);
  const index = createOutboxIndex(redis);

  /** Of what cannot have one of the statuses, by the index, nothing is read. */
  async function mayHave(entries: readonly Found[], query: MessageQuery): Promise<ReadonlySet<Found>> {
    const { statuses, waiting } = query;
    if (!statuses || waiting) return new Set(entries);
    const outbound = entries.filter(({ source }) => source.direction === 'outbound');
    const may = new Set(entries.filter(({ source }) => source.direction === 'inbound'));
    await Promise.all(
      [...grouped(outbound, ({ source }) => source.connector as ConnectorId)].map(
        async ([connector, some]) => {
          const known = await index.statuses(
            connector,
            some.map(({ id }) => id),
          );
          for (const [i, entry] of some.entries()) {
            const status = known[i];
            if (status === undefined || statuses.has(status)) may.add(entry);
          }
        },
      ),
    );
    return may;
  }

  async function read(entries: readonly Found[]): Promise<ReadonlyMap<Found, ListedMessage>> {
    const inbound = entries.filter(({ source }) => source.direction === 'inbound');
    const byConnector = grouped(inbound, ({ source }) => source.connector as ConnectorId);
    const found = new Map<Found, ListedMessage>();
    const readInbound = [...byConnector].map(async ([connector, some]) => {
      const ids = some.map(({ id }) => id);
      const known = await records.readMany(connector, ids);
      for (const entry of some) {
        const record = known.get(entry.id);
        if (record) found.set(entry, inboundView(record, connector, entry.source.connection));
      }
    });
    const readOutbound = entries.map(async (entry) => {
      const { id, at, source } = entry;
      if (source.direction !== 'outbound') return;
      // Most have ended on the day on which they were accepted.
      const message = await spool.read(id, source.connection, source.connector && at);
      if (!message) return;
      found.set(entry, { ...messageView(message), ...(source.connector === undefined && { dueAt: at }) });
    });
    await Promise.all([...readInbound, ...readOutbound]);
    return found;
  }

  return async (query) => {
    const begunAt = clock.now();
    const text = query.text === undefined ? undefined : folded(query.text);
    const wanted = (message: ListedMessage): boolean =>
      (query.connector === undefined || message.connector === query.connector) &&
      (query.direction === undefined || message.direction === query.direction) &&
      (!query.statuses || query.statuses.has(message.status)) &&
      (text === undefined || matches(message, text));
    const isFiltered = query.statuses !== undefined || text !== undefined || query.waiting === true;
    const merged = await mergedSets(redis, await whereTheyLie(query), {
      ...query,
      order: query.waiting ? 'soonest' : 'newest',
      wanted: query.limit + 1,
    });
    const until = Math.max(begunAt + BUDGET_MS, clock.now() + LOOKING_MS);
    const turn = createTurns();
    const items: ListedMessage[] = [];
    let reached = query.after;
    // One more than is wanted tells whether anything follows.
    let ahead = await merged.take(isFiltered ? LOOKED_UP_AT_ONCE : query.limit + 1);
    for (; ahead.length > 0; ahead = await merged.take(LOOKED_UP_AT_ONCE)) {
      const may = await mayHave(ahead, query);
      for (let from = 0; from < ahead.length; from += READ_AT_ONCE) {
        const some = ahead.slice(from, from + READ_AT_ONCE);
        const messages = await read(some.filter((entry) => may.has(entry)));
        for (const entry of some) {
          const message = messages.get(entry);
          if (message && wanted(message)) {
            if (items.length === query.limit) return { items, next: reached };
            items.push(message);
          }
          reached = { at: entry.at, id: entry.id };
        }
        if (isFiltered && clock.now() >= until) return { items, next: reached };
        await turn();
      }
    }
    return { items, next: undefined };
  };
}
