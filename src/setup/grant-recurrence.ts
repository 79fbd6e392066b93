/**
 * Recognises a policy that ends the grant of a connection again and again: at once where the server named such a policy
 * (sign-in frequency), else when grants of the connection ended three times for one reason after about the same time.
 */
import { timeText } from '../contract/date-text.js';
import { type Problem, problem } from '../contract/problem.js';
import type { Connection, GrantEnd } from './model.js';
import { counted, DAY_MS, spanText } from './time-left.js';

/** Ends of one kind before a regularity is believed, where the server names none. */
const ENDS_OF_A_PATTERN = 3;
/** The longest of the times may be this much longer than the shortest; people do not sign in again by the clock. */
const SIMILAR = 1.5;
/** A grant that has lived this much longer than those before it has outlived the policy. */
const OUTLIVED = 2;
/** Ends that lie further back say nothing of today. */
const REMEMBERED_MS = 365 * DAY_MS;
/** Where no time is known: how long a single end that names its policy is warned of. */
const UNKNOWN_SPAN_MS = 45 * DAY_MS;

/** What to ask the tenant admin for, by what ended the grant; what each of them is in EXCHANGE-ONLINE.md §2. */
const ASK: Readonly<Record<string, string>> = {
  'sign-in-frequency':
    'Ask the tenant admin to exclude {user} from the Conditional Access policy with the session control "Sign-in frequency" (the Entra sign-in log names the policy), or use an app-only connection.',
  'mfa-required':
    'Ask the tenant admin which policy makes the MFA of {user} expire, and to exclude the account from it, or use an app-only connection.',
  'password-expired':
    'Ask the tenant admin to let the password of {user} not expire, or use an app-only connection.',
  'grant-revoked':
    'Ask the tenant admin what resets the password or revokes the sessions of {user} at this interval (a password rotation, a script), and to exclude the account, or use an app-only connection.',
};
const ASK_ANYWAY =
  'Ask the tenant admin which policy or job ends the sign-in of {user} at this interval, and to exclude the account, or use an app-only connection.';

/** The codes with which a server itself says that a policy will do it again. */
const NAMES_ITS_POLICY = new Set(['sign-in-frequency']);

/** @param now ms since the epoch @returns the warning `grant-recurs`, where there is a pattern and it may still hold */
export function grantRecurrence(connection: Connection, now: number): Problem | undefined {
  const { settings, authorization, signedInAt, grantEnds = [] } = connection;
  const recent = grantEnds.filter(({ at }) => now - at < REMEMBERED_MS);
  const last = recent.at(-1);
  if (!last) return undefined;
  const alike = recent.filter(({ code }) => code === last.code);
  const spans = spansOf(alike);
  const isNamed = NAMES_ITS_POLICY.has(last.code);
  const isRegular =
    alike.length >= ENDS_OF_A_PATTERN &&
    spans.length >= ENDS_OF_A_PATTERN - 1 &&
    Math.max(...spans) <= SIMILAR * Math.min(...spans);
  if (!isNamed && !isRegular) return undefined;

  const spanMs = isRegular || spans.length > 0 ? middleOf(spans) : undefined;
  const isSignedIn =
    authorization.status === 'authorized' && signedInAt !== undefined && signedInAt >= last.at;
  const livedMs = isSignedIn ? now - signedInAt : 0;
  if (livedMs > OUTLIVED * (spanMs ?? UNKNOWN_SPAN_MS / OUTLIVED)) return undefined;
  const expected =
    isSignedIn && spanMs !== undefined
      ? `The next end is to be expected about ${timeText(signedInAt + spanMs)}.`
      : 'It will come again after the next sign-in.';
  return problem('grant-recurs', {
    with: {
      user: settings.user,
      times: counted(alike.length, 'time'),
      reason: last.code,
      interval: spanMs === undefined ? `last at ${timeText(last.at)}` : `about every ${spanText(spanMs)}`,
      expected,
      ask: (ASK[last.code] ?? ASK_ANYWAY).replaceAll('{user}', settings.user),
    },
  });
}

/** How long each grant lived; where its sign-in is not known, since the end before. ms */
function spansOf(ends: readonly GrantEnd[]): number[] {
  return ends.flatMap(({ at, signedInAt }, index) => {
    const from = signedInAt ?? ends[index - 1]?.at;
    return from === undefined || at <= from ? [] : [at - from];
  });
}

const middleOf = (spans: readonly number[]): number =>
  [...spans].sort((a, b) => a - b)[Math.floor(spans.length / 2)] ?? 0;
