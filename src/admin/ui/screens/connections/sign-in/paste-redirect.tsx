/** Finishes a sign-in by hand: the address is opened anywhere, and what the browser ended on is pasted here. */
import { Anchor, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, answerOf, api, type Connection, type ProblemView } from '../../../api/client.js';
import { queryKeys } from '../../../api/keys.js';
import { CopyField } from '../../../parts/copy-field.js';
import { RecordForm } from '../../../parts/record-form.js';
import { strings } from '../../../strings/index.js';

/** HTTP status: what was told, not answered. */
const REFUSED = 400;

export interface PasteRedirectProps {
  connection: Connection;
  authorizationUrl: string;
  /** How it ended elsewhere: where the browser came back to the service after all, say. */
  refused: ProblemView | undefined;
  onDone(): void;
  onCancel(): void;
}

export function PasteRedirect({
  connection,
  authorizationUrl,
  refused,
  onDone,
  onCancel,
}: PasteRedirectProps) {
  const { id } = connection;
  const words = strings.signIn.paste;
  const [text, setText] = useState('');
  const client = useQueryClient();
  const finish = useMutation({
    mutationFn: (given: string) =>
      answerOf(
        api.POST('/api/v1/connections/{id}/exchange', {
          params: { path: { id } },
          body: URL.canParse(given) ? { redirectedUrl: given } : { code: given },
        }),
      ),
    onSuccess(signedIn) {
      client.setQueryData(queryKeys.connection(id), signedIn);
      onDone();
    },
  });
  return (
    <RecordForm
      label={strings.signIn.ways.paste}
      act={words.act}
      isSaving={finish.isPending}
      isUnchanged={text.trim() === ''}
      error={finish.error ?? (refused && new ApiProblem(refused, REFUSED))}
      onSubmit={() => finish.mutate(text.trim())}
      onCancel={onCancel}
    >
      <Stack gap="sm">
        <Text size="sm">{words.open}</Text>
        <CopyField label={words.address} value={authorizationUrl} />
        <Anchor
          href={authorizationUrl}
          target="_blank"
          rel="noopener noreferrer"
          size="sm"
          underline="always"
        >
          {strings.signIn.tab.open}
        </Anchor>
        <Textarea
          label={words.label}
          description={words.hint}
          autosize
          minRows={2}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </Stack>
    </RecordForm>
  );
}
