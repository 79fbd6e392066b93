import { expect, it } from 'vitest';
import type { ConnectionId, ConnectorId, MailboxKey } from '../../../src/contract/ids.js';
import { keys } from '../../../src/storage/keys.js';

const tag = (key: string): string | undefined => /\{([^}]+)\}/.exec(key)?.[1];

it('what changes together lies in one slot, what does not is spread', () => {
  const [connection, connector, mailbox] = ['con_1', 'ctr_1', 'mbx_1'] as [
    ConnectionId,
    ConnectorId,
    MailboxKey,
  ];
  const ofConnection = [
    keys.connection(connection),
    keys.refreshLock(connection),
    keys.signIn(connection, 'digest'),
    keys.outbox(connection),
  ];
  const ofConnector = [
    keys.connector(connector),
    keys.ledger(connector, 'INBOX'),
    keys.fingerprints(connector, 'INBOX', 0),
    keys.fingerprints(connector, 'a}b{c', 0),
  ];
  const ofMailbox = [keys.pollLease(mailbox), keys.drainLease(mailbox), keys.smtpSlots(mailbox)];
  expect(new Set(ofConnection.map(tag))).toEqual(new Set(['con_1']));
  expect(new Set(ofConnector.map(tag))).toEqual(new Set(['ctr_1']));
  expect(new Set(ofMailbox.map(tag))).toEqual(new Set(['mbx_1']));
  expect(tag(keys.due('send'))).toBe(tag(keys.queuePrefix('send')));
});

it('no two of them are the same key', () => {
  const id = 'x' as never;
  const all = Object.values(keys).flatMap((key) =>
    typeof key === 'string' ? [key] : [(key as (...parts: never[]) => string)(id, 'y' as never, 0 as never)],
  );
  // The record of an application, a connection, a connector and an alert channel is the id itself; ids differ by their
  // prefix, and so do the sets of those that refer to them.
  const records = all.filter((key) => key === 'mg:{x}');
  expect(records).toHaveLength(4);
  const rest = all.filter((key) => !['mg:{x}', 'mg:{x}:connections', 'mg:{x}:users'].includes(key));
  expect(new Set(rest).size).toBe(rest.length);
});
