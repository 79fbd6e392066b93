/** Takes tokens that were obtained elsewhere (InitiateOAuth OFF and REFRESH). */
import { PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, type Connection } from '../../../api/client.js';
import { fieldFaults } from '../../../api/field-faults.js';
import { queryKeys } from '../../../api/keys.js';
import { boundField } from '../../../parts/bound-field.js';
import { RecordForm } from '../../../parts/record-form.js';
import { strings } from '../../../strings/index.js';

export interface PasteTokensProps {
  connection: Connection;
  onDone(): void;
  onCancel?: (() => void) | undefined;
}

const BLANK = { refreshToken: '', accessToken: '', expiresAt: '' };

export function PasteTokens({ connection, onDone, onCancel }: PasteTokensProps) {
  const { id, tokenMode } = connection;
  const words = strings.signIn.tokens;
  const [draft, setDraft] = useState(BLANK);
  const client = useQueryClient();
  const take = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/api/v1/connections/{id}/tokens', { params: { path: { id } }, body: sentTokens(draft) }),
      ),
    onSuccess(signedIn) {
      client.setQueryData(queryKeys.connection(id), signedIn);
      setDraft(BLANK);
      onDone();
    },
  });
  const fields = {
    ...{ draft, faults: fieldFaults(take.error) },
    set: (change: Partial<typeof BLANK>) => setDraft((before) => ({ ...before, ...change })),
  };
  return (
    <RecordForm
      label={strings.signIn.ways.tokens}
      act={words.act}
      isSaving={take.isPending}
      isUnchanged={draft.accessToken.trim() === '' && draft.refreshToken.trim() === ''}
      error={take.error}
      onSubmit={take.mutate}
      onCancel={onCancel}
    >
      <Stack gap="sm">
        {tokenMode === 'off' && <Text size="sm">{words.off}</Text>}
        {tokenMode === 'refresh' && <Text size="sm">{words.refresh}</Text>}
        {tokenMode !== 'off' && (
          <PasswordInput
            label={words.refreshToken}
            description={words.refreshTokenHint}
            autoComplete="off"
            {...boundField(fields, 'refreshToken')}
          />
        )}
        <PasswordInput
          label={words.accessToken}
          description={words.accessTokenHint}
          autoComplete="off"
          {...boundField(fields, 'accessToken')}
        />
        <TextInput
          type="datetime-local"
          label={words.expiresAt}
          description={words.expiresAtHint}
          maw={260}
          {...boundField(fields, 'expiresAt')}
        />
      </Stack>
    </RecordForm>
  );
}

const sentTokens = ({ refreshToken, accessToken, expiresAt }: typeof BLANK) => ({
  ...(refreshToken.trim() !== '' && { refreshToken: refreshToken.trim() }),
  ...(accessToken.trim() !== '' && { accessToken: accessToken.trim() }),
  // The field is in the reader's zone, the API in UTC.
  ...(expiresAt !== '' && { expiresAt: new Date(expiresAt).toISOString() }),
});
