/**
 * The reply table: what an SMTP server's refusal means (EXCHANGE-ONLINE.md §5). The first row that matches decides; a
 * row says what it needs to match and names the problem, and the problem's catalogue entry says the verdict.
 */
import type { CodesNaming } from '../../src/contract/problem.js';

/** Problems whose texts name nothing that is not known of a refusal. */
export type SmtpProblemCode = CodesNaming<
  'host' | 'user' | 'mailbox' | 'what' | 'size' | 'recipients' | 'signedIn' | 'from'
>;

/** Where in the dialogue the reply came (RFC 5321 §3): greeting, EHLO and STARTTLS; AUTH; MAIL FROM; RCPT TO; DATA. */
export type SmtpStage = 'connect' | 'sign-in' | 'envelope' | 'recipient' | 'content';

export interface SmtpReply {
  /** The three digits; 0 where the line carries none. */
  code: number;
  /** RFC 3463, such as `5.7.139`. */
  enhancedStatus: string | undefined;
  /** The whole reply, all of its lines. */
  text: string;
}

interface ReplyRow {
  /** Reply codes, any of them. Absent: any. */
  codes?: readonly number[];
  /** Enhanced status codes, any of them. Absent: any. */
  enhanced?: readonly string[];
  /** What the text says. Absent: anything. */
  text?: RegExp;
  /** Absent: at any stage. */
  stages?: readonly SmtpStage[];
  problem: SmtpProblemCode;
  /** When to come again, in ms, where the problem waits until a time. */
  waitMs?: number;
}

/** No reply says when the rolling day has room again; an hour frees what was sent in the busiest hour at the latest. */
const QUOTA_WAIT_MS = 3_600_000;

/** Enhanced status codes that speak of the recipient of RCPT TO alone. */
const RECIPIENT_STATUSES: readonly string[] = [
  ...['5.1.0', '5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10'],
  ...['5.2.1', '5.2.2', '5.4.1', '5.4.4', '5.7.1'],
];

export const REPLY_TABLE: readonly ReplyRow[] = [
  // SMTP AUTH switched off, or a policy
  {
    codes: [535],
    enhanced: ['5.7.139'],
    text: /disabled for the Tenant/i,
    problem: 'smtp-auth-disabled-tenant',
  },
  {
    codes: [535],
    enhanced: ['5.7.139'],
    text: /disabled for the Mailbox/i,
    problem: 'smtp-auth-disabled-mailbox',
  },
  { codes: [535], enhanced: ['5.7.139'], text: /security defaults/i, problem: 'smtp-security-defaults' },
  { codes: [535], enhanced: ['5.7.139'], text: /did not meet the criteria/i, problem: 'smtp-policy-blocked' },
  { enhanced: ['5.7.30'], problem: 'smtp-basic-disabled' },
  { codes: [535], problem: 'smtp-sign-in-refused' },
  // RFC 4954 §6: authentication required; a session that lost its sign-in
  { codes: [530], problem: 'smtp-session-unauthenticated' },
  // RFC 4954 §4: the mechanism is not known
  { codes: [504], stages: ['sign-in'], problem: 'smtp-mechanism-unknown' },

  // who may send, and whether at all
  { text: /SendAsDenied/i, problem: 'send-as-denied' },
  { enhanced: ['5.2.252', '5.7.60'], problem: 'send-as-denied' },
  { text: /OutboundSpamException/i, problem: 'message-judged-spam' },
  { enhanced: ['5.1.8', '5.7.501', '5.7.502', '5.7.503'], problem: 'mailbox-blocked' },
  { enhanced: ['5.7.705'], problem: 'tenant-blocked' },
  { enhanced: ['5.7.708'], problem: 'tenant-traffic-refused' },

  // quotas
  {
    text: /SubmissionQuotaExceeded|submission quota/i,
    problem: 'daily-quota-exceeded',
    waitMs: QUOTA_WAIT_MS,
  },
  { enhanced: ['5.1.90'], problem: 'daily-quota-exceeded', waitMs: QUOTA_WAIT_MS },
  { enhanced: ['5.7.232', '5.7.233'], problem: 'tenant-quota-exceeded', waitMs: QUOTA_WAIT_MS },
  { enhanced: ['5.2.2'], stages: ['connect', 'sign-in', 'envelope', 'content'], problem: 'mailbox-full' },

  // too busy
  { text: /concurrent connections limit|sender thread limit/i, problem: 'too-many-connections' },
  { codes: [452], enhanced: ['4.5.3'], problem: 'too-many-recipients' },
  { codes: [451], enhanced: ['4.7.500'], problem: 'smtp-busy' },
  { enhanced: ['4.7.0'], text: /PRX4/i, problem: 'smtp-busy' },
  { enhanced: ['4.3.111'], problem: 'smtp-busy' },
  { codes: [421], enhanced: ['4.3.2', '4.4.1', '4.4.2'], problem: 'smtp-busy' },

  // this message
  { enhanced: ['5.3.4', '5.2.3'], problem: 'message-too-large' },
  { enhanced: ['5.6.11', '5.6.0'], stages: ['content'], problem: 'message-malformed' },

  // this recipient (RFC 3463 §3.2, §3.3, §3.5): no such address, its mailbox, no way there, not allowed
  { enhanced: RECIPIENT_STATUSES, stages: ['recipient'], problem: 'recipient-refused' },
];

