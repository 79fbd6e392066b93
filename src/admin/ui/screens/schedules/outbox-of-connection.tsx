/** The outbox of a connection: whose it is, whether it can be sent from, and each message that waits in it. */
import { Anchor, Group, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import type { Overview } from '../../api/schema.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';
import type { ListedMessage } from '../messages/message-kinds.js';
import styles from './schedules.module.css';
import { WaitingRow } from './waiting-row.js';

export interface OutboxOfConnectionProps {
  connection: string;
  messages: readonly ListedMessage[];
  /** Rows of the overview by connector. */
  senders: ReadonlyMap<string, Overview>;
  /** After an act on a message. */
  onDone(): void;
}

const words = strings.schedules.outbox;
const LINKS: Readonly<Record<string, string>> = {
  unauthorized: words.signIn,
  'reauthorization-required': words.signInAgain,
};

export function OutboxOfConnection({ connection, messages, senders, onDone }: OutboxOfConnectionProps) {
  const title = useId();
  const sender = messages.map((message) => senders.get(message.connector)).find(Boolean);
  const user = sender?.connection.user ?? messages[0]?.from ?? connection;
  const status = sender?.connection.status ?? 'authorized';
  return (
    <section aria-labelledby={title}>
      <Group gap="sm" mb={4}>
        <Title order={3} size="h5" id={title}>
          {words.of(user)}
        </Title>
        {status !== 'authorized' && <StatusBadge status={status} />}
        <Text size="xs" c="dimmed">
          {words.waits(messages.length)}
        </Text>
        <Anchor component={Link} to={`/connections/${connection}`} size="xs" underline="always">
          {LINKS[status] ?? words.openConnection}
        </Anchor>
      </Group>
      <table className={styles.table} aria-labelledby={title}>
        <thead>
          <tr>
            <th scope="col">{words.message}</th>
            <th scope="col">{words.status}</th>
            <th scope="col">{words.why}</th>
            <th scope="col">{words.when}</th>
            <th scope="col">{words.acts}</th>
          </tr>
        </thead>
        <tbody>
          {messages.map((message) => (
            <WaitingRow
              key={message.id}
              message={message}
              sender={senders.get(message.connector)}
              onDone={onDone}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}
