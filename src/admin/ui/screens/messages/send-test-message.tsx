/** A small message to see whether a sender works, and what becomes of it. */
import { Anchor, Button, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { RefusalPanel } from '../../parts/problem-panel.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';

export interface SendTestMessageProps {
  /** Id of a connector that sends. */
  connector: string;
}

export function SendTestMessage({ connector }: SendTestMessageProps) {
  const words = strings.messages.test;
  const [draft, setDraft] = useState({ to: '', subject: '', text: '' });
  const send = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/api/v1/connectors/{id}/messages', { params: { path: { id: connector } }, body: draft }),
      ),
  });
  const field = (name: keyof typeof draft) => ({
    label: words[name],
    value: draft[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      setDraft({ ...draft, [name]: currentTarget.value }),
  });
  return (
    <Stack gap="sm">
      <TextInput {...field('to')} />
      <TextInput {...field('subject')} />
      <Textarea {...field('text')} />
      <RefusalPanel error={send.error} />
      {send.data && (
        <Text component="div" size="sm">
          {words.accepted} <StatusBadge status={send.data.status} />{' '}
          <Anchor component={Link} to={`/messages/${send.data.id}`}>
            {words.open}
          </Anchor>
        </Text>
      )}
      <div>
        <Button onClick={() => send.mutate()} loading={send.isPending}>
          {words.act}
        </Button>
      </div>
    </Stack>
  );
}
