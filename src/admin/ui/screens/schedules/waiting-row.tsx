/** A message that waits to be sent: why, until when, and what can be done about it. */
import { Anchor, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answerOf, api } from '../../api/client.js';
import type { Overview } from '../../api/schema.js';
import { useMay } from '../../api/session.js';
import { BusyButton } from '../../parts/busy-button.js';
import { useConfirm } from '../../parts/confirm.js';
import { fromNow } from '../../parts/from-now.js';
import { exactTime, useNow } from '../../parts/moment.js';
import { tellDone, tellRefusal } from '../../parts/notify.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';
import { type ListedMessage, mayBe } from '../messages/message-kinds.js';
import styles from './schedules.module.css';
import { whyItWaits } from './why-it-waits.js';

export interface WaitingRowProps {
  message: ListedMessage;
  sender: Overview | undefined;
  onDone(): void;
}

const words = strings.schedules.outbox;

export function WaitingRow({ message, sender, onDone }: WaitingRowProps) {
  const { id, to, status } = message;
  const subject = message.subject || words.noSubject;
  const { why, goesAt } = whyItWaits(message, sender);
  return (
    <tr>
      <th scope="row" className={styles.breaking}>
        <Anchor component={Link} to={`/messages/${id}`} inherit underline="always">
          {subject}
        </Anchor>
        <Text size="xs" c="dimmed" fw={400}>
          {words.to(to.join(', '))}
          {sender && ` ${words.through(sender.name)}`}
        </Text>
      </th>
      <td data-label={words.status} className={styles.unbroken}>
        <StatusBadge status={status} />
      </td>
      <td data-label={words.why}>{why}</td>
      <td data-label={words.when}>
        <GoesAt at={goesAt} />
      </td>
      <td data-label={words.acts}>
        <Acts
          message={message}
          subject={subject}
          // Without a sign-in it would be held again at once.
          mayGo={sender === undefined || (sender.enabled && sender.connection.status === 'authorized')}
          onDone={onDone}
        />
      </td>
    </tr>
  );
}

function GoesAt({ at }: { at: string }) {
  const now = useNow();
  const { person, now: atOnce } = strings.schedules.when;
  if (at === 'person') return person;
  if (at === 'now' || Date.parse(at) <= now) return atOnce;
  return (
    <>
      <time dateTime={at}>{fromNow(Date.parse(at) - now)}</time>
      <Text size="xs" c="dimmed">
        {exactTime(at)}
      </Text>
    </>
  );
}

interface ActsProps {
  message: ListedMessage;
  subject: string;
  mayGo: boolean;
  onDone(): void;
}

function Acts({ message, subject, mayGo, onDone }: ActsProps) {
  const mayOperate = useMay('operate');
  const confirm = useConfirm();
  const doing = useMutation({
    mutationFn(act: 'retry' | 'cancel') {
      const params = { path: { id: message.id } };
      return answerOf(
        act === 'retry'
          ? api.POST('/api/v1/messages/{id}/retry', { params })
          : api.POST('/api/v1/messages/{id}/cancel', { params }),
      );
    },
    onSuccess: (_message, act) => tellDone(act === 'retry' ? words.retried : words.cancelled),
    onError: tellRefusal,
    onSettled: onDone,
  });
  const to = message.to.join(', ');
  const cancel = async (): Promise<void> => {
    const question = { title: words.cancelTitle(subject), text: words.cancelText(to), act: words.cancelAct };
    if (await confirm(question)) doing.mutate('cancel');
  };
  const sendNow = async (): Promise<void> => {
    const question = sendQuestion(message, { subject, to });
    if (!question || (await confirm(question))) doing.mutate('retry');
  };
  if (!mayOperate) return null;
  return (
    <Group gap={4} wrap="nowrap">
      {mayGo && mayBe('retry', message) && (
        <BusyButton
          size="compact-xs"
          variant="default"
          isBusy={doing.isPending && doing.variables === 'retry'}
          isIdle={doing.isPending && doing.variables === 'cancel'}
          aria-label={words.sendNowOf(subject)}
          onClick={() => void sendNow()}
        >
          {words.sendNow}
        </BusyButton>
      )}
      {mayBe('cancel', message) && (
        <BusyButton
          size="compact-xs"
          variant="default"
          isBusy={doing.isPending && doing.variables === 'cancel'}
          isIdle={doing.isPending && doing.variables === 'retry'}
          aria-label={words.cancelOf(subject)}
          onClick={() => void cancel()}
        >
          {words.cancel}
        </BusyButton>
      )}
    </Group>
  );
}

/** Asked where it may reach somebody twice, or ahead of its time. */
function sendQuestion({ status, sendAt }: ListedMessage, { subject, to }: { subject: string; to: string }) {
  if (status === 'uncertain')
    return { title: words.sendTitle(subject), text: words.sendText(to), act: words.sendAct };
  if (status !== 'scheduled' || sendAt === undefined) return undefined;
  const text = words.earlyText(to, exactTime(sendAt));
  return { title: words.earlyTitle(subject), text, act: words.earlyAct, isDestructive: false };
}
