/** Sent and received per hour, one upon the other. */
import { BarChart } from '@mantine/charts';
import { useMemo } from 'react';
import type { Statistics } from '../../api/schema.js';
import { EmptyState, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { ChartSection } from './chart-section.js';
import { hourLabel, wholeHour } from './hour-words.js';
import type { Range } from './statistics-query.js';

const words = strings.charts.traffic;
const { number } = strings.charts;

/** Told apart by whoever sees no red or green; charts.module.css says them for light and dark. */
const SERIES = [
  { name: 'sent', label: words.sent, color: 'var(--chart-sent)' },
  { name: 'received', label: words.received, color: 'var(--chart-received)' },
];

export function TrafficChart({ hours, range }: { hours: Statistics['hours']; range: Range }) {
  const data = useMemo(
    () => hours.map((each) => ({ ...each, hour: hourLabel(each.at, range) })),
    [hours, range],
  );
  const sent = hours.reduce((sum, each) => sum + each.sent, 0);
  const received = hours.reduce((sum, each) => sum + each.received, 0);
  const faults = hours.some(({ failed, quarantined }) => failed + quarantined > 0);
  if (sent + received === 0 && !faults)
    return (
      <Section title={words.title}>
        <EmptyState title={words.empty}>{words.emptyText}</EmptyState>
      </Section>
    );
  const peak = hours.reduce((most, each) =>
    each.sent + each.received > most.sent + most.received ? each : most,
  );
  return (
    <ChartSection
      title={words.title}
      summary={words.summary(strings.charts.ranges[range] ?? range, sent, received, wholeHour(peak.at))}
      table={{
        head: [strings.charts.hour, words.sent, words.received, words.failed, words.quarantined],
        rows: [...hours]
          .reverse()
          .map((each) => [
            wholeHour(each.at),
            ...[each.sent, each.received, each.failed, each.quarantined].map(number),
          ]),
      }}
    >
      <BarChart
        h={260}
        data={data}
        dataKey="hour"
        type="stacked"
        series={SERIES}
        withLegend
        legendProps={{ itemSorter: null }}
        valueFormatter={number}
        barProps={{ isAnimationActive: false }}
        barChartProps={{ accessibilityLayer: false }}
        yAxisProps={{ allowDecimals: false, width: 48 }}
      />
    </ChartSection>
  );
}
