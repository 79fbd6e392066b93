/** What every SMTP session works with. */
import type { Clock } from '../../contract/clock.js';
import type { Grants } from '../authorization/grants.js';
import type { Faults } from '../faults.js';
import type { MailStore } from '../mail/mail-store.js';
import type { EntryRule } from '../service-principals.js';
import type { Users } from '../users.js';
import type { MailboxLimits } from './mailbox-limits.js';
import type { RecordingSink } from './sink.js';
import type { SmtpFault } from './smtp-faults.js';

export interface SmtpContext {
  clock: Clock;
  users: Users;
  grants: Grants;
  servicePrincipals: EntryRule;
  store: MailStore;
  faults: Faults<SmtpFault>;
  sink: RecordingSink;
  limits: MailboxLimits;
  /** Bytes; what SIZE says. */
  messageBytes: number;
  /** Keep contents, sent copies and deliveries; without, the sink only counts. */
  keepContent: boolean;
}
