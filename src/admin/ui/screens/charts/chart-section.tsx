/** A chart with its heading, its text alternative in a sentence, and the same as a table for whoever would rather read. */
import { Button, ScrollArea, Table, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export interface ChartTable {
  head: readonly string[];
  /** The first of each names the row. */
  rows: readonly (readonly ReactNode[])[];
}

export interface ChartSectionProps {
  title: string;
  /** What the chart shows, in sentences. */
  summary: string;
  table: ChartTable;
  children: ReactNode;
}

const HIGHEST = 360;

export function ChartSection({ title, summary, table, children }: ChartSectionProps) {
  const words = strings.charts;
  const [isTable, setTable] = useState(false);
  return (
    <Section
      title={title}
      actions={
        <Button
          variant="subtle"
          size="compact-sm"
          aria-pressed={isTable}
          aria-label={`${isTable ? words.asChart : words.asTable}: ${title}`}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? words.asChart : words.asTable}
        </Button>
      }
    >
      <Text size="sm" c="dimmed">
        {summary}
      </Text>
      {isTable ? (
        <ScrollArea.Autosize mah={HIGHEST} viewportProps={{ tabIndex: 0 }} type="auto">
          <DataTable label={words.tableOf(title)} {...table} />
        </ScrollArea.Autosize>
      ) : (
        <div role="img" aria-label={`${title}. ${summary}`}>
          {children}
        </div>
      )}
    </Section>
  );
}

function DataTable({ label, head, rows }: ChartTable & { label: string }) {
  return (
    <Table aria-label={label} stickyHeader>
      <Table.Thead>
        <Table.Tr>
          {head.map((each) => (
            <Table.Th key={each} scope="col">
              {each}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(([name, ...cells]) => (
          <Table.Tr key={String(name)}>
            <Table.Th scope="row">{name}</Table.Th>
            {cells.map((cell, index) => (
              <Table.Td key={head[index + 1]}>{cell}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
