/**
 * What IMAP servers answer, and which problem each answer is (EXCHANGE-ONLINE.md §4). The first row that matches
 * counts. This table and the error codes below are the only place that knows foreign words.
 */
import { type ProblemCode, type ProblemError, problemError } from '../../src/contract/problem.js';
import { withoutSecrets } from '../../src/contract/without-secrets.js';
import { isTlsFailure } from '../mail/tls-failure.js';

interface Reply {
  /** The server's words: text of a NO, BAD or BYE. */
  words: RegExp;
  code: ProblemCode;
  /** What ForeignFacts.error says, where the receive worker acts on it. */
  error?: string;
}

/** Marks a session that ended because its access token did; the next one starts at once. */
export const ACCESS_TOKEN_EXPIRED = 'AccessTokenExpired';

/** Answers that mean the same at any moment of a session. */
const REPLIES: readonly Reply[] = [
  { words: /user is authenticated but not connected/i, code: 'mailbox-not-connected' },
  { words: /AccessTokenExpired/i, code: 'imap-unavailable', error: ACCESS_TOKEN_EXPIRED },
  { words: /request is throttled/i, code: 'imap-throttled' },
  { words: /\[THROTTLED\]|\[LIMIT\]|too many simultaneous connections/i, code: 'imap-throttled' },
  {
    words: /server unavailable|\[UNAVAILABLE\]|\[INUSE\]|\[SERVERBUG\]|temporary/i,
    code: 'imap-unavailable',
  },
  { words: /connection (is )?closed|session invalidated/i, code: 'imap-unavailable' },
];

/** Asked to slow down without saying for how long. */
const DEFAULT_BACKOFF_MS = 60_000;
/** Seen up to 300,000; more than an hour is a misreading. */
const LONGEST_BACKOFF_MS = 3_600_000;

/** What imapflow's errors carry, as far as it is of use. */
export interface ImapFailure {
  /** Error code of Node or imapflow. */
  code?: string;
  /** Text of a tagged NO or BAD, or of a refused AUTHENTICATE. */
  words?: string;
  /** Text of `* BYE`. */
  bye?: string;
  message?: string;
}

/** Whom and where the session is for, for the texts. */
export interface SessionPlace {
  host: string;
  port: number;
  user: string;
  signedIn: string | undefined;
  /** What it signs in with; taken out of the server's words. */
  secrets?: readonly string[];
  now: number;
}

/**
 * The problem a failed command or session stands for.
 * @param refused code where the server refused this command without a word of the table; absent: `imap-unavailable`
 */
export function problemOf(
  failure: ImapFailure,
  place: SessionPlace,
  refused?: ProblemCode,
  cause?: unknown,
): ProblemError {
  const words = withoutSecrets([failure.words, failure.bye].filter(Boolean).join(' | '), place.secrets ?? []);
  const { host, port, user } = place;
  const texts = { host, port, user, signedIn: place.signedIn ?? user };
  const serverWords = words ? { serverWords: words } : {};
  const row = REPLIES.find((reply) => reply.words.test(words));
  if (row) {
    return problemError(row.code, {
      with: { ...texts, what: words },
      ...serverWords,
      ...(row.code === 'imap-throttled' && { retryAt: place.now + backoffMs(words) }),
      ...(row.error && { foreign: { error: row.error } }),
      cause,
    });
  }
  if (isTlsFailure(failure.code)) {
    return problemError('tls-failed', {
      with: { ...texts, what: failure.message ?? failure.code ?? 'no reason given' },
      cause,
    });
  }
  if (refused && failure.words) return problemError(refused, { with: texts, ...serverWords, cause });
  const what = words || failure.code || failure.message || 'no reply';
  return problemError('imap-unavailable', { with: { ...texts, what }, ...serverWords, cause });
}

/** `Suggested Backoff Time: N milliseconds`. */
function backoffMs(words: string): number {
  const named = Number(/backoff time[:=\s]+(\d+)/i.exec(words)?.[1] ?? Number.NaN);
  return Number.isNaN(named) ? DEFAULT_BACKOFF_MS : Math.min(named, LONGEST_BACKOFF_MS);
}
