/** What an import did, or would do, item by item. */
import { Badge, Stack, Table, Text, Title } from '@mantine/core';
import type { paths } from '../../api/schema.js';
import { ListTable } from '../../parts/list-table.js';
import { strings } from '../../strings/index.js';

const words = strings.service;

type Report = paths['/api/v1/setup/import']['post']['responses'][200]['content']['application/json'];

const COLOURS: Readonly<Record<string, string>> = {
  created: 'green',
  updated: 'blue',
  skipped: 'gray',
  faulty: 'red',
};

export function ImportReport({ report: { dryRun, items } }: { report: Report }) {
  return (
    <Stack gap="xs" role="status">
      <Title order={3} size="h5">
        {dryRun ? words.would : words.done}
      </Title>
      <ListTable
        columns={[words.columns.kind, words.columns.name, words.columns.status]}
        minWidth={400}
        spacing="xs"
      >
        {items.map(({ list, ref, name, status, secrets, faults }) => (
          <Table.Tr key={`${list} ${ref}`}>
            <Table.Td>{words.lists[list] ?? list}</Table.Td>
            <Table.Td>{name}</Table.Td>
            <Table.Td>
              <Badge variant="light" color={COLOURS[status] ?? 'gray'} tt="none">
                {words.statuses[status] ?? status}
              </Badge>
              {faults.map(({ path, message }) => (
                <Text key={path} size="sm">
                  {path} {message}
                </Text>
              ))}
              {secrets.length > 0 && <Text size="sm">{words.secrets(secrets)}</Text>}
            </Table.Td>
          </Table.Tr>
        ))}
      </ListTable>
    </Stack>
  );
}
