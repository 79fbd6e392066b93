/** What is known of a message: from whom, to whom, its ids, sizes and times, and where it lies. */
import type { Message } from '../../api/client.js';
import { CopyAction } from '../../parts/copy-field.js';
import { Fact } from '../../parts/fact.js';
import { Moment } from '../../parts/moment.js';
import { ConnectionLink, ConnectorLink } from '../../parts/record-link.js';
import { strings } from '../../strings/index.js';
import { byteSize } from './byte-size.js';
import classes from './messages.module.css';

export function MessageFacts({ message }: { message: Message }) {
  const words = strings.messages.message;
  const { id, direction, from, to, messageId, serverMessageId, size, createdAt, sendAt } = message;
  const { nextAttemptAt, attempts, mailbox, uid, uidValidity } = message;
  const isInbound = direction === 'inbound';
  return (
    <dl className={classes.facts}>
      <Fact name={words.from}>{from || strings.parts.unknown}</Fact>
      <Fact name={words.to}>{to.join(', ') || strings.parts.unknown}</Fact>
      <Fact name={words.connector}>
        <ConnectorLink id={message.connector} />
      </Fact>
      <Fact name={words.connection}>
        <ConnectionLink id={message.connection} />
      </Fact>
      <Fact name={isInbound ? words.firstSeen : words.accepted}>
        <Moment at={createdAt} />
      </Fact>
      {sendAt !== undefined && (
        <Fact name={words.sendAt}>
          <Moment at={sendAt} />
        </Fact>
      )}
      {nextAttemptAt !== undefined && message.status !== 'held' && (
        <Fact name={words.nextAttempt}>
          <Moment at={nextAttemptAt} />
        </Fact>
      )}
      <Fact name={words.attempts}>{attempts}</Fact>
      <Fact name={words.size}>{byteSize(size)}</Fact>
      {mailbox !== undefined && (
        <Fact name={words.mailbox}>{words.mailboxPlace(mailbox, uid ?? 0, uidValidity ?? '')}</Fact>
      )}
      {messageId !== null && <IdFact label={words.messageId} value={messageId} />}
      {serverMessageId !== undefined && serverMessageId !== messageId && (
        <IdFact label={words.serverMessageId} value={serverMessageId} />
      )}
      <IdFact label={words.id} value={id} />
    </dl>
  );
}

const IdFact = ({ label, value }: { label: string; value: string }) => (
  <Fact name={label}>
    <span className={classes.id}>{value}</span> <CopyAction value={value} what={label} />
  </Fact>
);
