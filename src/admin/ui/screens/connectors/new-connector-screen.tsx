/** A new connector on one page: what it should do, in which mailbox, and how. */
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { Connection, ConnectorType } from '../../api/client.js';
import { connectionQuery, connectorTypesQuery } from '../../api/records.js';
import { sessionQuery } from '../../api/session.js';
import { Loaded, Page, Section } from '../../parts/page.js';
import type { Search } from '../../routes.js';
import { strings } from '../../strings/index.js';
import { ConnectionChoice } from './connection-choice.js';
import { useNewConnectorDrafts } from './new-connector-drafts.js';
import { NewConnectorForm } from './new-connector-form.js';
import { TypeCards } from './type-cards.js';

const words = strings.connectors.create;

export function NewConnectorScreen() {
  const session = useQuery(sessionQuery);
  const types = useQuery(connectorTypesQuery);
  return (
    <Page title={strings.connectors.new}>
      <Loaded query={session}>
        {({ scopes }) =>
          scopes.includes('admin') ? (
            <Loaded query={types}>{({ items }) => <Steps types={items} />}</Loaded>
          ) : (
            <Text>{words.mayNot}</Text>
          )
        }
      </Loaded>
    </Page>
  );
}

function Steps({ types }: { types: readonly ConnectorType[] }) {
  const search: Search = useSearch({ strict: false });
  const [typeName, setTypeName] = useState(search.type);
  const [connectionId, setConnectionId] = useState(search.connection ?? '');
  const [isMaking, setMaking] = useState(false);
  const [connectionFault, setConnectionFault] = useState<string>();
  const type = types.find(({ name }) => name === typeName);
  const { data: connection } = useQuery({ ...connectionQuery(connectionId), enabled: connectionId !== '' });
  const choose = ({ id }: Connection): void => {
    setConnectionId(id);
    setConnectionFault(undefined);
  };
  const drafts = useNewConnectorDrafts(type);
  const choice = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (connectionFault === undefined) return;
    choice.current?.scrollIntoView({ block: 'nearest' });
    choice.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [connectionFault]);
  return (
    <>
      <Section title={words.typeTitle}>
        <TypeCards types={types} value={typeName} onChoose={setTypeName} />
      </Section>
      <Section title={words.connectionTitle}>
        <div ref={choice}>
          <ConnectionChoice
            type={type}
            value={connectionId}
            isMaking={isMaking}
            error={connectionFault}
            onChoose={choose}
            setMaking={setMaking}
          />
        </div>
      </Section>
      <Section title={words.settingsTitle}>
        {type ? (
          <NewConnectorForm
            key={type.name}
            type={type}
            connection={connection}
            drafts={drafts}
            onConnectionFault={setConnectionFault}
          />
        ) : (
          <Text size="sm" c="dimmed">
            {words.firstType}
          </Text>
        )}
      </Section>
    </>
  );
}
