/** Warns when a connection lacks what a connector type needs, before the service has to refuse or hold it. */
import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Connection, ConnectorType } from '../../api/client.js';
import { applicationsQuery, providersQuery } from '../../api/records.js';
import { strings } from '../../strings/index.js';
import { lacking, providerOf } from './connection-fit.js';

const words = strings.connectors.fit;

export function FitWarning({ connection, type }: { connection: Connection; type: ConnectorType }) {
  const providers = useQuery(providersQuery);
  const applications = useQuery(applicationsQuery);
  const provider = providerOf(connection, applications.data ?? [], providers.data?.items ?? []);
  const { endpoints, scopes } = lacking(connection, type, provider);
  if (endpoints.length === 0 && scopes.length === 0) return null;
  return (
    <Alert
      color="yellow"
      variant="outline"
      role="status"
      icon={<IconAlertTriangle aria-hidden />}
      title={words.title}
    >
      <Stack gap="xs">
        {endpoints.map((protocol) => (
          <Text key={protocol} size="sm">
            {words.endpoint(protocol)}
          </Text>
        ))}
        {scopes.length > 0 && <Text size="sm">{words.scope(scopes.join(' '))}</Text>}
        <Anchor component={Link} to={`/connections/${connection.id}`} size="sm">
          {words.open}
        </Anchor>
      </Stack>
    </Alert>
  );
}
