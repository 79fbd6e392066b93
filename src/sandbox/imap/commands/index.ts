/** Every command of the IMAP server, by name, and the states it is allowed in. */
import type { Command } from '../command-line.js';
import type { ImapSession } from '../session.js';
import type { Answer, CommandHandler } from './answers.js';
import { append } from './append.js';
import { authenticate } from './authenticate.js';
import { expunge } from './expunge.js';
import { fetch } from './fetch.js';
import { idle } from './idle.js';
import { create, list, remove, status, subscribe } from './mailboxes.js';
import { copyOrMove } from './move.js';
import { search } from './search.js';
import { close, select, unselect } from './select.js';
import { store } from './store.js';

/** What Exchange Online offers after sign-in (EXCHANGE-ONLINE.md §4): no CONDSTORE, ESEARCH, LIST-STATUS, SPECIAL-USE. */
const OFFERED = 'SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+';

function capability(session: ImapSession): Answer {
  session.send(`* CAPABILITY IMAP4 IMAP4rev1 ${session.user ? '' : 'AUTH=PLAIN AUTH=XOAUTH2 '}${OFFERED}`);
  return 'OK CAPABILITY completed.';
}

function id(session: ImapSession): Answer {
  session.send('* ID ("name" "Mailgrant.Sandbox.Imap4Server" "version" "15.20")');
  return 'OK ID completed';
}

function namespace(session: ImapSession): Answer {
  session.send('* NAMESPACE (("" "/")) NIL NIL');
  return 'OK NAMESPACE completed.';
}

function logout(session: ImapSession, command: Command): Answer {
  session.send('* BYE Microsoft Exchange Server IMAP4 server signing off.');
  session.send(`${command.tag} OK LOGOUT completed.`);
  session.close();
  return undefined;
}

const completed: CommandHandler = (_session, command) => `OK ${command.name} completed.`;

/** Allowed before sign-in. */
export const ANY_STATE: Readonly<Record<string, CommandHandler>> = {
  CAPABILITY: capability,
  ID: id,
  NOOP: completed,
  LOGOUT: logout,
  AUTHENTICATE: authenticate,
  // Basic sign-in is off, whatever the password.
  LOGIN: () => 'NO LOGIN failed.',
};

export const SIGNED_IN: Readonly<Record<string, CommandHandler>> = {
  NAMESPACE: namespace,
  SELECT: select,
  EXAMINE: select,
  CREATE: create,
  DELETE: remove,
  SUBSCRIBE: subscribe,
  UNSUBSCRIBE: subscribe,
  LIST: list,
  LSUB: list,
  STATUS: status,
  APPEND: append,
  IDLE: idle,
  CHECK: completed,
  CLOSE: close,
  UNSELECT: unselect,
  EXPUNGE: expunge,
  'UID EXPUNGE': expunge,
  SEARCH: search,
  'UID SEARCH': search,
  FETCH: fetch,
  'UID FETCH': fetch,
  STORE: store,
  'UID STORE': store,
  COPY: copyOrMove,
  'UID COPY': copyOrMove,
  MOVE: copyOrMove,
  'UID MOVE': copyOrMove,
};
