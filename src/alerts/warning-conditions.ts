/** Warnings of applications and connections as conditions: told at 30, 7 and 1 days, and when it has happened. */
import type { AlertSeverity } from '../contract/alert.js';
import type { Urgency } from '../setup/time-left.js';
import type { Affected, Condition } from './alert.js';
import type { ApplicationFacts, ConnectionFacts } from './facts.js';

/** A day before the end somebody has to leave what they are doing. */
const severityOf = (urgency: Urgency): AlertSeverity => (urgency >= 3 ? 'critical' : 'warning');

/** @param affects the connections of the application */
export const credentialConditions = (
  { id, name, warnings }: ApplicationFacts,
  affects: Affected,
): Condition[] =>
  warnings
    .filter(({ isCovered }) => !isCovered)
    .map(({ name: warning, urgency, problem }) => ({
      key: `credential-ends:${id}:${warning}`,
      kind: 'credential-ends',
      severity: severityOf(urgency),
      level: urgency,
      subject: { type: 'application', id, name },
      problem,
      affects,
      holdsMs: 0,
      clearsMs: 0,
    }));

export const connectionWarningConditions = ({ id, name, user, warnings }: ConnectionFacts): Condition[] =>
  warnings
    .filter(({ isCovered }) => !isCovered)
    .map(({ name: warning, urgency, problem }) => ({
      key: `sign-in-ends:${id}:${warning}`,
      kind: 'sign-in-ends',
      severity: severityOf(urgency),
      level: urgency,
      subject: { type: 'connection', id, name: name === user ? name : `${name} (${user})` },
      problem,
      holdsMs: 0,
      clearsMs: 0,
    }));
