/**
 * Warnings: what will stop an application or a connection and has not yet. Nothing of them is stored; they follow from
 * the record and the time, so that reading a list of them costs nothing more than the records themselves.
 */
import { momentOf, timeText } from '../contract/date-text.js';
import { type Problem, problem } from '../contract/problem.js';
import { grantRecurrence } from './grant-recurrence.js';
import type { Application, Authorization, Connection, ConnectionSettings } from './model.js';
import type { Providers } from './preset.js';
import { DAY_MS, spanText, type Urgency, urgencyOf } from './time-left.js';

export interface Warning {
  /** Tells the warnings of one record apart. */
  name: string;
  urgency: Urgency;
  problem: Problem;
  /** Something else takes over by itself: worth knowing, not worth waking anybody. */
  isCovered?: boolean;
}

/** A token put in by hand lives about an hour; this much before its end somebody should see it. */
const BY_HAND_WARNING_MS = 15 * 60_000;

/** @param now ms since the epoch */
export function applicationWarnings({ settings, secondSecret }: Application, now: number): Warning[] {
  const { name, clientAuth } = settings;
  const credential: { method: string; expiresAt?: string; secondExpiresAt?: string } = clientAuth;
  if (credential.method === 'certificate') {
    const end = endOf(credential.expiresAt);
    const urgency = end === undefined ? 0 : urgencyOf(end - now);
    if (end === undefined || urgency === 0) return [];
    const values = { application: name, at: timeText(end), left: spanText(Math.max(0, end - now)) };
    const code = urgency === 4 ? 'certificate-ended' : 'certificate-ends';
    return [{ name: 'certificate', urgency, problem: problem(code, { with: values }) }];
  }
  const isSecond = secondSecret !== undefined || credential.secondExpiresAt !== undefined;
  const isRefused = secondSecret === 'inUse';
  const refused = problem('client-secret-superseded-early', { with: { application: name } });
  return [
    ...(isRefused ? [{ name: 'refused', urgency: 1, problem: refused, isCovered: true } as const] : []),
    ...secretWarning({ secret: 'client secret', application: name, now }, credential.expiresAt, {
      end: isSecond ? (endOf(credential.secondExpiresAt) ?? Number.POSITIVE_INFINITY) : undefined,
    }),
    ...secretWarning({ secret: 'second client secret', application: name, now }, credential.secondExpiresAt, {
      end: endOf(credential.expiresAt),
    }),
  ];
}

/** @param other end of the application's other secret; ms since the epoch, `undefined` when it has none or none is known */
function secretWarning(
  { secret, application, now }: { secret: string; application: string; now: number },
  expiresAt: string | undefined,
  other: { end: number | undefined },
): Warning[] {
  const end = endOf(expiresAt);
  if (end === undefined) return [];
  const urgency = urgencyOf(end - now);
  if (urgency === 0) return [];
  const values = { secret, application, at: timeText(end), left: spanText(Math.max(0, end - now)) };
  if (other.end !== undefined && other.end > end && urgencyOf(other.end - now) === 0) {
    const until = Number.isFinite(other.end) ? `is good until ${timeText(other.end)}` : 'goes on';
    const found = problem('client-secret-superseded', { with: { ...values, other: until } });
    return [{ name: secret, urgency, problem: found, isCovered: true }];
  }
  const code = urgency === 4 ? 'client-secret-ended' : 'client-secret-ends';
  return [{ name: secret, urgency, problem: problem(code, { with: values }) }];
}

/** What is known of a connection beside its record. */
export interface ConnectionCircumstances {
  /** Days after which its provider ends an unused refresh token; `undefined` where it is not known. */
  refreshTokenIdleDays: number | undefined;
  /** ms since the epoch */
  now: number;
}

export function connectionWarnings(
  connection: Connection,
  circumstances: ConnectionCircumstances,
): Warning[] {
  if (connection.settings.authentication !== 'oauth2') return [];
  const recurrence = grantRecurrence(connection, circumstances.now);
  return [
    ...(recurrence ? [{ name: 'recurrence', urgency: 2, problem: recurrence } as const] : []),
    ...idleWarning(connection, circumstances),
    ...accessTokenWarning(connection, circumstances.now),
  ];
}

/** A refresh token that is used in time never gets here: refreshing fails, or nobody does it. */
function idleWarning(
  { settings, authorization, signedInAt }: Connection,
  { refreshTokenIdleDays, now }: ConnectionCircumstances,
): Warning[] {
  const usedAt = authorization.lastRefreshAt ?? signedInAt;
  if (refreshTokenIdleDays === undefined || usedAt === undefined) return [];
  if (authorization.status !== 'authorized' || !hasRefreshToken(settings, authorization)) return [];
  const end = usedAt + refreshTokenIdleDays * DAY_MS;
  const urgency = urgencyOf(end - now);
  if (urgency === 0) return [];
  const found = problem('grant-idle', {
    with: {
      user: settings.user,
      left: spanText(Math.max(0, end - now)),
      idle: spanText(refreshTokenIdleDays * DAY_MS),
      usedAt: timeText(usedAt),
      at: timeText(end),
    },
  });
  return [{ name: 'idle', urgency, problem: found }];
}

/** An access token that nobody renews: put in by hand without a refresh token, or with tokenMode off. */
function accessTokenWarning({ settings, authorization }: Connection, now: number): Warning[] {
  const { status, accessTokenExpiresAt: end } = authorization;
  if (status !== 'authorized' || end === undefined || end - now > BY_HAND_WARNING_MS) return [];
  if (hasRefreshToken(settings, authorization) && settings.tokenMode !== 'off') return [];
  if (isAppOnly(settings) && settings.tokenMode !== 'off') return [];
  const ends = end <= now ? 'has ended' : `ends in ${spanText(end - now)}`;
  const found = problem('access-token-ends', { with: { user: settings.user, ends, at: timeText(end) } });
  return [{ name: 'access-token', urgency: end <= now ? 4 : 3, problem: found }];
}

const isAppOnly = ({ grant }: ConnectionSettings): boolean => grant === 'clientCredentials';

/** A bare access token that was pasted is `asserted`; an application has no refresh token (RFC 6749 §4.4.3). */
const hasRefreshToken = (settings: ConnectionSettings, { identity }: Authorization): boolean =>
  identity !== 'asserted' && !isAppOnly(settings);

/** A warning that is hours early, by the first moment of a day, does no harm. */
const endOf = (date: string | undefined): number | undefined =>
  date === undefined ? undefined : momentOf(date);

/** Warnings of records as the views show them. */
export interface Warnings {
  ofApplication(application: Application): Problem[];
  /** @param application of the connection; `undefined` for Basic, or when it has just gone */
  ofConnection(connection: Connection, application: Application | undefined): Problem[];
}

/** @param deps `now`: ms since the epoch */
export function createWarnings(deps: { providers: Providers; now?: () => number }): Warnings {
  const { providers, now = Date.now } = deps;
  return {
    ofApplication: (application) =>
      applicationWarnings(application, now()).map(({ problem: found }) => found),
    ofConnection(connection, application) {
      const preset = application && providers[application.settings.provider];
      const circumstances = { refreshTokenIdleDays: preset?.refreshTokenIdleDays, now: now() };
      return connectionWarnings(connection, circumstances).map(({ problem: found }) => found);
    },
  };
}
