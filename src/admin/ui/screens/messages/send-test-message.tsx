/** A small message to see whether a sender works, now or at a time, and what becomes of it while one looks on. */
import { Button, Group, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { fieldFaults } from '../../api/field-faults.js';
import { useMay } from '../../api/session.js';
import { ownZone } from '../../parts/own-zone.js';
import { RefusalPanel } from '../../parts/problem-panel.js';
import { strings } from '../../strings/index.js';
import { idempotencyKey } from './idempotency-key.js';
import { fromLocal } from './local-time.js';
import { SentMessage } from './sent-message.js';

export interface SendTestMessageProps {
  /** Id of a connector that sends. */
  connector: string;
}

interface Draft {
  to: string;
  subject: string;
  text: string;
  /** As the browser's field has it. */
  sendAt: string;
}

export function SendTestMessage({ connector }: SendTestMessageProps) {
  const words = strings.messages.test;
  const may = useMay('operate');
  const [draft, setDraft] = useState<Draft>({
    to: '',
    subject: words.firstSubject,
    text: words.firstText,
    sendAt: '',
  });
  // Pressed again after an answer that was lost, the same draft is the same message.
  const key = useRef(idempotencyKey());
  const send = useMutation({
    mutationFn: () => {
      const { to, subject, text, sendAt } = draft;
      const at = fromLocal(sendAt);
      const recipients = to
        .split(/[,;\n]/)
        .map((each) => each.trim())
        .filter((each) => each !== '');
      const body = {
        ...(recipients.length > 0 && { to: recipients }),
        ...{ subject, text },
        ...(at !== undefined && { sendAt: at }),
      };
      const params = { path: { id: connector }, header: { 'idempotency-key': key.current } };
      return answerOf(api.POST('/api/v1/connectors/{id}/messages', { params, body }));
    },
    onSuccess() {
      key.current = idempotencyKey();
    },
  });
  const faults = fieldFaults(send.error);
  const field = (name: keyof Draft) => ({
    label: words[name],
    value: draft[name],
    disabled: !may,
    error: faultOf(faults, name),
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => {
      setDraft((before) => ({ ...before, [name]: value }));
      key.current = idempotencyKey();
    },
  });
  return (
    <Stack gap="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate();
        }}
      >
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput {...field('to')} description={words.toHint} inputMode="email" />
            <TextInput {...field('sendAt')} type="datetime-local" description={words.sendAtHint(ownZone())} />
          </SimpleGrid>
          <TextInput {...field('subject')} />
          <Textarea {...field('text')} autosize minRows={3} maxRows={12} />
          <RefusalPanel error={send.error} />
          <Group>
            <Button
              type="submit"
              loading={send.isPending}
              disabled={!may}
              leftSection={<IconSend size={16} aria-hidden />}
            >
              {draft.sendAt === '' ? words.act : words.actLater}
            </Button>
            {!may && (
              <Text size="sm" c="dimmed">
                {strings.testRun.mayNot}
              </Text>
            )}
          </Group>
        </Stack>
      </form>
      {send.data && <SentMessage key={send.data.id} accepted={send.data} />}
    </Stack>
  );
}

/** Of the field itself, or of something in it (`/to/0`). */
function faultOf(faults: ReadonlyMap<string, string>, name: string): string | undefined {
  for (const [path, message] of faults)
    if (path === `/${name}` || path.startsWith(`/${name}/`)) return message;
  return undefined;
}
