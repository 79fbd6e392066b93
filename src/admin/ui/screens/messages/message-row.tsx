/** One message of a list: status, subject, from whom to whom, which connector, when, and what went wrong. */
import { Checkbox, Text } from '@mantine/core';
import { IconArrowDownLeft, IconArrowUpRight } from '@tabler/icons-react';
import { memo } from 'react';
import { Moment, useNow } from '../../parts/moment.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';
import type { ListedMessage } from './message-kinds.js';
import { MessageLink } from './message-link.js';
import classes from './messages.module.css';

export interface MessageRowProps {
  message: ListedMessage;
  /** Of its connector; absent in a list of one connector. */
  connectorName?: string;
  isSelected: boolean;
  /** Absent where the person may do nothing with it. */
  onSelect?: (id: string, isSelected: boolean) => void;
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, connectorName, isSelected, onSelect } = props;
  const { id, direction, status, subject, from, to, problem, createdAt, nextAttemptAt } = message;
  const words = strings.messages;
  const isInbound = direction === 'inbound';
  const Direction = isInbound ? IconArrowDownLeft : IconArrowUpRight;
  const title = subject || words.noSubject;
  return (
    <div className={classes.row} data-message={id} data-selected={isSelected}>
      {onSelect && (
        <Checkbox
          className={classes.check}
          checked={isSelected}
          onChange={({ currentTarget }) => onSelect(id, currentTarget.checked)}
          aria-label={words.select(title)}
        />
      )}
      <div className={classes.status}>
        <StatusBadge status={status} />
      </div>
      <div className={classes.what}>
        <MessageLink id={id} className={classes.link} c="inherit" fw={600} size="sm">
          {title}
        </MessageLink>
        <Text size="xs" c="dimmed" className={classes.cut}>
          <Direction
            size={14}
            role="img"
            aria-label={isInbound ? words.received : words.sentOut}
            className={classes.direction}
          />{' '}
          {words.fromTo(from, to)}
        </Text>
        {problem && (
          <Text size="xs" c="var(--mantine-color-error)" className={classes.cut}>
            {problem.title}
          </Text>
        )}
      </div>
      {connectorName !== undefined && (
        <Text size="xs" c="dimmed" className={classes.connector}>
          {connectorName}
        </Text>
      )}
      <Text size="xs" c="dimmed" component="div" className={classes.when}>
        <Moment at={createdAt} />
        {nextAttemptAt !== undefined && status !== 'held' && (
          <NextAttempt at={nextAttemptAt} words={status === 'scheduled' ? words.goesOut : words.goesOn} />
        )}
      </Text>
    </div>
  );
});

/** Of what is due already, that it waits is said by its status. */
function NextAttempt({ at, words }: { at: string; words: string }) {
  return Date.parse(at) <= useNow() ? null : (
    <div>
      {words} <Moment at={at} />
    </div>
  );
}
