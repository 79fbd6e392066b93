/**
 * Keeps the rows of home as they are in the service: gathers what changes for a second, and reads those rows alone. A row
 * whose run is overdue is looked at each minute, since silence is told by nobody.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { onChange } from '../../api/changes.js';
import { affectedBy, overdue } from './affected-rows.js';
import { isReadingAll, readAllAgain, readRows, shownRows } from './overview.js';

const GATHER_MS = 1_000;
const AFTER_A_FAILURE_MS = 5_000;
const LOOK_AT_OVERDUE_MS = 60_000;
/** Of so many, all of them are fewer requests. */
const MOST_APART = 600;

/**
 * @param since begin of today
 * @returns reads a row again that was just changed from here
 */
export function useLiveRows(since: string): (ids: readonly string[]) => void {
  const client = useQueryClient();
  const gather = useRef<(ids: readonly string[] | 'all') => void>(() => {});

  useEffect(() => {
    const waiting = new Set<string>();
    let isAll = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isReading = false;
    let isOver = false;

    const later = (ms = GATHER_MS): void => {
      if (!isOver) timer ??= setTimeout(() => void read(), ms);
    };
    async function read(): Promise<void> {
      timer = undefined;
      // What is being read might be older than the change; it would overwrite the row that is newer.
      if (isReading || isReadingAll(client) || !shownRows(client, since)) return later();
      const ids = [...waiting];
      const everything = isAll || ids.length > MOST_APART;
      waiting.clear();
      isAll = false;
      isReading = true;
      try {
        await (everything ? readAllAgain(client) : readRows(client, ids, since));
      } catch {
        for (const id of ids) waiting.add(id);
        later(AFTER_A_FAILURE_MS);
      } finally {
        isReading = false;
      }
    }
    const add = (ids: readonly string[] | 'all'): void => {
      if (ids.length === 0) return;
      if (ids === 'all') isAll = true;
      else for (const id of ids) waiting.add(id);
      later();
    };
    gather.current = add;
    const stop = onChange((change) => add(affectedBy(change, shownRows(client, since) ?? [])));
    const looking = setInterval(
      () => add(overdue(shownRows(client, since) ?? [], Date.now())),
      LOOK_AT_OVERDUE_MS,
    );
    return () => {
      isOver = true;
      stop();
      clearTimeout(timer);
      clearInterval(looking);
    };
  }, [client, since]);

  return useRef((ids: readonly string[]) => gather.current(ids)).current;
}
