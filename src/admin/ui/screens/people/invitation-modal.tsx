/** Invites a person, and shows the one-time link that they are to be handed. */
import { Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, type Person } from '../../api/client.js';
import { fieldFaults } from '../../api/field-faults.js';
import { queryKeys } from '../../api/keys.js';
import { boundField } from '../../parts/bound-field.js';
import { FormModal, useModalHold } from '../../parts/form-modal.js';
import { exactTime } from '../../parts/moment.js';
import { RecordForm } from '../../parts/record-form.js';
import { strings } from '../../strings/index.js';
import type { MadeLink } from './people-list.js';
import { ReachChoice } from './reach-choice.js';
import { ShownOnce } from './shown-once.js';

const words = strings.people;

export interface InvitationModalProps {
  /** The form, or a link that was made. */
  shown: 'invite' | MadeLink | undefined;
  onLink(link: MadeLink): void;
  onClose(): void;
}

export function InvitationModal({ shown, onLink, onClose }: InvitationModalProps) {
  return (
    <FormModal
      isOpen={shown !== undefined}
      onClose={onClose}
      title={shown === undefined || shown === 'invite' ? words.invite : words.link}
    >
      {shown === 'invite' && <InvitationForm onLink={onLink} onCancel={onClose} />}
      {shown !== undefined && shown !== 'invite' && (
        <ShownOnce text={words.linkFor(shown.name)} label={words.link} secret={shown.url} onClose={onClose}>
          <Text size="sm" c="dimmed">
            {words.linkUntil} {exactTime(shown.expiresAt)}
          </Text>
        </ShownOnce>
      )}
    </FormModal>
  );
}

const EMPTY: { name: string; role: Person['role'] } = { name: '', role: 'viewer' };

function InvitationForm({ onLink, onCancel }: { onLink(link: MadeLink): void; onCancel(): void }) {
  const [draft, setDraft] = useState(EMPTY);
  const client = useQueryClient();
  const invite = useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/people', { body: draft })),
    onSuccess({ person, url, expiresAt }) {
      void client.invalidateQueries({ queryKey: queryKeys.people });
      onLink({ name: person.name, url, expiresAt });
    },
  });
  useModalHold(draft !== EMPTY);
  const set = (change: Partial<typeof draft>): void => {
    if (!invite.isPending) setDraft((before) => ({ ...before, ...change }));
  };
  const fields = { draft, set, faults: fieldFaults(invite.error) };
  return (
    <RecordForm
      label={words.invite}
      act={words.invite}
      isSaving={invite.isPending}
      error={invite.error}
      onSubmit={invite.mutate}
      onCancel={onCancel}
    >
      <Text size="sm">{words.inviteText}</Text>
      <TextInput
        label={words.name}
        description={words.nameText}
        required
        autoComplete="off"
        data-autofocus
        {...boundField(fields, 'name')}
      />
      <ReachChoice
        label={words.role}
        words={words.roles}
        value={draft.role}
        onChange={(role) => set({ role })}
      />
    </RecordForm>
  );
}
