/** One of the connections there are, found by a part of its name or User. */
import { Group, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Connection } from '../../api/client.js';
import { connectionsQuery } from '../../api/records.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';

export interface ConnectionSelectProps {
  label: string;
  description?: string;
  error?: string;
  value: string;
  /** Shown until the list is read. */
  current?: Connection | undefined;
  isReadOnly?: boolean;
  onChange(id: string): void;
}

/** So many are shown at once; typing finds the others. */
const SHOWN = 50;

const labelOf = ({ name, user }: Connection): string => (name === user ? name : `${name} (${user})`);

export function ConnectionSelect(props: ConnectionSelectProps) {
  const { value, current, isReadOnly = false, onChange, ...about } = props;
  const { data } = useQuery({ ...connectionsQuery, enabled: !isReadOnly });
  const known = data ?? (current ? [current] : []);
  const byId = new Map(known.map((each) => [each.id, each]));
  return (
    <Select
      {...about}
      required
      data={known.map((each) => ({ value: each.id, label: labelOf(each) }))}
      value={value === '' ? null : value}
      onChange={(id) => id !== null && onChange(id)}
      placeholder={strings.connectors.create.choose}
      nothingFoundMessage={strings.connectors.create.noneFound}
      searchable
      limit={SHOWN}
      allowDeselect={false}
      readOnly={isReadOnly}
      renderOption={({ option }) => {
        const found = byId.get(option.value);
        return (
          <Group justify="space-between" wrap="nowrap" w="100%">
            <Stack gap={0}>
              <Text size="sm">{found?.name ?? option.label}</Text>
              <Text size="xs" c="dimmed">
                {found?.user}
              </Text>
            </Stack>
            {found && <StatusBadge status={found.status} />}
          </Group>
        );
      }}
    />
  );
}
