/** How long messages take: of half of them and of 95 in 100, sending and receiving. */
import { LineChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { useMemo } from 'react';
import type { Statistics } from '../../api/schema.js';
import { EmptyState, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { ChartSection } from './chart-section.js';
import { durationWords, hourLabel, wholeHour } from './hour-words.js';
import type { Range } from './statistics-query.js';

const words = strings.charts.latency;

/** Dashed is the slowest of them: the colours need not tell it. */
const SERIES = [
  { name: 'sendP50Ms', label: words.sendP50, color: 'var(--chart-sent)' },
  { name: 'sendP95Ms', label: words.sendP95, color: 'var(--chart-sent-slow)', strokeDasharray: '6 4' },
  { name: 'receiveP50Ms', label: words.receiveP50, color: 'var(--chart-received)' },
  {
    name: 'receiveP95Ms',
    label: words.receiveP95,
    color: 'var(--chart-received-slow)',
    strokeDasharray: '6 4',
  },
];

export function LatencyChart({ latency, range }: { latency: Statistics['latency']; range: Range }) {
  const { send, receive, hours } = latency;
  const data = useMemo(
    () => hours.map((each) => ({ ...each, hour: hourLabel(each.at, range) })),
    [hours, range],
  );
  if (send.p50Ms === null && receive.p50Ms === null)
    return (
      <Section title={words.title}>
        <EmptyState title={words.empty}>{words.emptyText}</EmptyState>
      </Section>
    );
  const summary = [
    ...(send.p50Ms === null ? [] : [words.sending(durationWords(send.p50Ms), durationWords(send.p95Ms))]),
    ...(receive.p50Ms === null
      ? []
      : [words.receiving(durationWords(receive.p50Ms), durationWords(receive.p95Ms))]),
  ].join(' ');
  return (
    <ChartSection
      title={words.title}
      summary={summary}
      table={{
        head: [strings.charts.hour, ...SERIES.map(({ label }) => label)],
        rows: [...hours]
          .reverse()
          .map(({ at, sendP50Ms, sendP95Ms, receiveP50Ms, receiveP95Ms }) => [
            wholeHour(at),
            ...[sendP50Ms, sendP95Ms, receiveP50Ms, receiveP95Ms].map(durationWords),
          ]),
      }}
    >
      <LineChart
        h={260}
        data={data}
        dataKey="hour"
        series={SERIES}
        withLegend
        legendProps={{ itemSorter: null }}
        dotProps={{ r: 2 }}
        connectNulls={false}
        curveType="linear"
        valueFormatter={durationWords}
        lineProps={{ isAnimationActive: false }}
        lineChartProps={{ accessibilityLayer: false }}
        yAxisProps={{ width: 64 }}
      />
      <Text size="xs" c="dimmed" mt="xs">
        {words.explained}
      </Text>
    </ChartSection>
  );
}
