/** One act on many messages: some at a time, so that its progress shows; each is answered by itself. */
import { useRef, useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import type { paths } from '../../api/schema.js';
import type { Act, ListedMessage } from './message-kinds.js';

/** A redelivery may take a second; more at once would show no progress. */
const AT_ONCE = 20;

export type BulkOutcome =
  paths['/api/v1/messages/bulk']['post']['responses'][200]['content']['application/json']['items'][number];

export interface BulkRun {
  act: Act;
  all: number;
  isRunning: boolean;
  outcomes: readonly BulkOutcome[];
  /** Why it went no further. */
  error?: unknown;
}

export interface Bulk {
  run: BulkRun | undefined;
  /** @param messages that the act may be done to, as they were shown: what is another by now is left alone, and said */
  start(act: Act, messages: readonly ListedMessage[]): void;
  /** After those under way. */
  stop(): void;
  forget(): void;
}

/** @param onOutcomes told of each part as it is done */
export function useBulk(onOutcomes: (outcomes: readonly BulkOutcome[]) => void): Bulk {
  const [run, setRun] = useState<BulkRun>();
  const isStopped = useRef(false);

  async function walk(act: Act, messages: readonly ListedMessage[]): Promise<void> {
    for (let from = 0; from < messages.length && !isStopped.current; from += AT_ONCE) {
      const some = messages.slice(from, from + AT_ONCE);
      const statuses = Object.fromEntries(some.map(({ id, status }) => [id, status]));
      const body = { action: act, ids: some.map(({ id }) => id), statuses };
      const { items } = await answerOf(api.POST('/api/v1/messages/bulk', { body }));
      onOutcomes(items);
      setRun((before) => before && { ...before, outcomes: [...before.outcomes, ...items] });
    }
  }

  return {
    run,
    start(act, messages) {
      isStopped.current = false;
      setRun({ act, all: messages.length, isRunning: true, outcomes: [] });
      walk(act, messages).then(
        () => setRun((before) => before && { ...before, isRunning: false }),
        (error: unknown) => setRun((before) => before && { ...before, isRunning: false, error }),
      );
    },
    stop() {
      isStopped.current = true;
    },
    forget: () => setRun(undefined),
  };
}
