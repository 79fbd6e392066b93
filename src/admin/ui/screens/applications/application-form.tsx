/** The form of an application: how it is registered at the provider, made new or changed. */

import { Button, Grid, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, type Application, answerOf, api } from '../../api/client.js';
import { fieldFaults } from '../../api/field-faults.js';
import { queryKeys } from '../../api/keys.js';
import { applicationsQuery, providersQuery } from '../../api/records.js';
import { Loaded } from '../../parts/page.js';
import { RecordForm } from '../../parts/record-form.js';
import { useUnsavedGuard } from '../../parts/unsaved-guard.js';
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

const isSame = (a: ApplicationDraft, b: ApplicationDraft): boolean => JSON.stringify(a) === JSON.stringify(b);

function LoadedForm({
  application,
  onSaved,
  onCancel,
  around,
}: ApplicationFormProps & { around: Surroundings }) {
  const start = (): ApplicationDraft => (application ? draftOf(application, around) : newDraft(around));
  const [base, setBase] = useState(() => ({ version: application?.version, draft: start() }));
  const [draft, setDraft] = useState(base.draft);
  const isDirty = !isSame(base.draft, draft);
  const showStored = (): void => {
    const stored = start();
    setBase({ version: application?.version, draft: stored });
    setDraft(stored);
    save.reset();
  };
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => sent(draft, application && { id: application.id, ...base }),
    onSuccess(saved) {
      client.setQueryData(queryKeys.application(saved.id), saved);
      client.setQueryData(applicationsQuery.queryKey, (known) =>
        known?.filter(({ id }) => id !== saved.id).concat(saved),
      );
      void client.invalidateQueries({ queryKey: queryKeys.applications });
      const stored = draftOf(saved, around);
      setBase({ version: saved.version, draft: stored });
      setDraft(stored);
      onSaved(saved);
    },
  });
  // Whoever else changed it meanwhile: taken over while nothing is lost by it.
  if (!isDirty && !save.isPending && (application?.version ?? 0) > (base.version ?? 0)) showStored();
  useUnsavedGuard(isDirty && !save.isPending && !save.isSuccess);

  const words = strings.applications;
  const isStale = save.error instanceof ApiProblem && save.error.status === 412;
  const fields = {
    ...{ draft, around, stored: application, faults: fieldFaults(save.error) },
    set: (change: Partial<ApplicationDraft>) => {
      if (save.isSuccess) save.reset();
      setDraft((before) => ({ ...before, ...change }));
    },
  };
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <RecordForm
          label={words.settings}
          act={application ? strings.parts.save : strings.parts.create}
          isSaving={save.isPending}
          isUnchanged={application !== undefined && !isDirty}
          error={save.error}
          onSubmit={save.mutate}
          onCancel={onCancel}
          wayOut={
            isStale ? (
              <Button variant="default" size="xs" onClick={showStored}>
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

const sent = (
  draft: ApplicationDraft,
  before: { id: string; version?: number | undefined; draft: ApplicationDraft } | undefined,
): Promise<Application> =>
  before
    ? answerOf(
        api.PATCH('/api/v1/applications/{id}', {
          params: { path: { id: before.id }, header: { 'if-match': `"${before.version}"` } },
          body: patchOf(before.draft, draft),
        }),
      )
    : answerOf(api.POST('/api/v1/applications', { body: inputOf(draft) }));
