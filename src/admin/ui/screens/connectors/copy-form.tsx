/** Names the copy of a connector, makes it, and opens it. */
import { Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf, api, type Connector } from '../../api/client.js';
import { fieldFaults } from '../../api/field-faults.js';
import { queryKeys } from '../../api/keys.js';
import { tellDone } from '../../parts/notify.js';
import { RecordForm } from '../../parts/record-form.js';
import { strings } from '../../strings/index.js';

const words = strings.connectors.copy;
const LONGEST_NAME = 200;

export function CopyForm({ connector, onCancel }: { connector: Connector; onCancel(): void }) {
  const [name, setName] = useState(words.suggested(connector.name).slice(0, LONGEST_NAME));
  const navigate = useNavigate();
  const client = useQueryClient();
  const copy = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/api/v1/connectors/{id}/copy', {
          params: { path: { id: connector.id } },
          body: { name: name.trim() },
        }),
      ),
    onSuccess(made) {
      tellDone(words.done(made.name));
      void client.invalidateQueries({ queryKey: [...queryKeys.connectors, 'list'] });
      onCancel();
      void navigate({ to: '/connectors/$id', params: { id: made.id } });
    },
  });
  const fault = fieldFaults(copy.error).get('/name');
  return (
    <RecordForm
      label={words.title(connector.name)}
      act={words.act}
      isSaving={copy.isPending}
      isUnchanged={name.trim() === ''}
      error={copy.error}
      onSubmit={() => copy.mutate()}
      onCancel={onCancel}
    >
      <Text size="sm">{words.text}</Text>
      <TextInput
        label={words.name}
        required
        data-autofocus
        maxLength={LONGEST_NAME}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        {...(fault !== undefined && { error: fault })}
      />
    </RecordForm>
  );
}
