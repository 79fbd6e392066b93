/** The form of a connection: one mailbox and how it is signed in, made new or changed. */
import { Alert, Box, Button, List, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { atVersion } from '../../api/at-version.js';
import { type Application, answerOf, api, type Connection } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { applicationsQuery, providersQuery } from '../../api/records.js';
import { useConfirm } from '../../parts/confirm.js';
import { Loaded } from '../../parts/page.js';
import { RecordForm } from '../../parts/record-form.js';
import { type Before, useRecordDraft } from '../../parts/use-record-draft.js';
import { strings } from '../../strings/index.js';
import { type Choices, providerOf } from './connection-choices.js';
import {
  type ConnectionDraft,
  draftOf,
  inputOf,
  newDraft,
  PROTOCOLS,
  type Protocol,
  patchOf,
  withProvider,
} from './connection-draft.js';
import { ConnectionFields } from './connection-fields.js';
import { voidingChanges } from './voiding-changes.js';

export interface ConnectionFormProps {
  /** To be changed; absent: a new one. */
  connection?: Connection;
  /** Id of the application that a new one begins with. */
  application?: string;
  /** The endpoints that a new one is for; both unless given. */
  needs?: readonly Protocol[];
  onSaved(connection: Connection): void;
  onCancel?(): void;
}

export function ConnectionForm(props: ConnectionFormProps) {
  const providers = useQuery(providersQuery);
  const applications = useQuery(applicationsQuery);
  return (
    <Loaded query={providers}>
      {({ items }) => (
        <Loaded query={applications}>
          {(known) => <LoadedForm {...props} choices={{ providers: items, applications: known }} />}
        </Loaded>
      )}
    </Loaded>
  );
}

/** The one that is named, else the only one that there is. */
const firstApplication = (named: string | undefined, applications: readonly Application[]): string =>
  named ?? (applications.length === 1 ? (applications[0]?.id ?? '') : '');

function startOf({ connection, application, needs = PROTOCOLS }: ConnectionFormProps, choices: Choices) {
  if (connection) return draftOf(connection);
  const draft = newDraft(firstApplication(application, choices.applications), needs);
  return withProvider(draft, undefined, providerOf(choices, draft.application));
}

function LoadedForm(props: ConnectionFormProps & { choices: Choices }) {
  const { connection, onSaved, onCancel, choices } = props;
  const client = useQueryClient();
  const form = useRecordDraft<ConnectionDraft, Connection>({
    stored: connection,
    start: () => startOf(props, choices),
    draftOf,
    send: sent,
    onSaved(saved) {
      client.setQueryData(queryKeys.connection(saved.id), saved);
      void client.invalidateQueries({ queryKey: [...queryKeys.connections, 'list'] });
      onSaved(saved);
    },
  });
  const { draft, faults, set } = form;
  const words = strings.connections;
  const voids = connection && holdsGrant(connection) ? voidingChanges(form.base, draft) : [];
  const confirm = useConfirm();
  const submit = async (): Promise<void> => {
    const { title, act } = words.voids;
    if (voids.length > 0 && !(await confirm({ title, text: <Voids changes={voids} />, act }))) return;
    form.save();
  };
  const fields = {
    ...{ draft, choices, faults, set },
    isNew: connection === undefined,
    hadPassword: connection?.authentication === 'basic',
  };
  return (
    <Box maw={760}>
      <RecordForm
        label={words.tabs.settings}
        act={connection ? strings.parts.save : strings.parts.create}
        isSaving={form.isSaving}
        isUnchanged={connection !== undefined && !form.isDirty}
        error={form.error}
        onSubmit={() => void submit()}
        onCancel={onCancel}
        wayOut={
          form.isStale ? (
            <Button variant="default" size="xs" onClick={form.showStored}>
              {words.stored}
            </Button>
          ) : undefined
        }
      >
        <Stack gap="md">
          <ConnectionFields {...fields} />
          {voids.length > 0 && (
            <Alert color="yellow" variant="outline" title={words.voids.title} role="status">
              <Voids changes={voids} />
            </Alert>
          )}
        </Stack>
      </RecordForm>
    </Box>
  );
}

function Voids({ changes }: { changes: readonly string[] }) {
  return (
    <>
      <Text size="sm">{strings.connections.voids.text}</Text>
      <List size="sm">
        {changes.map((change) => (
          <List.Item key={change}>{change}</List.Item>
        ))}
      </List>
    </>
  );
}

const holdsGrant = ({ status }: Connection): boolean =>
  status === 'authorized' || status === 'application-error';

const sent = (draft: ConnectionDraft, before: Before<ConnectionDraft> | undefined): Promise<Connection> =>
  before
    ? answerOf(
        api.PATCH('/api/v1/connections/{id}', {
          params: atVersion(before),
          body: patchOf(before.draft, draft),
        }),
      )
    : answerOf(api.POST('/api/v1/connections', { body: inputOf(draft) }));
