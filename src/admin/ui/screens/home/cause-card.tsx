/** One cause of which connectors stand still: which these are, and the button that mends it. */
import { Anchor, Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { applicationQuery } from '../../api/records.js';
import { useMay } from '../../api/session.js';
import { strings } from '../../strings/index.js';
import type { ConnectorActs } from './connector-acts.js';
import { NeedCard } from './need-card.js';
import type { Cause } from './needs-person.js';

export interface CauseCardProps {
  cause: Cause;
  acts: ConnectorActs;
  onProblem(code: string): void;
}

const words = strings.home.needs;

export function CauseCard(props: CauseCardProps) {
  switch (props.cause.kind) {
    case 'application':
      return <ApplicationCard {...props} />;
    case 'connection':
      return <ConnectionCard {...props} />;
    case 'connectors':
      return <ConnectorsCard {...props} />;
  }
}

const titleOf = ({ problem }: Cause): string => problem?.title ?? words.unknown;

function ApplicationCard({ cause }: CauseCardProps) {
  const id = cause.key;
  const { data } = useQuery(applicationQuery(id));
  return (
    <NeedCard
      sign="problem"
      title={words.application(data?.name ?? '…', titleOf(cause))}
      next={cause.problem?.next}
      acts={
        <Button component={Link} to={`/applications/${id}`} size="xs">
          {words.openApplication}
        </Button>
      }
    >
      <Stopped cause={cause} />
    </NeedCard>
  );
}

function ConnectionCard({ cause }: CauseCardProps) {
  const connection = cause.rows[0]?.connection;
  const isFirst = connection?.status === 'unauthorized';
  return (
    <NeedCard
      sign="person"
      title={words.connection(
        connection?.user ?? '',
        cause.problem?.title ?? (isFirst ? words.notSignedIn : words.signInEnded),
      )}
      next={cause.problem?.next}
      acts={
        <Button component={Link} to={`/connections/${cause.key}`} size="xs">
          {isFirst ? words.signIn : words.signInAgain}
        </Button>
      }
    >
      <Stopped cause={cause} />
    </NeedCard>
  );
}

/** What a single connector lacks shows here with its acts; where many lack the same, the list shows them. */
function ConnectorsCard({ cause, acts, onProblem }: CauseCardProps) {
  const mayOperate = useMay('operate');
  const { rows, problem } = cause;
  const [first, ...others] = rows;
  if (!first) return null;
  const isOne = others.length === 0;
  const code = problem?.code;
  return (
    <NeedCard
      sign="problem"
      title={
        isOne ? words.connector(first.name, titleOf(cause)) : words.connectors(rows.length, titleOf(cause))
      }
      next={problem?.next}
      acts={
        <>
          {mayOperate && (
            <Button size="xs" onClick={() => void acts.reset(rows)}>
              {isOne ? strings.home.acts.reset : words.resetAll(rows.length)}
            </Button>
          )}
          {mayOperate && isOne && (
            <Button size="xs" variant="default" onClick={() => void acts.run(first)}>
              {strings.home.acts.run[first.direction]}
            </Button>
          )}
          {isOne && (
            <Button component={Link} to={`/connectors/${first.id}`} size="xs" variant="default">
              {words.openConnector}
            </Button>
          )}
          {!isOne && code !== undefined && (
            <Button size="xs" variant="default" onClick={() => onProblem(code)}>
              {words.showThese(rows.length)}
            </Button>
          )}
        </>
      }
    >
      {!isOne && <Stopped cause={cause} />}
    </NeedCard>
  );
}

/** More names are no help to anybody. */
const NAMED = 3;

function Stopped({ cause: { rows, waiting } }: { cause: Cause }): ReactNode {
  return (
    <Text size="xs" c="dimmed">
      {words.holds(rows.length, waiting)}{' '}
      {rows.slice(0, NAMED).map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Anchor component={Link} to={`/connectors/${id}`} size="xs" underline="always">
            {name}
          </Anchor>
        </span>
      ))}
      {rows.length > NAMED && ` ${words.andMore(rows.length - NAMED)}`}
    </Text>
  );
}
