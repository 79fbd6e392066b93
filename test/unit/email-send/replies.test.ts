import { describe, expect, it } from 'vitest';
import {
  classifyReply,
  messageIdOf,
  parseReply,
  REPLY_TABLE,
  type SmtpStage,
  sendAsNames,
} from '../../../connectors/email-send/replies.js';

/** Every reply of EXCHANGE-ONLINE.md §5, and what it must be taken for. */
const ROWS: [SmtpStage, string, string][] = [
  [
    'sign-in',
    '535 5.7.3 Authentication unsuccessful [AM0PR01CA0001.eurprd01.prod.exchangelabs.com]',
    'smtp-sign-in-refused',
  ],
  ['envelope', '530 5.7.57 Client not authenticated to send mail', 'smtp-session-unauthenticated'],
  [
    'sign-in',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
    'smtp-auth-disabled-tenant',
  ],
  [
    'sign-in',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
    'smtp-auth-disabled-mailbox',
  ],
  [
    'sign-in',
    "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.",
    'smtp-security-defaults',
  ],
  [
    'sign-in',
    '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated',
    'smtp-policy-blocked',
  ],
  [
    'sign-in',
    '550 5.7.30 Basic authentication is not supported for Client Submission',
    'smtp-basic-disabled',
  ],
  [
    'content',
    '554 5.2.252 SendAsDenied; a@contoso.example not allowed to send as b@contoso.example',
    'send-as-denied',
  ],
  [
    'content',
    '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied',
    'send-as-denied',
  ],
  ['envelope', '550 5.7.60 SMTP; Client does not have permissions to send as this sender', 'send-as-denied'],
  ['content', '550 5.1.8 Access denied, bad outbound sender', 'mailbox-blocked'],
  ['content', '550 5.7.501 Access denied, spam abuse detected', 'mailbox-blocked'],
  ['content', '550 5.7.502 Access denied, banned sender', 'mailbox-blocked'],
  ['content', '550 5.7.503 Access denied, banned sender', 'mailbox-blocked'],
  ['content', '550 5.7.705 Access denied, tenant has exceeded threshold', 'tenant-blocked'],
  [
    'content',
    '550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP',
    'tenant-traffic-refused',
  ],
  [
    'content',
    '554 5.2.0 STOREDRV.Submission.Exception:OutboundSpamException; Failed to process message',
    'message-judged-spam',
  ],
  [
    'recipient',
    "550 5.1.90 Your message can't be sent because you've reached your daily limit",
    'daily-quota-exceeded',
  ],
  ['content', '554 5.2.2 submission quota exceeded', 'daily-quota-exceeded'],
  [
    'content',
    '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException',
    'daily-quota-exceeded',
  ],
  ['content', "550 5.7.232 Your message can't be sent", 'tenant-quota-exceeded'],
  ['content', "550 5.7.233 Your message can't be sent", 'tenant-quota-exceeded'],
  ['content', '554 5.2.2 mailbox full', 'mailbox-full'],
  ['content', '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded', 'too-many-connections'],
  ['connect', '432 4.3.2 concurrent connections limit exceeded', 'too-many-connections'],
  ['recipient', '452 4.5.3 Too many recipients', 'too-many-recipients'],
  ['content', '451 4.7.500 Server busy. Please try again later', 'smtp-busy'],
  ['content', '451 4.7.0 Temporary server error. Please try again later. PRX4', 'smtp-busy'],
  ['content', '451 4.3.111 backend busy', 'smtp-busy'],
  ['connect', '421 4.3.2 Service not active', 'smtp-busy'],
  ['content', '421 4.4.1 Connection timed out', 'smtp-busy'],
  [
    'content',
    '421 4.4.2 Message submission rate for this client has exceeded the configured limit',
    'smtp-busy',
  ],
  ['content', '552 5.3.4 Message size exceeds fixed maximum message size', 'message-too-large'],
  ['content', '554 5.6.11 Invalid characters', 'message-malformed'],
  ['content', '554 5.6.0 Corrupt message content', 'message-malformed'],
  ['recipient', '550 5.1.1 User unknown', 'recipient-refused'],
  ['recipient', "552 5.2.2 The recipient's mailbox is full", 'recipient-refused'],
  ['content', '450 4.2.1 something nobody has listed', 'smtp-deferred'],
  ['content', '599 5.9.9 something nobody has listed', 'smtp-refused'],
  ['sign-in', '504 5.7.4 Unrecognized authentication type', 'smtp-mechanism-unknown'],
  ['connect', '554 5.3.2 not here', 'smtp-unavailable'],
  ['connect', 'HTTP/1.1 400 Bad Request', 'smtp-unavailable'],
];

describe('a refusal is taken for what it means', () => {
  it.each(ROWS)('at %s: %s', (stage, text, expected) => {
    expect(classifyReply(parseReply(text), stage).problem).toBe(expected);
  });
});

it('has no row that no reply of the list reaches', () => {
  const matching = (stage: SmtpStage, text: string) => {
    const reply = parseReply(text);
    return REPLY_TABLE.find(
      (row) =>
        (row.codes?.includes(reply.code) ?? true) &&
        (row.enhanced?.includes(reply.enhancedStatus ?? '') ?? true) &&
        (row.text?.test(reply.text) ?? true) &&
        (row.stages?.includes(stage) ?? true),
    );
  };
  const reached = new Set(ROWS.map(([stage, text]) => matching(stage, text)));
  expect(REPLY_TABLE.filter((row) => !reached.has(row))).toEqual([]);
});

it('waits an hour where the quota names no time', () => {
  expect(classifyReply(parseReply('550 5.1.90 daily limit'), 'content').waitMs).toBe(3_600_000);
});

it('reads reply code and enhanced status of a reply with several lines', () => {
  expect(parseReply('535-5.7.8 Username and Password not accepted.\n535 5.7.8  see help')).toMatchObject({
    code: 535,
    enhancedStatus: '5.7.8',
  });
});

it('learns the Message-ID only where the reply names one in a known form', () => {
  const id = '<AM0PR01MB1234@AM0PR01MB1234.eurprd01.prod.outlook.com>';
  expect(messageIdOf(`250 2.0.0 OK ${id} [Hostname=AM0PR01MB1234]`)).toBe(id);
  expect(messageIdOf('250 2.0.0 Ok: queued as 4C2F3')).toBeUndefined();
});

it('names who was not allowed to send as whom', () => {
  expect(
    sendAsNames('554 5.2.252 SendAsDenied; a@x.example not allowed to send as b@x.example; STOREDRV'),
  ).toEqual({
    signedIn: 'a@x.example',
    from: 'b@x.example',
  });
});
