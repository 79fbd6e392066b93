/** AUTH XOAUTH2 (EXCHANGE-ONLINE.md §1): the token must be for Outlook with SMTP.Send, and the user its UPN; a direct 535 otherwise. */
import { APP_ROLES } from '../authorization/application-token.js';
import { readXoauth2 } from '../mail/xoauth2.js';
import { REPLIES } from './replies.js';
import { playFault, type SmtpSession } from './session.js';

const PERMISSIONS = ['SMTP.Send', APP_ROLES.smtp];

/** @param argument what follows AUTH on the line */
export async function authenticate(session: SmtpSession, argument: string): Promise<void> {
  if (!session.greeted || session.user) return session.reply(REPLIES.badSequence);
  const [mechanism = '', initial] = argument.split(' ');
  if (/^(PLAIN|LOGIN)$/i.test(mechanism)) return session.reply(REPLIES.basicRefused);
  if (mechanism.toUpperCase() !== 'XOAUTH2') return session.reply(REPLIES.mechanismUnknown);
  if (initial !== undefined) return checkCredentials(session, initial);
  session.continuation = (line) => checkCredentials(session, line);
  session.reply('334 ');
}

async function checkCredentials(session: SmtpSession, base64: string): Promise<void> {
  const { context } = session;
  const credentials = readXoauth2(base64);
  const grant = credentials && context.grants.readAccessToken(credentials.accessToken);
  const entry = grant && credentials && context.servicePrincipals.entry(grant, credentials.user);
  const about = entry ? { user: entry.user } : {};
  if (await playFault(session, 'auth', about)) return;
  const good =
    grant?.resource === 'outlook' &&
    PERMISSIONS.some((each) => grant.permissions.includes(each)) &&
    entry?.refused === undefined &&
    // The UPN, not another address of the account: that is where IMAP works and SMTP does not.
    (grant.user === undefined || credentials?.user.toLowerCase() === grant.user.upn.toLowerCase());
  if (!good || !entry) return session.reply(REPLIES.signInRefused);
  if (session.closed) return;
  session.user = entry.user;
  session.rank = context.limits.connected(entry.user.oid);
  session.reply(REPLIES.signedIn);
}
