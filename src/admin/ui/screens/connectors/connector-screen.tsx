/** One connector: how it does, what to do about it, its settings, its alerts, and what went through it. */
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Connector, ConnectorType } from '../../api/client.js';
import { connectionQuery, connectorQuery, connectorTypesQuery } from '../../api/records.js';
import { useMay } from '../../api/session.js';
import { Loaded, Page } from '../../parts/page.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';
import { ConnectorActs } from './connector-acts.js';
import { ConnectorFacts } from './connector-facts.js';
import { ConnectorMenu } from './connector-menu.js';
import { ConnectorProblem } from './connector-problem.js';
import { ConnectorTabs } from './connector-tabs.js';
import { EnableSwitch } from './enable-switch.js';
import { LeftToDo } from './left-to-do.js';

export function ConnectorScreen() {
  const { id = '' } = useParams({ strict: false });
  const connector = useQuery(connectorQuery(id));
  const types = useQuery(connectorTypesQuery);
  return (
    <Loaded query={connector}>
      {(found) => (
        <Loaded query={types}>
          {({ items }) => (
            <WithType key={found.id} connector={found} type={items.find(({ name }) => name === found.type)} />
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

function WithType({ connector, type }: { connector: Connector; type: ConnectorType | undefined }) {
  if (type) return <Shown connector={connector} type={type} />;
  return (
    <Page title={connector.name} beside={<StatusBadge status={connector.health.status} />}>
      <Text>{strings.connectors.unknownType(connector.type)}</Text>
    </Page>
  );
}

function Shown({ connector, type }: { connector: Connector; type: ConnectorType }) {
  const mayChange = useMay('admin');
  const { data: connection } = useQuery(connectionQuery(connector.connection));
  return (
    <Page
      title={connector.name}
      beside={<StatusBadge status={connector.health.status} />}
      actions={
        <>
          {mayChange && <EnableSwitch connector={connector} direction={type.direction} />}
          {mayChange && <ConnectorMenu connector={connector} direction={type.direction} />}
        </>
      }
    >
      <LeftToDo connector={connector} connection={connection} />
      <ConnectorProblem connector={connector} connection={connection} />
      <ConnectorFacts connector={connector} connection={connection} type={type} />
      <ConnectorActs connector={connector} direction={type.direction} />
      <ConnectorTabs connector={connector} connection={connection} type={type} />
    </Page>
  );
}
