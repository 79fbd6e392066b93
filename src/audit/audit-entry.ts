/** What the audit trail writes down: who did what, to what, when, from where, and how it ended. Never a secret. */
import type { ProblemCode } from '../contract/problem.js';

/** What an act is done to. */
export const SUBJECT_KINDS = [
  'application',
  'connection',
  'connector',
  'message',
  'api-key',
  'alert-channel',
  'setup',
  'service',
  'session',
  'person',
] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** Kind of the subject and the act: `connection.update`, `service.reseal`. */
export type AuditAction = `${SubjectKind}.${string}`;

export interface AuditActor {
  /** key: a program; session: a page session that a key opened; person: who is signed in to the page, or signed a mailbox in; service: this service by itself. */
  kind: 'key' | 'session' | 'person' | 'anonymous' | 'service';
  /** The key's or the person's id, `environment`, or the mailbox account; never the key. */
  id?: string;
  /** The key's or the person's name. */
  name?: string;
}

export interface AuditSubject {
  kind: SubjectKind;
  id?: string;
  name?: string;
}

/** A field that a change touched. Values only of what any reader of the record may see. */
export interface ChangedField {
  /** JSON pointer */
  field: string;
  from?: string;
  to?: string;
}

/** done; refused: nothing was changed; failed: something broke, or another server did not play along. */
export type AuditOutcome = 'done' | 'refused' | 'failed';

export interface AuditReport {
  actor: AuditActor;
  /** Address that the request came from; `here` for what the service did by itself. */
  from: string;
  action: AuditAction;
  subject?: AuditSubject;
  outcome: AuditOutcome;
  problem?: ProblemCode;
  /** What the problem said; what an export or a reseal came to. */
  detail?: string;
  changes?: ChangedField[];
  requestId?: string;
}

export interface AuditEntry extends AuditReport {
  id: string;
  /** ms since the epoch, by Redis's clock */
  at: number;
}

/**
 * Where an entry is kept. Each stream has a bound of its own, so that neither what runs every minute nor what strangers
 * try can push out who changed what.
 */
export const AUDIT_STREAMS = ['changes', 'operations', 'refusals'] as const;
export type AuditStream = (typeof AUDIT_STREAMS)[number];
