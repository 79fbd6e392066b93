/** Each account's mailboxes: those every new account of Exchange has, and those made later. */
import type { SandboxUser } from '../users.js';
import { createMailbox, type Mailbox } from './mailbox.js';
import { encodeMailboxName } from './mailbox-name.js';

const FIRST_MAILBOXES = ['INBOX', 'Archive', 'Deleted Items', 'Drafts', 'Junk Email', 'Outbox', 'Sent Items'];

export interface MailStore {
  /** @param name as on the wire: modified UTF-7; INBOX in any case */
  find(user: SandboxUser, name: string): Mailbox | undefined;
  /** @param path in plain Unicode; made when it does not exist */
  open(user: SandboxUser, path: string): Mailbox;
  create(user: SandboxUser, name: string): Mailbox;
  remove(user: SandboxUser, name: string): void;
  list(user: SandboxUser): Mailbox[];
}

const keyOf = (name: string): string => (name.toUpperCase() === 'INBOX' ? 'INBOX' : name);

export function createMailStore(clock: { now(): number }): MailStore {
  const stores = new Map<string, Map<string, Mailbox>>();

  function mailboxesOf(user: SandboxUser): Map<string, Mailbox> {
    let mailboxes = stores.get(user.oid);
    if (!mailboxes) {
      mailboxes = new Map(FIRST_MAILBOXES.map((path) => [path, createMailbox(path, clock)]));
      stores.set(user.oid, mailboxes);
    }
    return mailboxes;
  }

  function create(user: SandboxUser, name: string): Mailbox {
    const mailbox = createMailbox(keyOf(name), clock);
    mailboxesOf(user).set(mailbox.path, mailbox);
    return mailbox;
  }

  const find = (user: SandboxUser, name: string): Mailbox | undefined => mailboxesOf(user).get(keyOf(name));
  return {
    find,
    open: (user, path) => find(user, encodeMailboxName(path)) ?? create(user, encodeMailboxName(path)),
    create,
    remove: (user, name) => void mailboxesOf(user).delete(keyOf(name)),
    list: (user) => [...mailboxesOf(user).values()],
  };
}
