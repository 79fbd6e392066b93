/**
 * Keeps an open list in step with the service: what changed is patched where it stands, and what is new comes in on top;
 * while somebody reads further down, or has chosen some, it waits until they ask for it.
 */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { type Change, onChange } from '../../api/changes.js';
import { answerOf, api } from '../../api/client.js';
import type { MessageFilters } from './message-filters.js';
import { isFinal, type ListedMessage, placeOf } from './message-kinds.js';
import { type MessagePages, PAGE_SIZE, readMessages } from './use-message-pages.js';

/** Changes of a moment are looked at together; a busy service changes something all the time. */
const GATHER_MS = 500;
/** Rows below the newest page that are read one by one; a screen holds fewer. */
const MOST_SINGLE = 40;

export interface LiveMessages {
  /** How many wait to be shown; {@link PAGE_SIZE} and more are not counted. */
  fresh: number;
  showFresh(): void;
}

export interface Watched {
  filters: MessageFilters;
  pages: Pick<MessagePages, 'messages' | 'hasMore' | 'update' | 'reset'>;
  /** Ids of the rows on the screen. */
  visible: RefObject<readonly string[]>;
  /** Whether new rows would move what somebody looks at. */
  isBusy(): boolean;
}

export function useLiveMessages(watched: Watched): LiveMessages {
  const [fresh, setFresh] = useState<readonly ListedMessage[]>([]);
  const latest = useRef(watched);
  latest.current = watched;

  const look = useCallback(async (): Promise<void> => {
    const { filters, pages, visible, isBusy } = latest.current;
    if (!pages.messages) return;
    const head = await readMessages(filters);
    const known = new Set((latest.current.pages.messages ?? []).map(({ id }) => id));
    const changed = new Map(head.items.map((item) => [item.id, item]));
    await readRest(
      (latest.current.pages.messages ?? []).filter(
        (item) => !changed.has(item.id) && !isFinal(item) && visible.current.includes(item.id),
      ),
      changed,
    );
    pages.update((before) => before.map((item) => changed.get(item.id) ?? item));
    const added = head.items.filter(({ id }) => !known.has(id));
    if (isBusy()) setFresh(added);
    else {
      setFresh([]);
      if (added.length >= PAGE_SIZE) pages.reset();
      else if (added.length > 0) pages.update((before) => inserted(before, added, pages.hasMore));
    }
  }, []);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isLooking = false;
    let isDue = false;
    const run = (): void => {
      timer = undefined;
      if (isLooking) {
        isDue = true;
        return;
      }
      isLooking = true;
      // What could not be read is read with the next change; the page says itself when the service is away.
      void look()
        .catch(() => undefined)
        .finally(() => {
          isLooking = false;
          if (isDue) gather();
          isDue = false;
        });
    };
    const gather = (): void => {
      timer ??= setTimeout(run, GATHER_MS);
    };
    // Of what is kept from before, something may have changed meanwhile.
    if (latest.current.pages.messages) gather();
    const end = onChange((change) => {
      if (concerns(change, latest.current.filters)) gather();
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [look]);

  return {
    fresh: fresh.length,
    showFresh() {
      setFresh([]);
      if (fresh.length >= PAGE_SIZE) watched.pages.reset();
      else watched.pages.update((before) => inserted(before, fresh, watched.pages.hasMore));
    },
  };
}

const concerns = ({ kind, subject }: Change, { connector }: MessageFilters): boolean =>
  kind === 'messages' && (connector === undefined || subject === null || subject === connector);

async function readRest(items: readonly ListedMessage[], changed: Map<string, ListedMessage>): Promise<void> {
  const read = async ({ id }: ListedMessage): Promise<void> => {
    const found = await answerOf(api.GET('/api/v1/messages/{id}', { params: { path: { id } } }));
    changed.set(id, found);
  };
  await Promise.allSettled(items.slice(0, MOST_SINGLE).map(read));
}

/** Each where it belongs by its time; what the list has keeps its order. */
function inserted(
  before: readonly ListedMessage[],
  added: readonly ListedMessage[],
  hasMore: boolean,
): readonly ListedMessage[] {
  const all = [...before];
  for (const item of added) {
    if (all.some(({ id }) => id === item.id)) continue;
    const at = all.findIndex((other) => placeOf(other) < placeOf(item));
    if (at !== -1) all.splice(at, 0, item);
    // What is older than the whole list comes with the page it stands on.
    else if (!hasMore) all.push(item);
  }
  return all;
}
