/** AUTHENTICATE XOAUTH2, with or without an initial response (RFC 4959): a direct refusal, no JSON challenge (EXCHANGE-ONLINE.md §1). */
import { APP_ROLES } from '../../authorization/application-token.js';
import { readXoauth2 } from '../../mail/xoauth2.js';
import { owns } from '../../users.js';
import { type Command, textArgument } from '../command-line.js';
import type { ImapSession } from '../session.js';
import type { Answer } from './answers.js';

const REFUSED = 'NO AUTHENTICATE failed.';
/** No service principal in Exchange, or one with the wrong object id (EXCHANGE-ONLINE.md §7, cause 6). */
const LOGON_DENIED = 'NO AUTHENTICATE failed. LogonDenied';
const PERMISSIONS = ['IMAP.AccessAsUser.All', APP_ROLES.imap];

export async function authenticate(session: ImapSession, command: Command): Promise<Answer> {
  if (session.user) return 'BAD Command received in Invalid state.';
  if (textArgument(command, 0).toUpperCase() !== 'XOAUTH2') return REFUSED;
  const initial = command.arguments.length > 1 ? textArgument(command, 1) : await askFor(session);
  if (initial === '') return 'BAD Command Error. 12';
  const credentials = readXoauth2(initial);
  if (!credentials) return REFUSED;
  const { context } = session;
  const grant = context.grants.readAccessToken(credentials.accessToken);
  if (grant?.resource !== 'outlook' || !PERMISSIONS.some((each) => grant.permissions.includes(each)))
    return REFUSED;
  const entry = context.servicePrincipals.entry(grant, credentials.user);
  if (!entry) return REFUSED;
  if (entry.refused === 'unknown-principal') return LOGON_DENIED;
  const { user } = entry;
  const names = [user.upn, user.mail];
  if (context.faults.take(names, (fault) => fault.kind === 'refuse-authentication')) return REFUSED;
  session.user = user;
  session.grant = grant;
  session.disconnected =
    entry.refused === 'no-permission' ||
    !owns(user, credentials.user) ||
    context.faults.take(names, (fault) => fault.kind === 'not-connected') !== undefined;
  return 'OK AUTHENTICATE completed.';
}

function askFor(session: ImapSession): Promise<string> {
  return new Promise((resolve) => {
    session.continuation = resolve;
    session.send('+ ');
  });
}
