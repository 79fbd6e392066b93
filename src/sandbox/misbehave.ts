/** The switches that make the tenant misbehave, one place for all of its servers. */

import type { AuthorizeFault } from './authorization/context.js';
import type { TokenFault } from './authorization/token-faults.js';
import type { FaultScope } from './faults.js';
import type { ImapFault } from './imap/imap-faults.js';
import type { SmtpFault } from './smtp/smtp-faults.js';
import type { TenantParts } from './tenant-parts.js';

/** Withdraws a fault. */
export type Withdraw = () => void;

export interface Misbehave {
  /** The token endpoint, instead of or after its work. */
  token(fault: TokenFault & FaultScope): Withdraw;
  /** The authorize endpoint: the redirect carries this AADSTS error once somebody chose an account. */
  authorize(fault: AuthorizeFault & FaultScope): Withdraw;
  /** Discovery says this instead, or fails with a status; nothing: as it is. */
  discovery(fault: { says?: Record<string, unknown>; status?: number }): void;
  imap(fault: ImapFault & FaultScope): Withdraw;
  smtp(fault: SmtpFault & FaultScope): Withdraw;
  /** Ends all sign-ins that an account made so far (AADSTS50173 unless told otherwise); a new one works. */
  revoke(user: string, aadsts?: number): void;
  /** Ends access tokens now; IMAP sessions on them get their BYE. */
  expireAccessTokens(user?: string): void;
  /** Seconds that access tokens issued from now on live; `undefined` for Entra's 60 to 90 minutes. */
  accessTokenSeconds(seconds: number | undefined): void;
  /** The application's secret expires (7000222), or another one becomes the right one (7000215 for the old). */
  clientSecret(change: {
    expired?: boolean;
    secret?: string;
    /** Beside the first, as good; null takes it away. */
    second?: string | null;
    clientId?: string;
  }): void;
  /** Another UIDVALIDITY and new UIDs; sessions that have the mailbox selected are closed. */
  uidValidity(user: string, path?: string): void;
  /** `* BYE` with these words to open IMAP sessions. */
  byeImapSessions(text: string, user?: string): void;
  /** Limits at submission; `undefined` lifts one. */
  limits(change: { smtpConnections?: number | undefined; messagesPerMinute?: number | undefined }): void;
  /** Withdraws every scripted fault; tokens and limits stay. */
  clear(): void;
}

/** @param parts the parts of the tenant that the switches reach */
export function createMisbehave(parts: TenantParts): Misbehave {
  const { faults, users, clients, grants, store, lifetime, imap, smtp } = parts;
  return {
    token: faults.token.add,
    authorize: faults.authorize.add,
    discovery({ says, status }) {
      const fault = parts.discoveryFault;
      delete fault.says;
      delete fault.status;
      Object.assign(fault, says && { says }, status !== undefined && { status });
    },
    imap: faults.imap.add,
    smtp: faults.smtp.add,
    revoke: (user, aadsts = 50173) => grants.revoke(users.get(user), aadsts),
    expireAccessTokens: (user) => grants.expireAccessTokens(user === undefined ? undefined : users.get(user)),
    accessTokenSeconds(seconds) {
      lifetime.seconds = seconds;
    },
    clientSecret({ clientId, secret, second, expired }) {
      const client = clientId === undefined ? clients.all()[0] : clients.get(clientId);
      if (!client) throw new Error(`the sandbox tenant has no application ${clientId}`);
      if (secret !== undefined) client.clientSecret = secret;
      if (typeof second === 'string') client.secondClientSecret = second;
      else if (second === null) delete client.secondClientSecret;
      client.secretExpired = expired ?? false;
    },
    uidValidity(user, path = 'INBOX') {
      const mailbox = store.open(users.get(user), path);
      mailbox.renumber();
      for (const session of imap.sessions)
        if (session.selected?.mailbox === mailbox) session.bye('Connection is closed. 13');
    },
    byeImapSessions(text, user) {
      const account = user === undefined ? undefined : users.get(user);
      for (const session of imap.sessions)
        if (session.user && (!account || session.user === account)) session.bye(text);
    },
    limits: (change) => void Object.assign(smtp.limits.options, change),
    clear() {
      for (const each of Object.values(faults)) each.clear();
      this.discovery({});
    },
  };
}
