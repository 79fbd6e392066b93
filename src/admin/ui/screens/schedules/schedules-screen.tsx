/** Schedules and outbox: when connectors run next, what waits to be sent, why, and when it will go. */
import { useQuery } from '@tanstack/react-query';
import { useNow } from '../../parts/moment.js';
import { Loaded, Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { useLiveRows } from '../home/live-rows.js';
import { beginOfToday, overviewQuery } from '../home/overview.js';
import { NextRuns } from './next-runs.js';
import { Outboxes } from './outboxes.js';

export function SchedulesScreen() {
  const since = beginOfToday(useNow());
  const query = useQuery(overviewQuery(since));
  useLiveRows(since);
  return (
    <Page title={strings.schedules.title}>
      <Loaded query={query}>
        {(rows) => (
          <>
            <Outboxes rows={rows} />
            <NextRuns rows={rows} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