/** What no row names: 4xx is temporary and 5xx is not (RFC 5321 §4.2.1). */
export const BY_CLASS: readonly { first: string; stages?: readonly SmtpStage[]; problem: SmtpProblemCode }[] =
  [
    { first: '4', problem: 'smtp-deferred' },
    { first: '5', stages: ['sign-in'], problem: 'smtp-sign-in-refused' },
    { first: '5', stages: ['recipient'], problem: 'recipient-refused' },
    // A server that refuses before it knows what is to be sent refuses the connection, not a message.
    { first: '5', stages: ['connect'], problem: 'smtp-unavailable' },
    { first: '5', problem: 'smtp-refused' },
  ];

/** Replies that name the Message-ID which the server gave the message [F]: Outlook's submission servers. */
const MESSAGE_ID_IN_REPLY: readonly RegExp[] = [/^250[ -]2\.0\.0 OK (<[^<>\s]+@[^<>\s]+>)/i];

/** Names in the text of SendAsDenied: `A not allowed to send as B`. */
const SEND_AS_NAMES = /SendAsDenied;\s*(\S+) not allowed to send as ([^\s;,]+)/i;

/** Reads reply code and enhanced status out of a reply (RFC 5321 §4.2, RFC 2034 §4). */
export function parseReply(text: string): SmtpReply {
  const [, digits, enhancedStatus] = /^(\d{3})(?:[ -](\d\.\d{1,3}\.\d{1,3})\b)?/.exec(text.trim()) ?? [];
  return { code: Number(digits ?? 0), enhancedStatus, text: text.trim() };
}

/** What a reply was taken for. */
export interface ReadReply {
  problem: SmtpProblemCode;
  /** For a wait-until: how long to wait, in ms. */
  waitMs: number | undefined;
  /** No row names it; it was taken by its class. */
  isUnknown: boolean;
}

/**
 * What a refusal means.
 * @param reply a reply that is not 2xx or 3xx
 */
export function classifyReply(reply: SmtpReply, stage: SmtpStage): ReadReply {
  const row = REPLY_TABLE.find(
    ({ codes, enhanced, text, stages }) =>
      (codes?.includes(reply.code) ?? true) &&
      (enhanced === undefined ||
        (reply.enhancedStatus !== undefined && enhanced.includes(reply.enhancedStatus))) &&
      (text?.test(reply.text) ?? true) &&
      (stages?.includes(stage) ?? true),
  );
  if (row) return { problem: row.problem, waitMs: row.waitMs, isUnknown: false };
  const first = String(reply.code).charAt(0);
  const fallback = BY_CLASS.find((each) => each.first === first && (each.stages?.includes(stage) ?? true));
  return { problem: fallback?.problem ?? 'smtp-unavailable', waitMs: undefined, isUnknown: true };
}

/** The Message-ID that the final reply names, with its angle brackets. */
export function messageIdOf(reply: string): string | undefined {
  for (const pattern of MESSAGE_ID_IN_REPLY) {
    const id = pattern.exec(reply)?.[1];
    if (id) return id;
  }
  return undefined;
}

/** Who was not allowed to send as whom, where the reply says so. */
export function sendAsNames(reply: string): { signedIn: string; from: string } | undefined {
  const [, signedIn, from] = SEND_AS_NAMES.exec(reply) ?? [];
  return signedIn && from ? { signedIn, from } : undefined;
}
