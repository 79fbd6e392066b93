/** A connection as its Redis hash holds it (CONNECTION_FIELDS), and how a grant that was voided is written. */
import type { ConnectionId, MailboxKey } from '../contract/ids.js';
import { type Problem, problem } from '../contract/problem.js';
import type { Fields, StoredRecord, TextRecord } from '../storage/records.js';
import { textOf } from './application-record.js';
import {
  type Authorization,
  CONNECTION_FIELDS,
  type Connection,
  type ConnectionSettings,
  type GrantEnd,
  hostMailboxKey,
} from './model.js';

export function connectionOf(id: ConnectionId, record: StoredRecord | TextRecord): Connection {
  const number = (field: string): number => Number(textOf(record, field) ?? 0);
  const settings = settingsOf(textOf(record, CONNECTION_FIELDS.settings) ?? '{}');
  const authorization = textOf(record, CONNECTION_FIELDS.authorization);
  const signedInAt = textOf(record, CONNECTION_FIELDS.signedInAt);
  const grantEnds = textOf(record, CONNECTION_FIELDS.grantEnds);
  return {
    id,
    version: record.version,
    settings,
    epoch: number(CONNECTION_FIELDS.epoch),
    tokenVersion: number(CONNECTION_FIELDS.tokenVersion),
    authorization:
      authorization === undefined
        ? freshAuthorization(settings)
        : (JSON.parse(authorization) as Authorization),
    ...(signedInAt !== undefined && { signedInAt: Number(signedInAt) }),
    ...(grantEnds !== undefined && { grantEnds: JSON.parse(grantEnds) as GrantEnd[] }),
    createdAt: number(CONNECTION_FIELDS.createdAt),
  };
}

/** @param json of the record; one of before there were token modes has the mode that everything had */
export const settingsOf = (json: string): ConnectionSettings => ({
  tokenMode: 'getAndRefresh',
  ...JSON.parse(json),
});

/**
 * The authorization of a connection that nobody signed in to. A password needs no sign-in: such a connection is
 * authorized from the start, until a server refuses it.
 */
export function freshAuthorization(settings: ConnectionSettings): Authorization {
  const isBasic = settings.authentication === 'basic';
  return {
    status: isBasic ? 'authorized' : 'unauthorized',
    ...(isBasic && { saslUser: settings.user }),
    grantedScope: [],
    mailboxKey: mailboxKeyBeforeSignIn(settings),
  };
}

/**
 * Why a connection needs another sign-in. One that had none before needs no reason.
 * @param changes as grant-change names them, or what the application changed
 */
export function reasonToSignInAgain(
  { authorization, settings }: Pick<Connection, 'authorization' | 'settings'>,
  changes: readonly string[],
  user: string = settings.user,
): Problem | undefined {
  const { status, problem: earlier } = authorization;
  const isNew = settings.authentication !== 'oauth2' || (status === 'unauthorized' && !earlier);
  if (isNew || changes.length === 0) return undefined;
  return problem('grant-voided', { with: { user, what: changes.join('; ') } });
}

/** Host and User: the mailbox key of Basic, and of OAuth 2.0 before the first sign-in. */
export const mailboxKeyBeforeSignIn = ({ imap, smtp, user }: ConnectionSettings): MailboxKey =>
  hostMailboxKey(imap?.host ?? smtp?.host ?? '', user);

/**
 * The fields that void a grant; `epoch` and `tokenVersion` are counted up in the same step (VOID_COUNTS).
 * @param why what a new sign-in is needed for, until there was one
 */
export const voidedFields = (settings: ConnectionSettings, why?: Problem): Fields => ({
  [CONNECTION_FIELDS.authorization]: JSON.stringify({
    ...freshAuthorization(settings),
    ...(why && settings.authentication === 'oauth2' && { problem: why }),
  }),
  [CONNECTION_FIELDS.tokens]: undefined,
  [CONNECTION_FIELDS.refreshInFlight]: undefined,
});

/** Whatever bumps the epoch bumps the token version: a late answer of the old grant then fits neither. */
export const VOID_COUNTS = [CONNECTION_FIELDS.epoch, CONNECTION_FIELDS.tokenVersion] as const;
