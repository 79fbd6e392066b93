/** How far each mailbox has used its budget; the one nearest to its limit first. */
import { Anchor, Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { MailboxBudget } from '../../api/schema.js';
import { EmptyState, Loaded, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import styles from './charts.module.css';
import { fullestFirst, useBudgets } from './statistics-query.js';

const words = strings.charts.budgets;
const KINDS = ['minute', 'day', 'smtpConnections'] as const;

export function BudgetMeters() {
  const query = useBudgets();
  return (
    <Section title={words.title}>
      <Text size="sm" c="dimmed">
        {words.explained}
      </Text>
      <Loaded query={query}>
        {({ pages }) => {
          const budgets = fullestFirst(pages.flatMap(({ items }) => items));
          if (budgets.length === 0 && !query.hasNextPage)
            return <EmptyState title={words.empty}>{words.emptyText}</EmptyState>;
          return <Meters budgets={budgets} />;
        }}
      </Loaded>
      {query.hasNextPage && (
        <div>
          <Button
            variant="default"
            size="xs"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {words.more}
          </Button>
        </div>
      )}
    </Section>
  );
}

function Meters({ budgets }: { budgets: readonly MailboxBudget[] }) {
  return (
    <table className={styles.budgets} aria-label={words.title}>
      <thead>
        <tr>
          <th scope="col">{words.mailbox}</th>
          {KINDS.map((kind) => (
            <th key={kind} scope="col">
              {words[kind]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {budgets.map((budget) => (
          <tr key={budget.connections.map(({ id }) => id).join()}>
            <th scope="row">
              <Anchor
                component={Link}
                to={`/connections/${budget.connections[0]?.id ?? ''}`}
                inherit
                underline="always"
              >
                {budget.user}
              </Anchor>
            </th>
            {KINDS.map((kind) => (
              <td key={kind} data-label={words[kind]}>
                <Meter label={`${words[kind]}: ${budget.user}`} {...budget[kind]} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Nearly used up. */
const HIGH = 0.8;

function Meter({ label, used, limit }: { label: string; used: number; limit: number }) {
  const text = words.used(used, limit);
  return (
    <>
      <meter
        aria-label={`${label}: ${text}`}
        min={0}
        max={Math.max(limit, 1)}
        high={limit * HIGH}
        optimum={0}
        value={used}
        className={styles.meter}
      />
      <span className={styles.times}>{text}</span>
    </>
  );
}
