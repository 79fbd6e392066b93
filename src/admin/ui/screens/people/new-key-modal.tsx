/** Makes an API key, and shows it the one time that it can be shown. */
import { TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { fieldFaults } from '../../api/field-faults.js';
import { queryKeys } from '../../api/keys.js';
import type { Scope } from '../../api/session.js';
import { boundField } from '../../parts/bound-field.js';
import { FormModal, useModalHold } from '../../parts/form-modal.js';
import { RecordForm } from '../../parts/record-form.js';
import { strings } from '../../strings/index.js';
import { ReachChoice } from './reach-choice.js';
import { ShownOnce } from './shown-once.js';

const words = strings.people.keys;

export function NewKeyModal({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  return (
    <FormModal isOpen={isOpen} onClose={onClose} title={words.new}>
      <NewKey onClose={onClose} />
    </FormModal>
  );
}

const EMPTY: { name: string; scope: Scope } = { name: '', scope: 'read' };

function NewKey({ onClose }: { onClose(): void }) {
  const [draft, setDraft] = useState(EMPTY);
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      answerOf(api.POST('/api/v1/api-keys', { body: { name: draft.name, scopes: [draft.scope] } })),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.apiKeys }),
  });
  useModalHold(draft !== EMPTY);
  const set = (change: Partial<typeof draft>): void => {
    if (!make.isPending) setDraft((before) => ({ ...before, ...change }));
  };
  if (make.data)
    return <ShownOnce text={words.keyText} label={words.key} secret={make.data.key} onClose={onClose} />;
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
