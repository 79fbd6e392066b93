/** The form of an alert channel: a webhook, or mail through an Email Send connector. */
import {
  Button,
  MultiSelect,
  PasswordInput,
  SegmentedControl,
  Select,
  Switch,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { atVersion } from '../../api/at-version.js';
import { type AlertChannel, answerOf, api } from '../../api/client.js';
import { fieldFaults } from '../../api/field-faults.js';
import { queryKeys } from '../../api/keys.js';
import { boundField, choices } from '../../parts/bound-field.js';
import { RecordForm } from '../../parts/record-form.js';
import { newWebhookSecret } from '../../parts/webhook-secret.js';
import { strings } from '../../strings/index.js';
import { sendersQuery } from './alert-queries.js';
import { type ChannelDraft, draftOf, inputOf, patchOf } from './channel-draft.js';

const words = strings.alerts.channel;

export interface ChannelFormProps {
  /** To be changed; absent: a new one. */
  channel?: AlertChannel;
  onSaved(): void;
  onCancel(): void;
}

export function ChannelForm({ channel, onSaved, onCancel }: ChannelFormProps) {
  const [draft, setDraft] = useState(() => draftOf(channel));
  const set = (change: Partial<ChannelDraft>): void => setDraft((before) => ({ ...before, ...change }));
  const client = useQueryClient();
  const senders = useQuery({ ...sendersQuery, enabled: draft.type === 'mail' });
  const save = useMutation({
    mutationFn: () => sent(draft, channel),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: queryKeys.alertChannels });
      onSaved();
    },
  });
  const faults = fieldFaults(save.error);
  const fields = { draft, set, faults };
  return (
    <RecordForm
      label={words.formLabel}
      act={channel ? strings.parts.save : strings.parts.create}
      isSaving={save.isPending}
      error={save.error}
      onSubmit={save.mutate}
      onCancel={onCancel}
    >
      {!channel && (
        <SegmentedControl
          aria-label={words.type}
          data={choices(words.types)}
          value={draft.type}
          onChange={(type) => set({ type: type === 'mail' ? 'mail' : 'webhook' })}
        />
      )}
      <TextInput label={words.name} required {...boundField(fields, 'name')} />
      {draft.type === 'webhook' ? (
        <>
          <TextInput label={words.url} description={words.urlText} required {...boundField(fields, 'url')} />
          <PasswordInput
            label={words.secret}
            description={channel ? `${words.secretText} ${words.secretKept}` : words.secretText}
            required={!channel}
            autoComplete="off"
            {...boundField(fields, 'secret')}
          />
          <Button variant="default" size="xs" onClick={() => set({ secret: newWebhookSecret() })}>
            {words.makeSecret}
          </Button>
        </>
      ) : (
        <>
          <Select
            label={words.connector}
            description={words.connectorText}
            required
            searchable
            data={senders.data ?? []}
            value={draft.connector || null}
            error={faults.get('/connector')}
            onChange={(connector) => set({ connector: connector ?? '' })}
          />
          <TagsInput
            label={words.to}
            description={words.toText}
            required
            acceptValueOnBlur
            value={draft.to}
            error={faults.get('/to')}
            onChange={(to) => set({ to })}
          />
        </>
      )}
      <Select
        label={words.minimumSeverity}
        data={choices(words.severities)}
        allowDeselect={false}
        value={draft.minimumSeverity}
        onChange={(value) => set({ minimumSeverity: value === 'critical' ? 'critical' : 'warning' })}
      />
      <MultiSelect
        label={words.only}
        description={words.onlyText}
        data={choices(strings.alerts.kinds)}
        value={draft.only}
        onChange={(only) => set({ only })}
        clearable
      />
      <Switch
        label={words.enabled}
        checked={draft.enabled}
        onChange={({ currentTarget }) => set({ enabled: currentTarget.checked })}
      />
    </RecordForm>
  );
}

const sent = (draft: ChannelDraft, channel: AlertChannel | undefined): Promise<AlertChannel> =>
  channel
    ? answerOf(
        api.PATCH('/api/v1/alert-channels/{id}', {
          params: atVersion(channel),
          body: patchOf(draft),
        }),
      )
    : answerOf(api.POST('/api/v1/alert-channels', { body: inputOf(draft) }));
