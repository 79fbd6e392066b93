/** What the step `token` says of a credential: whose it is, until when, what it covers, how sure its owner is. Never the credential. */
import type { MailCredentials } from '../contract/connector-type.js';
import { timeText } from '../contract/date-text.js';
import type { Connection } from '../setup/model.js';

const MINUTE_MS = 60_000;

/** @param now ms since the epoch */
export function tokenDetail(connection: Connection, credentials: MailCredentials, now: number): string {
  const { authorization, settings } = connection;
  if (credentials.kind === 'basic') return `Basic: a password is stored for ${credentials.user}.`;
  const { accessTokenExpiresAt: until, authenticatedUser, grantedScope } = authorization;
  const facts = [
    `Access token of ${authenticatedUser ?? settings.user}, signs in as ${credentials.user}`,
    until === undefined
      ? 'its end is not known'
      : `good until ${timeText(until)} (${Math.max(0, Math.floor((until - now) / MINUTE_MS))} minutes)`,
    `granted: ${grantedScope.join(' ') || 'no scope was named'}`,
    `who it is: ${IDENTITY[authorization.identity ?? 'proved']}`,
  ];
  return `${facts.join('; ')}.`;
}

/** How the signed-in user became known (law 1). */
const IDENTITY = {
  proved: 'proved by the authorization server',
  asserted: 'asserted when the token was entered, proved by nobody',
  application: 'the application itself, no user',
} as const;
