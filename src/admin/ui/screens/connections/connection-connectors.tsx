/** The connectors that work through a connection, with their health. */
import { Anchor, Button, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answerOf, api } from '../../api/client.js';
import { everyPage } from '../../api/every-page.js';
import { queryKeys } from '../../api/keys.js';
import { useMay } from '../../api/session.js';
import { Loaded, Section } from '../../parts/page.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';

export function ConnectionConnectors({ connection }: { connection: string }) {
  const words = strings.connections.connectors;
  const query = useQuery({
    queryKey: [...queryKeys.connectors, 'list', { connection }],
    queryFn: () =>
      everyPage((page) =>
        answerOf(api.GET('/api/v1/connectors', { params: { query: { ...page, connection } } })),
      ),
  });
  const add = useMay('admin') && (
    <Button component={Link} to={`/connectors/new?connection=${connection}`} variant="default" size="xs">
      {words.add}
    </Button>
  );
  return (
    <Section title={words.title} actions={add}>
      <Loaded query={query}>
        {(items) =>
          items.length === 0 ? (
            <Text size="sm">{words.none}</Text>
          ) : (
            <List listStyleType="none" spacing="xs">
              {items.map(({ id, name, health }) => (
                <List.Item key={id} icon={<StatusBadge status={health.status} />}>
                  <Anchor component={Link} to={`/connectors/${id}`}>
                    {name}
                  </Anchor>
                </List.Item>
              ))}
            </List>
          )
        }
      </Loaded>
    </Section>
  );
}
