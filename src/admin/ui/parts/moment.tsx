/** A time as people read it: how long ago or until when, with the exact time in the reader's zone on hover. */
import { Text, Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { fromNow } from './from-now.js';

/** One clock for the whole page, so that 2,000 times on it do not each have a timer. */
const TICK_MS = 5_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time now, ms since the epoch; the component is drawn anew as it goes on. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** @param iso ISO 8601 @returns in the reader's zone: "21 Nov 2026, 16:40:03 CET" */
export const exactTime = (iso: string): string => exact.format(new Date(iso));

/** @param props `at` ISO 8601; nothing known shows as a dash */
export function Moment({ at, size = 'inherit' }: { at: string | null | undefined; size?: string }) {
  const shownAt = useNow();
  if (!at)
    return (
      <Text span size={size} c="dimmed">
        –
      </Text>
    );
  return (
    <Tooltip label={exactTime(at)} withArrow>
      {/* The shared clock stands still between its ticks; what was done meanwhile is past all the same. */}
      <time dateTime={at}>{fromNow(Date.parse(at) - Math.max(shownAt, Date.now()))}</time>
    </Tooltip>
  );
}
