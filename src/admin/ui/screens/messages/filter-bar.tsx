/** What the list is filtered by; every choice stands in the address, so that a link shows the same. */
import { Button, Collapse, Group, MultiSelect, NativeSelect, SegmentedControl, Select } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import { SearchField } from '../../parts/search-field.js';
import { strings } from '../../strings/index.js';
import { groupOf, INBOUND, type MessageFilters, OUTBOUND, STATUS_GROUPS } from './message-filters.js';
import classes from './messages.module.css';
import { TimeFilter } from './time-filter.js';
import { useChoices } from './use-connector-names.js';

export interface FilterBarProps {
  filters: MessageFilters;
  /** The list is of one connector, which is no filter then. */
  isOfOne: boolean;
  onChange(changed: { [Name in keyof MessageFilters]: string | undefined }): void;
}

const GROUPS = ['all', 'waiting', 'attention', 'done'] as const;
const named = (statuses: readonly string[]) =>
  statuses.map((value) => ({ value, label: strings.status[value] ?? value }));

export function FilterBar({ filters, isOfOne, onChange }: FilterBarProps) {
  const words = strings.messages.filters;
  const { status, direction, connector, connection, since, until, q } = filters;
  const group = groupOf(status);
  const hidden = [
    group === undefined ? status : undefined,
    ...(isOfOne ? [] : [direction, connector, connection]),
    ...[since, until],
  ].filter((each) => each !== undefined).length;
  const [isOpen, { toggle }] = useDisclosure(hidden > 0);
  return (
    <div>
      <div className={classes.bar}>
        <SearchField
          className={classes.search}
          label={strings.messages.search.label}
          placeholder={strings.messages.search.placeholder}
          value={q ?? ''}
          onSearch={(text) => onChange({ q: text === '' ? undefined : text })}
        />
        <SegmentedControl
          className={classes.groups}
          aria-label={words.group}
          value={group ?? ''}
          onChange={(chosen) =>
            onChange({
              status: chosen === 'all' ? undefined : STATUS_GROUPS[chosen as 'waiting'].join(),
            })
          }
          data={GROUPS.map((value) => ({ value, label: words.groups[value] }))}
        />
        <Button
          variant="default"
          leftSection={<IconFilter size={16} aria-hidden />}
          onClick={toggle}
          aria-expanded={isOpen}
        >
          {words.more(hidden)}
        </Button>
      </div>
      <Collapse expanded={isOpen}>
        <Group gap="sm" mt="sm" align="flex-start" className={classes.filters}>
          <MultiSelect
            label={words.status}
            placeholder={status === undefined ? words.anyStatus : ''}
            data={[
              { group: words.outbound, items: named(OUTBOUND) },
              { group: words.inbound, items: named(INBOUND) },
            ]}
            value={status?.split(',') ?? []}
            onChange={(chosen) => onChange({ status: chosen.length === 0 ? undefined : chosen.join() })}
            clearable
          />
          {!isOfOne && (
            <>
              <NativeSelect
                label={words.direction}
                value={direction ?? ''}
                onChange={({ currentTarget }) => onChange({ direction: currentTarget.value || undefined })}
                data={[
                  { value: '', label: words.both },
                  { value: 'inbound', label: words.inbound },
                  { value: 'outbound', label: words.outbound },
                ]}
              />
              <ByRecord connector={connector} connection={connection} onChange={onChange} />
            </>
          )}
          <TimeFilter
            filters={filters}
            onChange={(times) => onChange({ since: undefined, until: undefined, ...times })}
          />
        </Group>
      </Collapse>
    </div>
  );
}

/** Connector and connection, to be found by their names among thousands. */
function ByRecord({
  connector,
  connection,
  onChange,
}: Pick<FilterBarProps, 'onChange'> & { connector: string | undefined; connection: string | undefined }) {
  const words = strings.messages.filters;
  const [isChoosing, setIsChoosing] = useState(false);
  const choices = useChoices(isChoosing || connector !== undefined || connection !== undefined);
  const field = (data: { value: string; label: string }[] | undefined) => ({
    data: data ?? [],
    placeholder: words.any,
    searchable: true,
    clearable: true,
    limit: 100,
    onFocus: () => setIsChoosing(true),
    nothingFoundMessage: choices ? words.nothing : strings.parts.loading,
  });
  return (
    <>
      <Select
        {...field(choices?.connectors)}
        label={words.connector}
        value={connector ?? null}
        onChange={(value) => onChange({ connector: value ?? undefined })}
      />
      <Select
        {...field(choices?.connections)}
        label={words.connection}
        value={connection ?? null}
        onChange={(value) => onChange({ connection: value ?? undefined })}
      />
    </>
  );
}
