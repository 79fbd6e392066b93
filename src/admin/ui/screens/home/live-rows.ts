/**
 * Keeps the rows of home as they are in the service: what changes is read again, row by row. A row whose run is overdue is
 * looked at each minute, since silence is told by nobody.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { onChange } from '../../api/changes.js';
import { affectedBy, overdue } from './affected-rows.js';
import { isReadingAll, readAllAgain, readRows, shownRows } from './overview.js';
import { createRowReader, type RowReader } from './row-reader.js';

const LOOK_AT_OVERDUE_MS = 60_000;

/**
 * @param since begin of today
 * @returns reads rows again that were just changed from here
 */
export function useLiveRows(since: string): (ids: readonly string[]) => void {
  const client = useQueryClient();
  const reader = useRef<RowReader>(undefined);

  useEffect(() => {
    const rows = () => shownRows(client, since) ?? [];
    const reads = createRowReader({
      isReady: () => !isReadingAll(client) && shownRows(client, since) !== undefined,
      readAll: () => readAllAgain(client),
      readSome: (ids) => readRows(client, ids, since),
    });
    reader.current = reads;
    const unsubscribe = onChange((change) => {
      const ids = affectedBy(change, rows());
      reads.read(ids);
      if (change.kind === 'messages') reads.readCounts(ids);
    });
    const looking = setInterval(() => reads.read(overdue(rows(), Date.now())), LOOK_AT_OVERDUE_MS);
    return () => {
      unsubscribe();
      clearInterval(looking);
      reads.stop();
    };
  }, [client, since]);

  return useCallback((ids) => reader.current?.read(ids), []);
}
