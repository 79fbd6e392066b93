/** What every connector has besides the settings of its type: its name, and the connection that it works through. */
import { Stack, TextInput } from '@mantine/core';
import type { Connection } from '../../api/client.js';
import { strings } from '../../strings/index.js';
import { ConnectionSelect } from './connection-select.js';
import type { ConnectorDraft } from './connector-draft.js';

export interface RecordFieldsProps {
  draft: Pick<ConnectorDraft, 'name' | 'connection'>;
  /** By JSON pointer of the record. */
  faults: ReadonlyMap<string, string>;
  /** The connection as it is stored, until the list is read. */
  current: Connection | undefined;
  isReadOnly: boolean;
  set(pointer: string, value: unknown): void;
}

export function RecordFields({ draft, faults, current, isReadOnly, set }: RecordFieldsProps) {
  const words = strings.connectors;
  const [name, connection] = [faults.get('/name'), faults.get('/connection')];
  return (
    <Stack gap="lg" maw={720}>
      <TextInput
        label={words.name}
        description={words.nameHint}
        required
        maxLength={200}
        value={draft.name}
        readOnly={isReadOnly}
        onChange={({ currentTarget }) => set('/name', currentTarget.value)}
        {...(name !== undefined && { error: name })}
      />
      <ConnectionSelect
        label={words.connection}
        description={words.connectionHint}
        value={draft.connection}
        current={current}
        isReadOnly={isReadOnly}
        onChange={(id) => set('/connection', id)}
        {...(connection !== undefined && { error: connection })}
      />
    </Stack>
  );
}
