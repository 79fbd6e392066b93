/**
 * The live connection to the service. States: connecting → live → lost → live …; it goes on by itself where it stopped
 * (api/event-stream). What the service says has changed is read anew, at most once in {@link GATHER_MS}; after `reset`, or
 * when the service was away, everything is.
 */
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { followStream } from './event-stream.js';
import { queryKeys } from './keys.js';
import type { ProblemView } from './schema.js';

/** Of `GET /events`. */
export interface Change {
  id: string;
  at: string;
  kind: 'application' | 'connection' | 'connector' | 'messages' | 'alerts' | 'sign-in' | 'setup';
  subject: string | null;
  status?: string;
  problem?: ProblemView;
}

export type LiveState = 'connecting' | 'live' | 'lost';

/** Changes of a moment are read together. */
const GATHER_MS = 400;

type Listener = (change: Change) => void;
const listeners = new Set<Listener>();
const stateListeners = new Set<() => void>();
let state: LiveState = 'connecting';

/** For useSyncExternalStore. */
export const liveState = {
  get: (): LiveState => state,
  subscribe(listener: () => void): () => void {
    stateListeners.add(listener);
    return () => stateListeners.delete(listener);
  },
};

function become(next: LiveState): void {
  if (next === state) return;
  state = next;
  for (const listener of stateListeners) listener();
}

/** @param listener told of each change at once @returns what ends it */
export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What shows a change of that kind. */
function touched({ kind, subject }: Change): QueryKey[] {
  const one = (key: (id: string) => QueryKey): QueryKey[] => (subject === null ? [] : [key(subject)]);
  switch (kind) {
    case 'connector':
      return [...one(queryKeys.connector), [...queryKeys.connectors, 'list']];
    case 'connection':
    case 'sign-in':
      return [...one(queryKeys.connection), [...queryKeys.connections, 'list'], queryKeys.connectors];
    case 'application':
      // What stops with it has no event of its own.
      return [queryKeys.applications, queryKeys.connections, queryKeys.connectors];
    case 'messages':
      return [queryKeys.messages];
    case 'alerts':
      return [queryKeys.alerts];
    case 'setup':
      return [queryKeys.applications, queryKeys.connections, queryKeys.connectors, queryKeys.alertChannels];
  }
}

/**
 * Listens to the service for as long as the page is open, and has what changed read anew. Home reads its rows itself
 * (onChange), since it asks for those alone that changed.
 * @returns what ends it
 */
export function watchChanges(client: QueryClient): () => void {
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const waiting = new Map<string, QueryKey>();

  const readAnew = (): void => {
    gathering = undefined;
    const keys = [...waiting.values()];
    waiting.clear();
    for (const queryKey of keys) void client.invalidateQueries({ queryKey });
  };
  const gather = (change: Change): void => {
    for (const key of touched(change)) waiting.set(JSON.stringify(key), key);
    gathering ??= setTimeout(readAnew, GATHER_MS);
  };
  const end = followStream('/api/v1/events', {
    ready() {
      if (state === 'lost') void client.invalidateQueries();
      become('live');
    },
    reset: () => void client.invalidateQueries(),
    change(data) {
      const change = JSON.parse(data) as Change;
      for (const listener of listeners) listener(change);
      gather(change);
    },
    lost: () => become('lost'),
  });
  return () => {
    clearTimeout(gathering);
    end();
  };
}
