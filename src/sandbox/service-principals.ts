/** Which applications Exchange lets into which mailboxes: New-ServicePrincipal, Add-MailboxPermission, Add-RecipientPermission. */
import type { AccessGrant } from './authorization/grants.js';
import { owns, type SandboxUser, type Users } from './users.js';

export interface ServicePrincipals {
  /** New-ServicePrincipal, and the permissions on these mailboxes; none: the principal alone. */
  add(clientId: string, ...mailboxes: string[]): void;
  remove(clientId: string): void;
}

/** unknown-principal: Exchange has no such application; no-permission: it may not open this mailbox. */
export type Entry = { user: SandboxUser; refused?: 'unknown-principal' | 'no-permission' };

export interface EntryRule extends ServicePrincipals {
  /** Whose mailbox a token opens under a SASL user name, and whether it may; `undefined`: nobody's. */
  entry(grant: AccessGrant, saslUser: string): Entry | undefined;
}

export function createServicePrincipals(users: Users): EntryRule {
  const mailboxes = new Map<string, Set<string>>();
  const idOf = (clientId: string): string => clientId.toLowerCase();
  return {
    add(clientId, ...names) {
      const known = mailboxes.get(idOf(clientId)) ?? new Set();
      for (const name of names) known.add(users.get(name).oid);
      mailboxes.set(idOf(clientId), known);
    },
    remove: (clientId) => void mailboxes.delete(idOf(clientId)),
    entry({ user, application }, saslUser) {
      if (user) return { user };
      const mailbox = users.find(saslUser);
      if (!mailbox || !owns(mailbox, saslUser) || application === undefined) return undefined;
      const permitted = mailboxes.get(idOf(application));
      if (!permitted) return { user: mailbox, refused: 'unknown-principal' };
      return permitted.has(mailbox.oid) ? { user: mailbox } : { user: mailbox, refused: 'no-permission' };
    },
  };
}
