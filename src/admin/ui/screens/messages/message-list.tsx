/** Messages, newest first: of one connector, or of all. */
import { Anchor, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { Moment } from '../../parts/moment.js';
import { EmptyState, Loaded } from '../../parts/page.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';

export interface MessageListProps {
  /** Of this connector alone. */
  connector?: string;
}

export function MessageList({ connector }: MessageListProps) {
  const query = useQuery({
    queryKey: [...queryKeys.messages, 'list', { connector }],
    queryFn: () =>
      answerOf(
        api.GET('/api/v1/messages', { params: { query: connector === undefined ? {} : { connector } } }),
      ),
  });
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title={strings.messages.empty}>{null}</EmptyState>
        ) : (
          <Table>
            <Table.Tbody>
              {items.map(({ id, status, subject, from, createdAt }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <StatusBadge status={status} />
                  </Table.Td>
                  <Table.Td>
                    <Anchor component={Link} to={`/messages/${id}`}>
                      {subject || id}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{from}</Table.Td>
                  <Table.Td>
                    <Moment at={createdAt} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )
      }
    </Loaded>
  );
}
