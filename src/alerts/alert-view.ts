/** An alert as the API answers it and as webhooks are told it; there is nothing secret in it. */
import { type Static, Type } from 'typebox';
import {
  isoTime,
  problemView,
  problemViewSchema,
  timeOrNullSchema,
  timeSchema,
} from '../setup/view-parts.js';
import type { AlertState, ResolvedAlert } from './alert.js';

export const alertViewSchema = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  severity: Type.String({ description: 'warning: will stop, or limps. critical: has stopped.' }),
  status: Type.String({ description: 'open or resolved' }),
  subject: Type.Object({
    type: Type.String({ description: 'application, connection, connector or service' }),
    id: Type.Optional(Type.String()),
    name: Type.String(),
  }),
  problem: problemViewSchema,
  affects: Type.Union([
    Type.Object({ what: Type.String(), count: Type.Integer(), names: Type.Array(Type.String()) }),
    Type.Null(),
  ]),
  openedAt: timeSchema,
  resolvedAt: timeOrNullSchema,
  url: Type.String({ description: 'The page where it is looked at.' }),
});

export type AlertView = Static<typeof alertViewSchema>;

/** @param publicUrl origin of the page, without a trailing slash */
export function alertView(alert: AlertState | ResolvedAlert, publicUrl: string): AlertView {
  const { id, condition, firstSeenAt, openedAt } = alert;
  const resolvedAt = 'resolvedAt' in alert ? alert.resolvedAt : undefined;
  const { kind, severity, subject, problem, affects } = condition;
  return {
    id,
    kind,
    severity,
    status: resolvedAt === undefined ? 'open' : 'resolved',
    subject,
    problem: problemView(problem),
    affects: affects ?? null,
    openedAt: isoTime(openedAt ?? firstSeenAt),
    resolvedAt: resolvedAt === undefined ? null : isoTime(resolvedAt),
    url: `${publicUrl}${placeOf(subject)}`,
  };
}

/** Where the web app shows it; of the service itself, its own screen. */
const placeOf = ({ type, id }: AlertState['condition']['subject']): string =>
  id === undefined ? '/service' : `/${type}s/${id}`;
