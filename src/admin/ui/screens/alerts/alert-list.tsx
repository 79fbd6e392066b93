/** Alerts of a status, newest first: what it is about, since when, and the whole problem. */
import { Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Alert } from '../../api/client.js';
import { Moment } from '../../parts/moment.js';
import { EmptyState, Loaded } from '../../parts/page.js';
import { ProblemPanel } from '../../parts/problem-panel.js';
import { strings } from '../../strings/index.js';
import { type AlertStatus, alertsQuery } from './alert-queries.js';

const words = strings.alerts;

export function AlertList({ status }: { status: AlertStatus }) {
  const query = useInfiniteQuery(alertsQuery(status));
  const empty = status === 'open' ? words.none : words.noneResolved;
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return <EmptyState title={empty.title}>{empty.text}</EmptyState>;
        return (
          <Stack>
            {items.map((each) => (
              <AlertCard key={each.id} alert={each} />
            ))}
            {query.hasNextPage && (
              <Button
                variant="default"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {strings.parts.more}
              </Button>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}

/** Where the record of an alert stands in the web app; of the service itself, its own screen. */
const placeOf = ({ subject: { type, id } }: Alert): string =>
  id === undefined ? '/service' : `/${type}s/${id}`;

function AlertCard({ alert }: { alert: Alert }) {
  const { subject, severity, affects, openedAt, resolvedAt, problem } = alert;
  const affected = affects ? words.affects(affects.count, affects.what, affects.names) : undefined;
  return (
    <article aria-label={`${words.kinds[alert.kind] ?? alert.kind}: ${subject.name}`}>
      <Stack gap="xs">
        <Group gap="sm">
          <Anchor component={Link} to={placeOf(alert)} fw={600}>
            {subject.name}
          </Anchor>
          <Badge color={severity === 'critical' ? 'red' : 'yellow'} variant="light" tt="none">
            {words.severity[severity] ?? severity}
          </Badge>
          <Text size="sm" c="dimmed" component="span">
            {words.openedAt} <Moment at={openedAt} />
            {resolvedAt !== null && (
              <>
                {', '}
                {words.resolvedAt} <Moment at={resolvedAt} />
              </>
            )}
          </Text>
        </Group>
        <ProblemPanel problem={problem} isWarning={severity === 'warning' || alert.status === 'resolved'}>
          {alert.status === 'open' && (
            <Button component={Link} to={placeOf(alert)} size="xs" variant="default">
              {words.look}
            </Button>
          )}
        </ProblemPanel>
        {affected !== undefined && (
          <Text size="sm" c="dimmed">
            {affected}
          </Text>
        )}
      </Stack>
    </article>
  );
}
