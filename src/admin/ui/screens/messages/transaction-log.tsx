/** The transaction log of a message as it is read: each step in words, with the server's own, and who asked for it. */
import { Code, List, Text } from '@mantine/core';
import type { Message } from '../../api/client.js';
import { exactTime, Moment, useNow } from '../../parts/moment.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';
import { type LogEntry, stepsOf } from './log-steps.js';
import classes from './messages.module.css';

export function TransactionLog({ message }: { message: Message }) {
  return (
    <ol className={classes.log}>
      {stepsOf(message).map(({ entry, title, key }) => (
        <li key={key} className={classes.entry}>
          <div className={classes.entryHead}>
            <StatusBadge status={entry.status} />
            <Text size="sm" fw={600} component="span">
              {title}
            </Text>
            <Text size="xs" c="dimmed" component="span" title={processOf(entry)}>
              {exactTime(entry.at)}
            </Text>
          </div>
          <Details entry={entry} />
        </li>
      ))}
    </ol>
  );
}

/** Which process did it is for whoever looks into the log of the service. */
const processOf = ({ owner }: LogEntry): string | undefined =>
  owner === undefined ? undefined : strings.messages.log.owner(owner);

function Details({ entry }: { entry: LogEntry }) {
  const words = strings.messages.log;
  const { reply, problem, accepted = [], rejected = [], serverMessageId, retryAt } = entry;
  const now = useNow();
  const said = reply ?? problem?.serverWords;
  return (
    <div className={classes.entryBody}>
      {problem && (
        <Text size="sm">
          <b>{problem.title}.</b> {problem.detail}
        </Text>
      )}
      {said !== undefined && (
        <Code block tabIndex={0} aria-label={words.reply}>
          {said}
        </Code>
      )}
      {accepted.length > 0 && <Text size="sm">{words.acceptedBy(accepted)}</Text>}
      {rejected.length > 0 && (
        <>
          <Text size="sm">{words.refused}:</Text>
          <List size="sm">
            {rejected.map(({ address, reply: refusal }) => (
              <List.Item key={address}>
                {address} <Code>{refusal}</Code>
              </List.Item>
            ))}
          </List>
        </>
      )}
      {serverMessageId !== undefined && (
        <Text size="sm" className={classes.value}>
          {words.serverMessageId} {serverMessageId}
        </Text>
      )}
      {retryAt !== undefined && Date.parse(retryAt) > now && (
        <Text size="sm">
          {words.next}: <Moment at={retryAt} />
        </Text>
      )}
    </div>
  );
}
