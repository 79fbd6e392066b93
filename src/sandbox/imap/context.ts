/** What every IMAP session works with. */
import type { Clock } from '../../contract/clock.js';
import type { Grants } from '../authorization/grants.js';
import type { Faults } from '../faults.js';
import type { MailStore } from '../mail/mail-store.js';
import type { EntryRule } from '../service-principals.js';
import type { Users } from '../users.js';
import type { ImapFault } from './imap-faults.js';
import type { ImapSession } from './session.js';

export interface ImapContext {
  clock: Clock;
  users: Users;
  grants: Grants;
  servicePrincipals: EntryRule;
  store: MailStore;
  faults: Faults<ImapFault>;
  sessions: Set<ImapSession>;
  /** Every connection and command, for tests that count them: no arguments, so no secret. */
  log: ImapLogEntry[];
}

export interface ImapLogEntry {
  /** ms since the epoch */
  at: number;
  /** UPN, once signed in. */
  user?: string;
  command: string;
}
