/** Alert channels: whom they tell, how their deliveries do, and what may be done with them. */
import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { atVersion } from '../../api/at-version.js';
import { type AlertChannel, answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { useMay } from '../../api/session.js';
import { BusyButton } from '../../parts/busy-button.js';
import { useConfirm } from '../../parts/confirm.js';
import { FormModal } from '../../parts/form-modal.js';
import { ListTable } from '../../parts/list-table.js';
import { Moment } from '../../parts/moment.js';
import { tellDone, tellRefusal } from '../../parts/notify.js';
import { EmptyState, Loaded, Section } from '../../parts/page.js';
import { ProblemPanel } from '../../parts/problem-panel.js';
import { strings } from '../../strings/index.js';
import { channelsQuery } from './alert-queries.js';
import { ChannelForm } from './channel-form.js';

const words = strings.alerts.channel;

export function ChannelList() {
  const query = useQuery(channelsQuery);
  const mayChange = useMay('admin');
  /** Which is changed; a new one, or none. */
  const [edited, setEdited] = useState<AlertChannel | 'new'>();
  // As it is stored now: what somebody else has saved meanwhile is seen.
  const channel = edited === 'new' ? undefined : (query.data?.find(({ id }) => id === edited?.id) ?? edited);
  const close = (): void => setEdited(undefined);
  const add = mayChange && <Button onClick={() => setEdited('new')}>{words.new}</Button>;
  return (
    <Stack>
      <Loaded query={query}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState title={words.none.title} action={add}>
              {words.none.text}
            </EmptyState>
          ) : (
            <>
              <Group justify="flex-end">{add}</Group>
              <Section>
                <ListTable
                  columns={[
                    words.columns.name,
                    words.columns.told,
                    words.columns.delivery,
                    words.columns.acts,
                  ]}
                  minWidth={560}
                >
                  {items.map((each) => (
                    <ChannelRow key={each.id} channel={each} onEdit={() => setEdited(each)} />
                  ))}
                </ListTable>
              </Section>
            </>
          )
        }
      </Loaded>
      <FormModal
        isOpen={edited !== undefined}
        onClose={close}
        title={channel ? words.edit(channel.name) : words.new}
        size="lg"
      >
        {edited !== undefined && (
          <ChannelForm {...(channel && { channel })} onSaved={close} onCancel={close} />
        )}
      </FormModal>
    </Stack>
  );
}

function ChannelRow({ channel, onEdit }: { channel: AlertChannel; onEdit(): void }) {
  const { id, name, type, enabled, minimumSeverity, only, delivery } = channel;
  const client = useQueryClient();
  const confirm = useConfirm();
  const mayOperate = useMay('operate');
  const mayChange = useMay('admin');
  const readAnew = (): Promise<void> => client.invalidateQueries({ queryKey: queryKeys.alertChannels });
  const test = useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/alert-channels/{id}/test', { params: { path: { id } } })),
    onSuccess({ problem }) {
      if (!problem) tellDone(words.tested);
      void readAnew();
    },
    onError: tellRefusal,
  });
  const remove = async (): Promise<void> => {
    const asked = { title: words.deleteTitle(name), text: words.deleteText(delivery.waiting) };
    if (!(await confirm({ ...asked, act: strings.parts.delete }))) return;
    await answerOf(api.DELETE('/api/v1/alert-channels/{id}', { params: atVersion(channel) })).then(
      () => tellDone(words.deleted(name)),
      tellRefusal,
    );
    await readAnew();
  };
  const problem = test.data?.problem ?? delivery.problem;
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={600}>{name}</Text>
        <Text size="sm" c="dimmed">
          {words.types[type] ?? type}: {channel.url ?? channel.to?.join(', ')}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{enabled ? words.severities[minimumSeverity] : words.off}</Text>
        {only && (
          <Text size="xs" c="dimmed">
            {only.map((kind) => strings.alerts.kinds[kind] ?? kind).join('; ')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm" component="div">
          {delivery.lastSuccessAt === null ? (
            words.neverTold
          ) : (
            <>
              {words.lastTold} <Moment at={delivery.lastSuccessAt} />
            </>
          )}
        </Text>
        {delivery.waiting > 0 && <Text size="sm">{words.waiting(delivery.waiting)}</Text>}
        {problem && <ProblemPanel problem={problem} />}
      </Table.Td>
      <Table.Td>
        <Group gap="xs">
          {mayOperate && (
            <BusyButton
              size="xs"
              variant="default"
              isBusy={test.isPending}
              aria-label={`${words.test} ${name}`}
              onClick={() => test.mutate()}
            >
              {words.test}
            </BusyButton>
          )}
          {mayChange && (
            <>
              <Button size="xs" variant="default" aria-label={`${words.change} ${name}`} onClick={onEdit}>
                {words.change}
              </Button>
              <Button
                size="xs"
                variant="default"
                aria-label={`${strings.parts.delete} ${name}`}
                onClick={() => void remove()}
              >
                {strings.parts.delete}
              </Button>
            </>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
