/** Of a message that went out: whom the server did not take it for, which its status does not say. */
import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { Message } from '../../api/client.js';
import { strings } from '../../strings/index.js';

export function RefusedRecipients({ message: { status, log } }: { message: Message }) {
  const words = strings.messages.refused;
  const taken = new Set(log.flatMap(({ accepted = [] }) => accepted));
  const refused = new Set(log.flatMap(({ rejected = [] }) => rejected.map(({ address }) => address)));
  const left = [...refused].filter((address) => !taken.has(address));
  if (status !== 'sent' || left.length === 0) return null;
  return (
    <Alert
      variant="outline"
      color="yellow"
      icon={<IconInfoCircle aria-hidden />}
      title={words.title}
      role="note"
    >
      {words.text(left)}
    </Alert>
  );
}
