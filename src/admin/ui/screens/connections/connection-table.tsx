/** Connections as rows. */
import { Anchor, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Connection } from '../../api/client.js';
import { applicationsQuery } from '../../api/records.js';
import { ListTable } from '../../parts/list-table.js';
import { Moment } from '../../parts/moment.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';

export function ConnectionTable({ items }: { items: readonly Connection[] }) {
  const { columns, basic } = strings.connections;
  const { data: applications } = useQuery(applicationsQuery);
  const names = new Map(applications?.map(({ id, name }) => [id, name]));
  return (
    <ListTable
      columns={[columns.name, columns.status, columns.user, columns.application, columns.until]}
      minWidth={680}
      highlightOnHover
    >
      {items.map(({ id, name, status, problem, user, application, accessTokenExpiresAt }) => (
        <Table.Tr key={id}>
          <Table.Td>
            <Anchor component={Link} to={`/connections/${id}`} fw={600}>
              {name}
            </Anchor>
          </Table.Td>
          <Table.Td>
            <StatusBadge status={status} />
            {problem && (
              <Text size="xs" c="dimmed">
                {problem.title}
              </Text>
            )}
          </Table.Td>
          <Table.Td>{user}</Table.Td>
          <Table.Td>
            {application === undefined ? (
              basic
            ) : (
              <Anchor component={Link} to={`/applications/${application}`}>
                {names.get(application) ?? application}
              </Anchor>
            )}
          </Table.Td>
          <Table.Td>
            <Moment at={accessTokenExpiresAt} />
          </Table.Td>
        </Table.Tr>
      ))}
    </ListTable>
  );
}
