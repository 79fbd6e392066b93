/** Exports the grant of a connection to a file that the browser saves. */
import { Checkbox, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, type Connection } from '../../api/client.js';
import { fieldFaults } from '../../api/field-faults.js';
import { queryKeys } from '../../api/keys.js';
import { useConfirm } from '../../parts/confirm.js';
import { Section } from '../../parts/page.js';
import { ProblemPanel } from '../../parts/problem-panel.js';
import { RecordForm } from '../../parts/record-form.js';
import { saveFile } from '../../parts/save-file.js';
import { strings } from '../../strings/index.js';

export function GrantExport({ connection: { id, name } }: { connection: Connection }) {
  const words = strings.connections.transfer.export;
  const [passphrase, setPassphrase] = useState('');
  const [isMove, setIsMove] = useState(false);
  const confirm = useConfirm();
  const client = useQueryClient();
  const give = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/api/v1/connections/{id}/export', {
          params: { path: { id } },
          body: { passphrase, move: isMove },
        }),
      ),
    onSuccess({ file }) {
      saveFile(`${name}.mailgrant-grant.json`, file);
      setPassphrase('');
      void client.invalidateQueries({ queryKey: queryKeys.connection(id) });
    },
  });
  const submit = async (): Promise<void> => {
    const { moveTitle: title, moveText: text, moveAct: act } = words;
    if (!isMove || (await confirm({ title, text, act }))) give.mutate();
  };
  return (
    <Section title={words.title}>
      <RecordForm
        label={words.title}
        act={words.act}
        isSaving={give.isPending}
        isUnchanged={passphrase === ''}
        error={give.error}
        onSubmit={() => void submit()}
      >
        <Stack gap="sm" maw={560}>
          <Text size="sm">{words.text}</Text>
          <PasswordInput
            label={words.passphrase}
            description={words.passphraseHint}
            autoComplete="new-password"
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            error={fieldFaults(give.error).get('/passphrase')}
          />
          <Checkbox
            label={words.move}
            description={words.moveHint}
            checked={isMove}
            onChange={(event) => setIsMove(event.currentTarget.checked)}
          />
          <div role="status">{give.isSuccess && <Text size="sm">{words.done}</Text>}</div>
          {give.data?.warnings.map((warning) => (
            <ProblemPanel key={warning.code} problem={warning} isWarning />
          ))}
        </Stack>
      </RecordForm>
    </Section>
  );
}
