/** The form of an application: how it is registered at the provider, made new or changed. */
import { Button, Grid, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { atVersion } from '../../api/at-version.js';
import { type Application, answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { applicationsQuery, providersQuery } from '../../api/records.js';
import { Loaded } from '../../parts/page.js';
import { RecordForm } from '../../parts/record-form.js';
import { type Before, useRecordDraft } from '../../parts/use-record-draft.js';
import { strings } from '../../strings/index.js';
import {
  type ApplicationDraft,
  draftOf,
  inputOf,
  newDraft,
  patchOf,
  type Surroundings,
} from './application-draft.js';
import { ApplicationFields } from './application-fields.js';
import { CredentialFields } from './credential-fields.js';
import { SetupGuide } from './setup-guide.js';

export interface ApplicationFormProps {
  /** To be changed; absent: a new one. */
  application?: Application;
  onSaved(application: Application): void;
  onCancel?(): void;
}

export function ApplicationForm(props: ApplicationFormProps) {
  const providers = useQuery(providersQuery);
  return (
    <Loaded query={providers}>
      {({ items, callbackUrl }) => <LoadedForm {...props} around={{ providers: items, callbackUrl }} />}
    </Loaded>
  );
}

function LoadedForm({
  application,
  onSaved,
  onCancel,
  around,
}: ApplicationFormProps & { around: Surroundings }) {
  const client = useQueryClient();
  const form = useRecordDraft<ApplicationDraft, Application>({
    stored: application,
    start: () => (application ? draftOf(application, around) : newDraft(around)),
    draftOf: (saved) => draftOf(saved, around),
    send: sent,
    onSaved(saved) {
      client.setQueryData(queryKeys.application(saved.id), saved);
      client.setQueryData(applicationsQuery.queryKey, (known) =>
        known?.filter(({ id }) => id !== saved.id).concat(saved),
      );
      void client.invalidateQueries({ queryKey: queryKeys.applications });
      onSaved(saved);
    },
  });
  const words = strings.applications;
  const { draft, faults, set } = form;
  const fields = { draft, around, stored: application, faults, set };
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <RecordForm
          label={words.settings}
          act={application ? strings.parts.save : strings.parts.create}
          isSaving={form.isSaving}
          isUnchanged={application !== undefined && !form.isDirty}
          error={form.error}
          onSubmit={form.save}
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
            <ApplicationFields {...fields} />
            <CredentialFields {...fields} />
          </Stack>
        </RecordForm>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <SetupGuide draft={draft} around={around} />
      </Grid.Col>
    </Grid>
  );
}

const sent = (draft: ApplicationDraft, before: Before<ApplicationDraft> | undefined): Promise<Application> =>
  before
    ? answerOf(
        api.PATCH('/api/v1/applications/{id}', {
          params: atVersion(before),
          body: patchOf(before.draft, draft),
        }),
      )
    : answerOf(api.POST('/api/v1/applications', { body: inputOf(draft) }));
