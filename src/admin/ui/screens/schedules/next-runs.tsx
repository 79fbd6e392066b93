/** Connectors on a schedule, the next to run first. */
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import type { Overview } from '../../api/schema.js';
import { EmptyState, Loaded, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { RunRow } from './run-row.js';
import type { Schedule } from './schedule-words.js';
import styles from './schedules.module.css';
import { useSchedules } from './schedules-query.js';

const words = strings.schedules.runs;

export function NextRuns({ rows }: { rows: readonly Overview[] }) {
  const query = useSchedules(rows);
  return (
    <Section title={words.title}>
      <Loaded query={query}>{(schedules) => <Runs rows={rows} schedules={schedules} />}</Loaded>
    </Section>
  );
}

const SHOWN_AT_FIRST = 50;

function Runs({ rows, schedules }: { rows: readonly Overview[]; schedules: ReadonlyMap<string, Schedule> }) {
  const [text, setText] = useState('');
  const [limit, setLimit] = useState(SHOWN_AT_FIRST);
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const scheduled = useMemo(() => rows.filter(({ id }) => schedules.has(id)), [rows, schedules]);
  const found = useMemo(
    () =>
      scheduled
        .filter(({ name, connection }) => `${name}\n${connection.user}`.toLowerCase().includes(wanted))
        .sort((one, other) => (nextOf(one) < nextOf(other) ? -1 : 1)),
    [scheduled, wanted],
  );
  if (scheduled.length === 0) return <EmptyState title={words.empty}>{words.emptyText}</EmptyState>;
  return (
    <Stack gap="sm">
      <TextInput
        type="search"
        aria-label={words.search}
        placeholder={words.search}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        maw={320}
      />
      <Text size="xs" c="dimmed" role="status">
        {found.length === 0 ? words.nothing : words.found(found.length, scheduled.length)}
      </Text>
      {found.length > 0 && (
        <table className={styles.table} aria-label={words.label}>
          <thead>
            <tr>
              <th scope="col">{words.connector}</th>
              <th scope="col">{words.mailbox}</th>
              <th scope="col">{words.when}</th>
              <th scope="col">{words.next}</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, limit).map((row) => (
              <RunRow key={row.id} row={row} schedule={schedules.get(row.id) ?? {}} />
            ))}
          </tbody>
        </table>
      )}
      {found.length > limit && (
        <div>
          <Button variant="default" size="xs" onClick={() => setLimit(limit + SHOWN_AT_FIRST)}>
            {words.more(found.length - limit)}
          </Button>
        </div>
      )}
    </Stack>
  );
}

/** What does not run comes last. */
const nextOf = ({ health }: Overview): string => health.nextRunAt ?? '~';
