/** Charts: sent and received, failures by problem, how long messages take, and how far budgets are used. */
import '@mantine/charts/styles.css';
import { Group, SegmentedControl, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ownZone } from '../../parts/own-zone.js';
import { Loaded, Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { BudgetMeters } from './budget-meters.js';
import styles from './charts.module.css';
import { ConnectorChoice } from './connector-choice.js';
import { LatencyChart } from './latency-chart.js';
import { ProblemsChart } from './problems-chart.js';
import { RANGES, type Range, useStatistics } from './statistics-query.js';
import { TrafficChart } from './traffic-chart.js';

type Search = Readonly<Record<string, string | undefined>>;
const rangeOf = (text: string | undefined): Range =>
  text !== undefined && Object.hasOwn(RANGES, text) ? (text as Range) : '24h';

export function ChartsScreen() {
  const words = strings.charts;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const range = rangeOf(search.range);
  const statistics = useStatistics(range, search.connector);
  const change = (changed: Search): void =>
    void navigate({
      to: '.',
      search: (now: Search) => ({ ...now, ...changed }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Page
      title={words.title}
      actions={
        <Group gap="sm">
          <ConnectorChoice connector={search.connector} onConnector={(connector) => change({ connector })} />
          <SegmentedControl
            aria-label={words.range}
            data={Object.entries(words.ranges).map(([value, label]) => ({ value, label }))}
            value={range}
            onChange={(value) => change({ range: value })}
          />
        </Group>
      }
    >
      <div className={styles.charts}>
        <Text size="sm" c="dimmed">
          {words.zone(ownZone())}
        </Text>
        <Loaded query={statistics}>
          {({ hours, problems, latency }) => (
            <>
              <TrafficChart hours={hours} range={range} />
              <ProblemsChart problems={problems} />
              <LatencyChart latency={latency} range={range} />
            </>
          )}
        </Loaded>
        {search.connector === undefined && <BudgetMeters />}
      </div>
    </Page>
  );
}
