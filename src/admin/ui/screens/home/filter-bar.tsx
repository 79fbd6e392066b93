/** Search, filters and order of the list; all of it stands in the address, so that a view can be kept and shared. */
import { CloseButton, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { strings } from '../../strings/index.js';
import styles from './home.module.css';
import { type RowFilter, SORTS, STATUSES, toggled } from './row-filter.js';

export type Search = Readonly<Record<string, string | undefined>>;

export interface FilterBarProps {
  search: Search;
  filter: RowFilter;
  statuses: ReadonlyMap<string, number>;
  types: ReadonlyMap<string, number>;
  typeTitle(type: string): string;
  /** Of the problem that is filtered by. */
  problemTitle: string | undefined;
  shown: number;
  all: number;
  onSearch(changed: Search): void;
}

const words = strings.home.filters;

export function FilterBar(props: FilterBarProps) {
  const { search, filter, statuses, types, typeTitle, problemTitle, onSearch } = props;
  const statusNames = STATUSES.filter((each) => statuses.has(each) || filter.statuses.includes(each));
  const typeNames = [...new Set([...types.keys(), ...filter.types])].sort();
  return (
    <section aria-label={words.label}>
      <Group gap="sm" align="center">
        <SearchField text={search.q ?? ''} onText={(q) => onSearch({ q: q === '' ? undefined : q })} />
        <Group gap={6} role="group" aria-label={words.status}>
          {statusNames.map((each) => (
            <Chip
              key={each}
              name={strings.status[each] ?? each}
              count={statuses.get(each) ?? 0}
              isOn={filter.statuses.includes(each)}
              onToggle={() => onSearch({ status: toggled(search.status, each) })}
            />
          ))}
        </Group>
        {typeNames.length > 1 && (
          <Group gap={6} role="group" aria-label={words.type}>
            {typeNames.map((each) => (
              <Chip
                key={each}
                name={typeTitle(each)}
                count={types.get(each) ?? 0}
                isOn={filter.types.includes(each)}
                onToggle={() => onSearch({ type: toggled(search.type, each) })}
              />
            ))}
          </Group>
        )}
        {problemTitle !== undefined && (
          <button
            type="button"
            className={styles.chip}
            aria-pressed
            aria-label={words.dropProblem(problemTitle)}
            onClick={() => onSearch({ problem: undefined })}
          >
            {words.problem(problemTitle)}
            <IconX size={12} aria-hidden />
          </button>
        )}
        <NativeSelect
          size="xs"
          aria-label={words.sort}
          value={filter.sort}
          data={SORTS.map((value) => ({ value, label: words.sorts[value] }))}
          onChange={({ currentTarget }) => onSearch({ sort: currentTarget.value })}
          className={styles.sortSelect}
        />
        <Text size="xs" c="dimmed" role="status">
          {words.shown(props.shown, props.all)}
        </Text>
      </Group>
    </section>
  );
}

function Chip({
  name,
  count,
  isOn,
  onToggle,
}: {
  name: string;
  count: number;
  isOn: boolean;
  onToggle(): void;
}) {
  return (
    <button type="button" className={styles.chip} aria-pressed={isOn} onClick={onToggle}>
      {words.chip(name, count)}
    </button>
  );
}

/** The address follows what is typed, a moment later; and the field the address, where that was changed elsewhere. */
const TYPING_MS = 150;

function SearchField({ text, onText }: { text: string; onText(text: string): void }) {
  const [{ typed, seen, told }, setState] = useState({ typed: text, seen: text, told: text });
  if (text !== seen) setState({ typed: text === told ? typed : text, seen: text, told: text });
  const tell = useDebouncedCallback((value: string) => {
    setState((now) => ({ ...now, told: value }));
    onText(value);
  }, TYPING_MS);
  const change = (value: string): void => {
    setState((now) => ({ ...now, typed: value }));
    tell(value);
  };
  return (
    <TextInput
      type="search"
      aria-label={words.search}
      placeholder={words.search}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        typed !== '' && <CloseButton size="sm" aria-label={words.clear} onClick={() => change('')} />
      }
      value={typed}
      onChange={({ currentTarget }) => change(currentTarget.value)}
      w={{ base: '100%', xs: 300 }}
    />
  );
}
