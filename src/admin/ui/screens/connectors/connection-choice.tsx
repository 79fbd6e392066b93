/** The mailbox of a new connector: a connection there is, or one that is made here, application included. */
import { Box, Radio, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Connection, ConnectorType } from '../../api/client.js';
import { connectionsQuery } from '../../api/records.js';
import { tellDone } from '../../parts/notify.js';
import { Loaded } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { ConnectionForm } from '../connections/connection-form.js';
import { ConnectionSelect } from './connection-select.js';
import { FitWarning } from './fit-warning.js';

const words = strings.connectors.create;

export interface ConnectionChoiceProps {
  type: ConnectorType | undefined;
  /** Id; empty: none yet. */
  value: string;
  /** Whether one is being made. */
  isMaking: boolean;
  error?: string | undefined;
  onChoose(connection: Connection): void;
  setMaking(isMaking: boolean): void;
}

export function ConnectionChoice(props: ConnectionChoiceProps) {
  const query = useQuery(connectionsQuery);
  return <Loaded query={query}>{(connections) => <Known {...props} connections={connections} />}</Loaded>;
}

function Known(props: ConnectionChoiceProps & { connections: readonly Connection[] }) {
  const { type, value, isMaking, error, onChoose, setMaking, connections } = props;
  const chosen = connections.find(({ id }) => id === value);
  const makes = isMaking || connections.length === 0;
  // Whoever looks at the connections there are, and comes back, finds what they had written.
  const [isBegun, setBegun] = useState(false);
  if (makes && !isBegun) setBegun(true);
  const end = (): void => {
    setBegun(false);
    setMaking(false);
  };
  return (
    <Stack gap="md">
      {connections.length === 0 ? (
        <Text size="sm">{words.noConnection}</Text>
      ) : (
        <Radio.Group
          aria-label={words.connectionWays}
          value={makes ? 'another' : 'existing'}
          onChange={(way) => setMaking(way === 'another')}
        >
          <Stack gap={6}>
            <Radio value="existing" label={words.existing} />
            <Radio value="another" label={words.another} />
          </Stack>
        </Radio.Group>
      )}
      {isBegun && (
        <Box display={makes ? 'block' : 'none'}>
          <ConnectionForm
            {...(type && { needs: type.needs as ('imap' | 'smtp')[] })}
            onSaved={(made) => {
              tellDone(words.made(made.name));
              onChoose(made);
              end();
            }}
            {...(connections.length > 0 && { onCancel: end })}
          />
        </Box>
      )}
      {makes && error !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
      {!makes && (
        <>
          <ConnectionSelect
            label={strings.connectors.connection}
            value={value}
            current={chosen}
            onChange={(id) => {
              const found = connections.find((each) => each.id === id);
              if (found) onChoose(found);
            }}
            {...(error !== undefined && { error })}
          />
          {chosen && type && <FitWarning connection={chosen} type={type} />}
        </>
      )}
    </Stack>
  );
}
