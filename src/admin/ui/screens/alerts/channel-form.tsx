/** The form of an alert channel: a webhook, or mail through an Email Send connector. */
import {
  Button,
  Group,
  MultiSelect,
  PasswordInput,
  SegmentedControl,
  Select,
  Switch,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { atVersion } from '../../api/at-version.js';
import { type AlertChannel, ApiProblem, answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { boundField, choices } from '../../parts/bound-field.js';
import { useConfirm } from '../../parts/confirm.js';
import { RecordForm } from '../../parts/record-form.js';
import { type Before, useRecordDraft } from '../../parts/use-record-draft.js';
import { newWebhookSecret } from '../../parts/webhook-secret.js';
import { strings } from '../../strings/index.js';
import { sendersQuery } from './alert-queries.js';
import { type ChannelDraft, draftOf, inputOf, patchOf } from './channel-draft.js';

const words = strings.alerts.channel;

export interface ChannelFormProps {
  /** To be changed, as it is stored now; absent: a new one. */
  channel?: AlertChannel;
  onSaved(): void;
  onCancel(): void;
}

export function ChannelForm({ channel, onSaved, onCancel }: ChannelFormProps) {
  const client = useQueryClient();
  const confirm = useConfirm();
  const readAnew = (): Promise<void> => client.invalidateQueries({ queryKey: queryKeys.alertChannels });
  const form = useRecordDraft<ChannelDraft, AlertChannel>({
    stored: channel,
    start: () => draftOf(channel),
    draftOf,
    async send(draft, before) {
      try {
        return await sent(draft, before);
      } catch (error) {
        // What somebody else has saved is there when the refusal shows.
        if (error instanceof ApiProblem && error.status === 412) await readAnew();
        throw error;
      }
    },
    onSaved() {
      void readAnew();
      onSaved();
    },
  });
  const { draft, set, faults } = form;
  const fields = { draft, set, faults };
  const senders = useQuery({ ...sendersQuery, enabled: draft.type === 'mail' });
  const submit = async (): Promise<void> => {
    const { title, text, act } = words.switchOff;
    const isSwitchedOff = channel !== undefined && form.base.enabled && !draft.enabled;
    if (isSwitchedOff) {
      const question = { title: title(channel.name), text: text(channel.delivery.waiting), act };
      if (!(await confirm(question))) return;
    }
    form.save();
  };
  return (
    <RecordForm
      label={words.formLabel}
      act={channel ? strings.parts.save : strings.parts.create}
      isSaving={form.isSaving}
      isUnchanged={channel !== undefined && !form.isDirty}
      error={form.error}
      onSubmit={() => void submit()}
      onCancel={onCancel}
      wayOut={
        form.isStale ? (
          <Group gap="sm">
            <Button size="xs" onClick={form.keepMine}>
              {words.keepMine}
            </Button>
            <Button variant="default" size="xs" onClick={form.showStored}>
              {words.showStored}
            </Button>
          </Group>
        ) : undefined
      }
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

const sent = (draft: ChannelDraft, before: Before<ChannelDraft> | undefined): Promise<AlertChannel> =>
  before
    ? answerOf(
        api.PATCH('/api/v1/alert-channels/{id}', {
          params: atVersion(before),
          body: patchOf(draft),
        }),
      )
    : answerOf(api.POST('/api/v1/alert-channels', { body: inputOf(draft) }));
