/** Imports a grant that was exported elsewhere. */
import { Button, FileButton, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, type Connection } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { tellDone } from '../../parts/notify.js';
import { Section } from '../../parts/page.js';
import { RecordForm } from '../../parts/record-form.js';
import { strings } from '../../strings/index.js';

interface Chosen {
  name: string;
  /** The file's JSON; `undefined`: it has none. */
  content: unknown;
}

export function GrantImport({ connection: { id } }: { connection: Connection }) {
  const words = strings.connections.transfer.import;
  const [chosen, setChosen] = useState<Chosen>();
  const [passphrase, setPassphrase] = useState('');
  const client = useQueryClient();
  const take = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/api/v1/connections/{id}/import', {
          params: { path: { id } },
          body: { file: chosen?.content as never, passphrase },
        }),
      ),
    onSuccess(connection) {
      client.setQueryData(queryKeys.connection(id), connection);
      setChosen(undefined);
      setPassphrase('');
      tellDone(words.done);
    },
  });
  const read = async (file: File | null): Promise<void> => {
    if (file) setChosen({ name: file.name, content: parsed(await file.text()) });
  };
  const isBroken = chosen !== undefined && chosen.content === undefined;
  return (
    <Section title={words.title}>
      <RecordForm
        label={words.title}
        act={words.act}
        isSaving={take.isPending}
        isUnchanged={chosen?.content === undefined || passphrase === ''}
        error={take.error}
        onSubmit={take.mutate}
      >
        <Stack gap="sm" maw={560}>
          <Text size="sm">{words.text}</Text>
          <Group gap="sm">
            <FileButton onChange={(file) => void read(file)} accept="application/json,.json">
              {(props) => (
                <Button {...props} variant="default">
                  {words.choose}
                </Button>
              )}
            </FileButton>
            <Text size="sm" role="status" c={isBroken ? 'red' : undefined}>
              {chosen === undefined
                ? words.nothing
                : isBroken
                  ? words.notJson
                  : `${words.chosen} ${chosen.name}`}
            </Text>
          </Group>
          <PasswordInput
            label={words.passphrase}
            autoComplete="off"
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
          />
        </Stack>
      </RecordForm>
    </Section>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
