/** What became of a message that was just accepted: followed live until nothing moves it any more. */
import { Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { messageQuery } from '../../api/records.js';
import { Moment } from '../../parts/moment.js';
import { ProblemPanel } from '../../parts/problem-panel.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';
import { MessageLink } from './message-link.js';

export interface SentMessageProps {
  accepted: { id: string; status: string; messageId: string };
}

export function SentMessage({ accepted: { id, status, messageId } }: SentMessageProps) {
  const words = strings.messages.test;
  const { data } = useQuery(messageQuery(id));
  const now = data?.status ?? status;
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group gap="xs" role="status">
          <Text size="sm">{words.accepted}</Text>
          <StatusBadge status={now} />
          {data?.sendAt !== undefined && now === 'scheduled' && (
            <Text size="sm" component="span">
              {words.goes} <Moment at={data.sendAt} />
            </Text>
          )}
        </Group>
        {data?.problem && <ProblemPanel problem={data.problem} />}
        <Text size="sm">
          <MessageLink id={id} underline="always">
            {words.open}
          </MessageLink>{' '}
          <Text span size="xs" c="dimmed">
            {data?.serverMessageId ?? data?.messageId ?? messageId}
          </Text>
        </Text>
      </Stack>
    </Paper>
  );
}
