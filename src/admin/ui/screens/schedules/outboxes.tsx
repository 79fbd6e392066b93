/** What waits to be sent, a part for each mailbox. */
import { Button } from '@mantine/core';
import { useMemo } from 'react';
import type { Overview } from '../../api/schema.js';
import { EmptyState, Loaded, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { outboxesOf, useOutboxes } from './outbox.js';
import { OutboxOfConnection } from './outbox-of-connection.js';

const words = strings.schedules.outbox;

export function Outboxes({ rows }: { rows: readonly Overview[] }) {
  const outbox = useOutboxes();
  const senders = useMemo(() => new Map(rows.map((row) => [row.id, row])), [rows]);
  return (
    <Section title={words.title}>
      <Loaded query={outbox}>
        {({ pages }) => {
          const outboxes = outboxesOf(pages);
          return (
            <>
              {outboxes.length === 0 && !outbox.hasNextPage && (
                <EmptyState title={words.empty}>{words.emptyText}</EmptyState>
              )}
              {outboxes.map(({ connection, messages }) => (
                <OutboxOfConnection
                  key={connection}
                  connection={connection}
                  messages={messages}
                  senders={senders}
                  onDone={() => void outbox.readAgain()}
                />
              ))}
              {outbox.hasNextPage && (
                <div>
                  <Button
                    variant="default"
                    size="xs"
                    loading={outbox.isFetchingNextPage}
                    onClick={() => void outbox.fetchNextPage()}
                  >
                    {words.more}
                  </Button>
                </div>
              )}
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}
