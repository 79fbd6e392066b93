/** Makes an API key, and shows it the one time that it can be shown. */
import { Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { fieldFaults } from '../../api/field-faults.js';
import { queryKeys } from '../../api/keys.js';
import type { Scope } from '../../api/session.js';
import { boundField } from '../../parts/bound-field.js';
import { CopyField } from '../../parts/copy-field.js';
import { RecordForm } from '../../parts/record-form.js';
import { strings } from '../../strings/index.js';
import { ReachChoice } from './reach-choice.js';

const words = strings.people.keys;

export function NewKeyModal({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={words.new} closeOnClickOutside={false}>
      <NewKey onClose={onClose} />
    </Modal>
  );
}

function NewKey({ onClose }: { onClose(): void }) {
  const [draft, setDraft] = useState<{ name: string; scope: Scope }>({ name: '', scope: 'read' });
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      answerOf(api.POST('/api/v1/api-keys', { body: { name: draft.name, scopes: [draft.scope] } })),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.apiKeys }),
  });
  const set = (change: Partial<typeof draft>): void => setDraft((before) => ({ ...before, ...change }));
  if (make.data)
    return (
      <Stack>
        <Text size="sm">{words.keyText}</Text>
        <CopyField label={words.key} value={make.data.key} />
      </Stack>
    );
  return (
    <RecordForm
      label={words.new}
      act={strings.parts.create}
      isSaving={make.isPending}
      error={make.error}
      onSubmit={make.mutate}
      onCancel={onClose}
    >
      <TextInput
        label={words.name}
        description={words.nameText}
        required
        autoComplete="off"
        data-autofocus
        {...boundField({ draft, set, faults: fieldFaults(make.error) }, 'name')}
      />
      <ReachChoice
        label={words.scope}
        words={words.scopes}
        value={draft.scope}
        onChange={(scope) => set({ scope })}
      />
    </RecordForm>
  );
}
