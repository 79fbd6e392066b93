/** What a connection has gone through, newest first. */
import { Badge, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { queryKeys } from '../../api/keys.js';
import { newestEvents } from '../../api/records.js';
import type { ChangeEvent } from '../../api/schema.js';
import { ListTable } from '../../parts/list-table.js';
import { exactTime } from '../../parts/moment.js';
import { Loaded } from '../../parts/page.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';

export function ConnectionEvents({ connection }: { connection: string }) {
  const words = strings.connections.events;
  const query = useQuery({
    queryKey: [...queryKeys.connection(connection), 'events'],
    queryFn: () => newestEvents(connection),
  });
  return (
    <Loaded query={query}>
      {(items) =>
        items.length === 0 ? (
          words.none
        ) : (
          <ListTable columns={[words.columns.at, words.columns.kind, words.columns.status]} minWidth={560}>
            {items.map((event) => (
              <Table.Tr key={event.id}>
                <Table.Td>{exactTime(event.at)}</Table.Td>
                <Table.Td>{words.kinds[event.kind] ?? event.kind}</Table.Td>
                <Table.Td>
                  <Outcome event={event} />
                </Table.Td>
              </Table.Tr>
            ))}
          </ListTable>
        )
      }
    </Loaded>
  );
}

function Outcome({ event: { kind, status, problem } }: { event: ChangeEvent }) {
  const { outcomes } = strings.connections.events;
  if (status === undefined) return null;
  return (
    <>
      {kind === 'sign-in' ? (
        <Badge variant="light" color={status === 'refused' ? 'red' : 'green'} tt="none" fw={600}>
          {outcomes[status] ?? status}
        </Badge>
      ) : (
        <StatusBadge status={status} />
      )}
      {problem && (
        <Text size="sm" mt={4}>
          {problem.title}: {problem.detail}
        </Text>
      )}
    </>
  );
}
