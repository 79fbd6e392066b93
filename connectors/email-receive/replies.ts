/**
 * What IMAP servers answer, and which problem each answer is (EXCHANGE-ONLINE.md §4). The first row that matches counts,
 * and what no row knows falls to its class. This is the only place of Email Receive that knows foreign words.
 */
import { powershellText } from '../../src/contract/powershell-text.js';
import { type CodesNaming, type ProblemError, problemError } from '../../src/contract/problem.js';
import { withoutSecrets } from '../../src/contract/without-secrets.js';
import { isTlsFailure } from '../mail/tls-failure.js';

/** Refused credentials: RFC 5530 §3, Dovecot, Gmail. */
const SIGN_IN_REFUSED =
  /\[(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED)\]|authentication failed|invalid credentials|(log ?in|sign[- ]in) failed/i;

/** Problems whose texts name nothing that is not known of a session. */
export type ImapProblemCode = CodesNaming<'host' | 'port' | 'user' | 'mailbox' | 'signedIn' | 'what'>;

interface Reply {
  /** The server's words: text of a NO, BAD or BYE. */
  words: RegExp;
  code: ImapProblemCode;
  /** Only where a sign-in was refused: with a token or with a password. Absent: at any moment. */
  signIn?: 'token' | 'password';
  /** What ForeignFacts.error says, where the receive worker acts on it. */
  error?: string;
}

/** Marks a session that ended because its access token did; the next one starts at once. */
export const ACCESS_TOKEN_EXPIRED = 'AccessTokenExpired';

export const REPLY_TABLE: readonly Reply[] = [
  { words: /user is authenticated but not connected/i, code: 'mailbox-not-connected' },
  { words: /AccessTokenExpired/i, code: 'imap-token-ended', error: ACCESS_TOKEN_EXPIRED },
  { words: /request is throttled/i, code: 'imap-throttled' },
  { words: /\[THROTTLED\]|\[LIMIT\]|too many simultaneous connections/i, code: 'imap-throttled' },
  {
    words: /server unavailable|\[UNAVAILABLE\]|\[INUSE\]|\[SERVERBUG\]|temporary/i,
    code: 'imap-unavailable',
  },
  // Exchange answers so to every password; other servers say more (RFC 5530 §3).
  { words: /\b(LOGIN|AUTHENTICATE) failed\b/, signIn: 'password', code: 'imap-basic-disabled' },
  { words: /\bAUTHENTICATE failed\b|LogonDenied/i, signIn: 'token', code: 'imap-sign-in-refused' },
  { words: SIGN_IN_REFUSED, signIn: 'token', code: 'imap-sign-in-refused' },
  { words: SIGN_IN_REFUSED, signIn: 'password', code: 'imap-password-refused' },
  { words: /connection (is )?closed|session invalidated/i, code: 'imap-session-closed' },
  // An empty SASL answer, or anything else it does not understand (EXCHANGE-ONLINE.md §1).
  { words: /Command Error\. \d+/i, code: 'imap-refused' },
  { words: /Command received in Invalid state/i, code: 'imap-refused' },
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
  /** Of an app-only session: the application that signed in. */
  application?: string | undefined;
  /** What it signs in with; taken out of the server's words. */
  secrets?: readonly string[];
  now: number;
  /** Told of an answer that no row knows. */
  onUnknownReply?: (() => void) | undefined;
}

/** A sign-in that was refused without a word of the table. */
export type RefusedSignIn = 'imap-sign-in-refused' | 'imap-password-refused';

/**
 * The problem a failed command or session stands for.
 * @param refused where the server refused the sign-in
 */
export function problemOf(
  failure: ImapFailure,
  place: SessionPlace,
  refused?: RefusedSignIn,
  cause?: unknown,
): ProblemError {
  const words = withoutSecrets([failure.words, failure.bye].filter(Boolean).join(' | '), place.secrets ?? []);
  const { host, port, user } = place;
  const texts = {
    host,
    port,
    user,
    mailbox: powershellText(user),
    signedIn: place.signedIn ?? user,
    what: words || closedWords(failure.code) || failure.code || failure.message || 'no reply',
  };
  const kind = refused === 'imap-password-refused' ? 'password' : 'token';
  const row = REPLY_TABLE.find(
    ({ words: known, signIn }) =>
      (signIn === undefined || (refused !== undefined && signIn === kind)) && known.test(words),
  );
  if (!row && isTlsFailure(failure.code)) {
    const what = failure.message ?? texts.what;
    return problemError('tls-failed', { with: { ...texts, what }, cause });
  }
  const isUnknown = !row && words !== '';
  if (isUnknown) place.onUnknownReply?.();
  const code = row?.code ?? codeByClass(failure, refused);
  const foreign = { ...(row?.error && { error: row.error }), ...(isUnknown && { unknown: true as const }) };
  const said = {
    ...(words && { serverWords: words }),
    ...(code === 'imap-throttled' && { retryAt: place.now + backoffMs(words) }),
    ...(Object.keys(foreign).length > 0 && { foreign }),
    cause,
  };
  // An application that was let in and finds no mailbox lacks the permission on it.
  if (code === 'mailbox-not-connected' && place.application !== undefined) {
    const ids = { clientId: place.application, applicationId: powershellText(place.application) };
    return problemError('app-only-refused', { with: { ...texts, ...ids }, ...said });
  }
  return problemError(code, { with: texts, ...said });
}

/** imapflow's codes of a connection that ended without a word; to an admin they are none. */
const closedWords = (code: string | undefined): string | undefined =>
  /^(ClosedAfterConnect|EConnectionClosed$|NoConnection$)/.test(code ?? '')
    ? 'it closed the connection without an answer that IMAP knows'
    : undefined;

/** What no row names: a refused sign-in, a refused command (NO, BAD), or a session that ended (BYE, silence). */
function codeByClass({ words, bye }: ImapFailure, refused: RefusedSignIn | undefined): ImapProblemCode {
  if (words && refused) return refused;
  return words && !bye && !/^\* BYE\b/i.test(words) ? 'imap-refused' : 'imap-unavailable';
}

/** `Suggested Backoff Time: N milliseconds`. */
function backoffMs(words: string): number {
  const named = Number(/backoff time[:=\s]+(\d+)/i.exec(words)?.[1] ?? Number.NaN);
  return Number.isNaN(named) ? DEFAULT_BACKOFF_MS : Math.min(named, LONGEST_BACKOFF_MS);
}
