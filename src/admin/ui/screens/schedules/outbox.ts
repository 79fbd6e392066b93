/** What waits to be sent, over all outboxes, next due first; read again as messages move, not more often than people look. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { onChange } from '../../api/changes.js';
import { answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import type { ListedMessage, MessagePage } from '../messages/message-kinds.js';

const AT_ONCE = 100;
/** A busy service moves many a second. */
const READ_AGAIN_MS = 2_000;
/** Of its own: what is read of messages elsewhere is read again with each of them. */
const KEY = queryKeys.outboxes;

export function useOutboxes() {
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: KEY });
      }, READ_AGAIN_MS);
    };
    const stop = onChange(({ kind }) => {
      if (kind === 'messages' || kind === 'connection' || kind === 'application') again();
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client]);
  const query = useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam, signal }) => readPage(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  return { ...query, readAgain: () => client.invalidateQueries({ queryKey: KEY }) };
}

/** The service answers within a moment with what it has found by then; here, a page is whole. */
const MOST_ANSWERS = 10;

async function readPage(cursor: string | null, signal: AbortSignal): Promise<MessagePage> {
  const page: MessagePage = { items: [], nextCursor: cursor, searchedUntil: null };
  for (let answers = 0; answers < MOST_ANSWERS; answers++) {
    const limit = AT_ONCE - page.items.length;
    const query = { waiting: true, limit, ...(page.nextCursor !== null && { cursor: page.nextCursor }) };
    const more = await answerOf(api.GET('/api/v1/messages', { params: { query }, signal }));
    page.items.push(...more.items);
    page.nextCursor = more.nextCursor;
    if (more.nextCursor === null || page.items.length >= AT_ONCE) break;
  }
  return page;
}

export interface Outbox {
  connection: string;
  messages: ListedMessage[];
}

/** By connection; the one whose message goes next first. */
export function outboxesOf(pages: readonly MessagePage[]): Outbox[] {
  const outboxes = new Map<string, Outbox>();
  // A message that moved between two pages is on both.
  const seen = new Set<string>();
  for (const message of pages.flatMap(({ items }) => items)) {
    if (seen.has(message.id)) continue;
    seen.add(message.id);
    const outbox = outboxes.get(message.connection) ?? { connection: message.connection, messages: [] };
    outbox.messages.push(message);
    outboxes.set(message.connection, outbox);
  }
  return [...outboxes.values()];
}
