/**
 * Every reply that the collected facts of Exchange Online list (EXCHANGE-ONLINE.md §1, §2, §4, §5), and what an admin
 * reads of it: which problem, whose it is, what the machine does, and a next action with the values filled in.
 */
import { describe, expect, it } from 'vitest';
import { REPLY_TABLE as IMAP_REPLIES, problemOf } from '../../connectors/email-receive/replies.js';
import { REPLY_TABLE as SMTP_REPLIES, type SmtpStage } from '../../connectors/email-send/replies.js';
import { smtpProblem } from '../../connectors/email-send/smtp-failure.js';
import { explainedRefusal } from '../../connectors/mail/refused-sign-in.js';
import type { MailContext, MailCredentials } from '../../src/contract/connector-type.js';
import type { ConnectionId } from '../../src/contract/ids.js';
import { type Problem, ProblemError, problemError } from '../../src/contract/problem.js';
import { failureOfAnswer } from '../../src/oauth/server/server-answer.js';
import {
  BY_AADSTS,
  BY_ERROR,
  BY_SUBERROR,
  problemOfServerError,
} from '../../src/oauth/server/server-errors.js';
import { AADSTS_ROWS } from '../../src/sandbox/authorization/aadsts-rows.js';

const USER = 'ada@contoso.example';
const UPN = 'ada.l@contoso.example';
const MAILBOX_ON =
  /Set-CASMailbox -Identity 'ada@contoso\.example' -SmtpClientAuthenticationDisabled \$false/;

/** Which problem, whose it is, what the machine does, and what the next action names. */
type Expected = readonly [
  code: string,
  owner: Problem['owner'],
  verdict: Problem['verdict'],
  next: RegExp | string,
];

function expectProblem(found: Problem, [code, owner, verdict, next]: Expected): void {
  expect([found.code, found.owner, found.verdict]).toEqual([code, owner, verdict]);
  expect(found.next).toMatch(next);
  expect(`${found.title} ${found.detail} ${found.next}`).not.toMatch(/[{}‹›]|undefined/);
}

// ---------------------------------------------------------------- §2, OAuth

const oauthContext = {
  user: USER,
  application: 'Mail app',
  clientId: 'client-1',
  scope: 'https://outlook.office.com/SMTP.Send',
  callbackUrl: 'https://mail.example/oauth/callback',
  adminConsentUrl: 'https://login.example/t/v2.0/adminconsent?client_id=client-1',
  host: 'login.example',
  tenant: 'tenant-1',
};
const CORRELATION = 'c0ffee00-0000-4000-8000-000000000001';

function refusedByEntra(error: string, more: object = {}): Problem {
  const body = { error, correlation_id: CORRELATION, ...more };
  const answer = { status: 400, headers: new Headers(), body: JSON.stringify(body) };
  return problemOfServerError(failureOfAnswer(answer, []), oauthContext).problem;
}

const AGAIN = /[Ss]ign in again as ada@contoso\.example/;
const TRANSIENT: Expected = ['token-endpoint-unavailable', 'nobody', 'retry', 'Nothing to do'];

const OAUTH: readonly (readonly [numbers: number[], expected: Expected])[] = [
  [[90033, 90024, 90006, 90012, 90090, 90055, 50033, 50087, 70012], TRANSIENT],
  [[50196], ['token-request-loop', 'nobody', 'wait-until', /pauses for an hour.*ada@contoso/]],
  [[700082], ['grant-unused', 'user', 'hold', /as ada@contoso\.example\. It does not recur/]],
  [[70008], ['grant-expired', 'user', 'hold', /as ada@contoso\.example\. If it expires again/]],
  [[50173], ['grant-revoked', 'user', 'hold', /as ada@contoso\.example.*recurs only when/]],
  [
    [70000, 50089, 50085],
    ['grant-invalid', 'user', 'hold', AGAIN],
  ],
  [
    [50055, 50144],
    ['password-expired', 'user', 'hold', /Change the password of ada@contoso\.example/],
  ],
  [[70043], ['sign-in-frequency', 'tenant-admin', 'hold', /exclude ada@contoso\.example.*sign-in frequency/]],
  [[50078], ['mfa-expired', 'tenant-admin', 'hold', /complete MFA.*exclude ada@contoso\.example/]],
  [
    [50076, 50074],
    ['mfa-required', 'user', 'hold', /as ada@contoso\.example and complete MFA/],
  ],
  [
    [50079, 50072],
    ['mfa-enrolment-required', 'user', 'hold', /as ada@contoso\.example at https:\/\/aka/],
  ],
  [[65001], ['consent-required', 'user', 'hold', oauthContext.adminConsentUrl.slice(0, 30)]],
  [[65004], ['consent-declined', 'user', 'hold', /accept/]],
  [
    [90094, 90095],
    ['admin-consent-required', 'tenant-admin', 'hold', /https:\/\/login\.example\/t\/v2\.0\/adminconsent/],
  ],
  [
    [53003, 530032],
    ['blocked-by-policy', 'tenant-admin', 'hold', CORRELATION],
  ],
  [
    [53000, 53001],
    ['device-not-compliant', 'tenant-admin', 'hold', CORRELATION],
  ],
  [[530035], ['blocked-by-security-defaults', 'tenant-admin', 'hold', CORRELATION]],
  [[50105], ['user-not-assigned', 'tenant-admin', 'hold', /client-1.*ada@contoso\.example/]],
  [[50057], ['account-disabled', 'tenant-admin', 'hold', /account ada@contoso\.example enabled/]],
  [[50034], ['account-not-found', 'user', 'hold', /Tenant of Mail app/]],
  [[50020], ['account-of-other-tenant', 'user', 'hold', /tenant of ada@contoso\.example/]],
  [[50053], ['account-locked', 'user', 'hold', AGAIN]],
  [
    [7000215],
    ['client-secret-wrong', 'service-admin', 'hold', /client-1.*Value \(not the Secret ID\).*Mail app/],
  ],
  [[7000222], ['client-secret-expired', 'service-admin', 'hold', /client-1.*new secret.*Mail app/]],
  [[7000218], ['client-credential-missing', 'service-admin', 'hold', /Client Secret of Mail app/]],
  [[700025], ['client-credential-unwanted', 'service-admin', 'hold', /authentication of Mail app to "none"/]],
  [
    [700027],
    ['client-assertion-invalid', 'service-admin', 'hold', /client-1.*certificate that Mail app uses/],
  ],
  [[700016], ['application-not-found', 'service-admin', 'hold', /Application \(client\) ID.*adminconsent/]],
  [
    [50194],
    ['tenant-for-many', 'service-admin', 'hold', /Tenant of Mail app to the Directory \(tenant\) ID/],
  ],
  [[90002], ['tenant-not-found', 'service-admin', 'hold', /Directory \(tenant\) ID.*preset of the cloud/]],
  [
    [50059, 50128],
    ['tenant-not-named', 'service-admin', 'hold', /a domain must be one/],
  ],
  [
    [9002332, 500208],
    ['account-type-unsupported', 'service-admin', 'hold', /client-1.*Supported account types/],
  ],
  [[50011], ['redirect-uri-unregistered', 'service-admin', 'hold', 'https://mail.example/oauth/callback']],
  [
    [70011, 28002],
    ['scope-invalid', 'service-admin', 'hold', /outlook\.office\.com\/IMAP.*as ada/],
  ],
  [[700022], ['scope-mixes-resources', 'service-admin', 'hold', /none of Graph/]],
  [[650057], ['resource-not-permitted', 'service-admin', 'hold', /client-1 under API permissions/]],
  [[500011], ['resource-not-found', 'service-admin', 'hold', /https:\/\/outlook\.office\.com\/SMTP\.Send/]],
  [
    [90038, 900382],
    ['cloud-wrong', 'service-admin', 'hold', /preset of the cloud.*Mail app/],
  ],
  [[7000112], ['application-disabled', 'tenant-admin', 'hold', /client-1, Properties/]],
  [[700084], ['redirect-uri-spa', 'service-admin', 'hold', /oauth\/callback from.*"Web"/]],
  [[54005], ['sign-in-link-used', 'user', 'fail', 'start the sign-in again']],
  [
    [501481, 700005, 900144, 9002313],
    ['callback-invalid', 'user', 'fail', 'Start the sign-in again'],
  ],
];

describe('what Entra answers (§2)', () => {
  const rows = OAUTH.flatMap(([numbers, expected]) => numbers.map((number) => ({ number, expected })));
  it.each(rows)('AADSTS$number: $expected.0', ({ number, expected }) => {
    const { error = 'invalid_grant', text = 'words', suberror } = AADSTS_ROWS[number] ?? {};
    const words = `AADSTS${number}: ${text}`;
    const found = refusedByEntra(error, { error_codes: [number], error_description: words, suberror });
    expectProblem(found, expected);
    expect(found).toMatchObject({ serverWords: words, foreign: { error, errorCodes: [number] } });
    expect(found.foreign?.unknown).toBeUndefined();
  });
  it('knows each of them', () => {
    expect(rows.filter(({ number }) => !BY_AADSTS.has(number))).toEqual([]);
  });
  it.each([
    ['suberror bad_token', { suberror: 'bad_token' }, ['grant-revoked', 'user', 'hold', AGAIN]],
    [
      'suberror consent_required',
      { suberror: 'consent_required' },
      ['consent-required', 'user', 'hold', /adminconsent/],
    ],
  ] as const)('%s, whatever the number', (_what, more, expected) => {
    expectProblem(refusedByEntra('invalid_grant', { error_codes: [1_234_567], ...more }), expected);
  });
  it('fills the texts of every row that a suberror or an error leads to', () => {
    for (const suberror of BY_SUBERROR.keys())
      expect(JSON.stringify(refusedByEntra('invalid_grant', { suberror }))).not.toMatch(/‹|\{\w+\}/);
    for (const error of BY_ERROR.keys())
      expect(JSON.stringify(refusedByEntra(error))).not.toMatch(/‹|\{\w+\}/);
  });
});

// ---------------------------------------------------------------- §1, §4, IMAP

const place = { host: 'outlook.office365.com', port: 993, user: USER, signedIn: UPN, now: 1_000 };
const refusedToken = 'imap-sign-in-refused';
const refusedPassword = 'imap-password-refused';

describe('what Exchange Online answers over IMAP (§1, §4)', () => {
  it.each([
    [
      { words: 'AUTHENTICATE failed.' },
      refusedToken,
      [
        refusedToken,
        'user',
        'hold',
        /IMAP\.AccessAsUser\.All.*Set-CASMailbox -Identity 'ada@contoso\.example' -ImapEnabled/,
      ],
    ],
    [
      { words: 'LOGIN failed.' },
      refusedPassword,
      ['imap-basic-disabled', 'user', 'hold', /OAuth 2\.0.*sign in as ada@contoso/],
    ],
    [
      { words: 'AUTHENTICATE failed.' },
      refusedPassword,
      ['imap-basic-disabled', 'user', 'hold', /OAuth 2\.0/],
    ],
    [
      { words: '[AUTHENTICATIONFAILED] Authentication failed.' },
      refusedPassword,
      [refusedPassword, 'user', 'hold', /Password/],
    ],
    [{ words: 'Command Error. 12' }, refusedToken, ['imap-refused', 'service-admin', 'retry', /own words/]],
    [
      { words: 'User is authenticated but not connected.', bye: 'Connection closed. 14' },
      undefined,
      [
        'mailbox-not-connected',
        'user',
        'hold',
        /If ada\.l@contoso\.example is another account, sign in as ada@contoso\.example/,
      ],
    ],
    [
      { bye: 'Session invalidated - AccessTokenExpired' },
      undefined,
      ['imap-token-ended', 'nobody', 'retry', /refreshed/],
    ],
    [
      { words: 'Request is throttled. Suggested Backoff Time: 92415 milliseconds' },
      undefined,
      ['imap-throttled', 'nobody', 'wait-until', /at the time the server named/],
    ],
    [{ words: 'Server Unavailable. 15' }, undefined, ['imap-unavailable', 'nobody', 'retry', /next poll/]],
    [
      { bye: 'Connection is closed. 13' },
      undefined,
      ['imap-session-closed', 'nobody', 'retry', /connects again/],
    ],
  ] as const)('%o', (failure, refused, expected) => {
    const { problem } = problemOf(failure, place, refused);
    expectProblem(problem, expected);
    expect(problem.foreign?.unknown).toBeUndefined();
  });
  it('says A and B where the signed-in user is not the mailbox', () => {
    const { detail } = problemOf({ words: 'User is authenticated but not connected.' }, place).problem;
    expect(detail).toContain(`${UPN} cannot open the mailbox ${USER}`);
  });
  it('waits as long as the server suggests', () => {
    const { problem } = problemOf(
      { words: 'Request is throttled. Suggested Backoff Time: 300000 ms' },
      place,
    );
    expect(problem.retryAt).toBe(301_000);
  });
  it('fills the texts of every row', () => {
    for (const { code } of IMAP_REPLIES)
      expect(
        JSON.stringify(
          problemError(code, {
            with: { host: 'h', port: 1, user: 'u', signedIn: 's', what: 'w', mailbox: 'm' },
          }).problem,
        ),
      ).not.toMatch(/‹/);
  });
});

// ---------------------------------------------------------------- §5, SMTP

const token: MailCredentials = { kind: 'xoauth2', user: UPN, accessToken: 'token', version: 1 };
const mail = (over: Partial<MailContext> = {}): MailContext => ({
  connection: 'con_1' as ConnectionId,
  connector: undefined,
  user: USER,
  authenticatedUser: UPN,
  imap: undefined,
  smtp: { host: 'smtp.office365.com', port: 587, tlsType: 'STARTTLS' },
  limits: {
    smtpConnections: 3,
    messagesPerMinute: 30,
    recipientsPerDay: 1,
    recipientsPerMessage: 1,
    messageBytes: 1,
  },
  credentials: async () => token,
  resolve: async (host) => host,
  log: { debug() {}, info() {}, warn() {} },
  signal: new AbortController().signal,
  ...over,
});
const message = { from: 'info@contoso.example', size: 40_000_000 };
const replied = (response: string, stage: SmtpStage, credentials: MailCredentials = token): Problem =>
  smtpProblem(mail(), Object.assign(new Error('refused'), { response, recipient: 'bob@x.example' }), {
    stage,
    credentials,
    message,
  }).problem;

const QUOTA: Expected = ['daily-quota-exceeded', 'nobody', 'wait-until', /rolling day/];
const TENANT_QUOTA: Expected = [
  'tenant-quota-exceeded',
  'tenant-admin',
  'wait-until',
  /tenant external recipient limit/,
];
const BLOCKED: Expected = [
  'mailbox-blocked',
  'tenant-admin',
  'hold',
  /remove ada@contoso\.example from Restricted entities/,
];
const DENIED: Expected = ['send-as-denied', 'user', 'fail', /To send as info@contoso\.example/];
const BUSY: Expected = ['smtp-busy', 'nobody', 'retry', /tried again by itself/];
const CROWDED: Expected = ['too-many-connections', 'nobody', 'retry', /send as ada@contoso\.example/];

const SMTP: readonly (readonly [SmtpStage, string, Expected])[] = [
  [
    'sign-in',
    '535 5.7.3 Authentication unsuccessful [AM0PR01CA0001.eurprd01.prod.exchangelabs.com]',
    [
      'smtp-sign-in-refused',
      'user',
      'hold',
      /SMTP\.Send.*ada\.l@contoso\.example is the user principal name/,
    ],
  ],
  [
    'sign-in',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
    ['smtp-auth-disabled-tenant', 'tenant-admin', 'hold', MAILBOX_ON],
  ],
  [
    'sign-in',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
    ['smtp-auth-disabled-mailbox', 'tenant-admin', 'hold', MAILBOX_ON],
  ],
  [
    'sign-in',
    "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.",
    ['smtp-security-defaults', 'tenant-admin', 'hold', /know no exceptions.*let ada@contoso/],
  ],
  [
    'sign-in',
    '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully.',
    ['smtp-policy-blocked', 'tenant-admin', 'hold', /sign-in of ada@contoso\.example in the sign-in log/],
  ],
  [
    'sign-in',
    '550 5.7.30 Basic authentication is not supported for Client Submission',
    ['smtp-basic-disabled', 'user', 'hold', /OAuth 2\.0.*sign in as ada@contoso/],
  ],
  [
    'content',
    '554 5.2.252 SendAsDenied; ada@contoso.example not allowed to send as info@contoso.example',
    DENIED,
  ],
  [
    'content',
    '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied',
    DENIED,
  ],
  ['envelope', '550 5.7.60 SMTP; Client does not have permissions to send as this sender', DENIED],
  ['content', '550 5.1.8 Access denied, bad outbound sender', BLOCKED],
  ['content', '550 5.7.501 Access denied, spam abuse detected', BLOCKED],
  ['content', '550 5.7.502 Access denied, banned sender', BLOCKED],
  ['content', '550 5.7.503 Access denied, banned sender', BLOCKED],
  [
    'content',
    '550 5.7.705 Access denied, tenant has exceeded threshold',
    ['tenant-blocked', 'tenant-admin', 'hold', /Microsoft support/],
  ],
  [
    'content',
    '550 5.7.708 Access denied, traffic not accepted from this IP',
    ['tenant-traffic-refused', 'tenant-admin', 'hold', /no trial/],
  ],
  [
    'content',
    '554 5.2.0 STOREDRV.Submission.Exception:OutboundSpamException',
    ['message-judged-spam', 'user', 'fail', /Change its content/],
  ],
  ['recipient', "550 5.1.90 Your message can't be sent because you've reached your daily limit", QUOTA],
  ['content', '554 5.2.2 submission quota exceeded', QUOTA],
  ['content', '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException', QUOTA],
  [
    'content',
    "550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily limit",
    TENANT_QUOTA,
  ],
  [
    'content',
    "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit",
    TENANT_QUOTA,
  ],
  ['content', '554 5.2.2 mailbox full', ['mailbox-full', 'user', 'hold', /room in the mailbox ada@contoso/]],
  ['connect', '432 4.3.2 concurrent connections limit exceeded', CROWDED],
  ['content', '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded', CROWDED],
  ['recipient', '452 4.5.3 Too many recipients', ['too-many-recipients', 'nobody', 'retry', /Nothing to do/]],
  ['content', '451 4.7.500 Server busy. Please try again later', BUSY],
  ['content', '451 4.7.0 Temporary server error. Please try again later. PRX4', BUSY],
  ['content', '451 4.3.111 backend busy', BUSY],
  ['connect', '421 4.3.2 Service not active', BUSY],
  ['content', '421 4.4.1 Connection timed out', BUSY],
  ['content', '421 4.4.2 Connection dropped', BUSY],
  [
    'content',
    '552 5.3.4 Message size exceeds fixed maximum message size',
    ['message-too-large', 'user', 'fail', /smaller attachments/],
  ],
  [
    'content',
    '554 5.6.11 SMTPSEND.BareLinefeedsAreIllegal',
    ['message-malformed', 'user', 'fail', /new message/],
  ],
  ['content', '554 5.6.0 Corrupt message content', ['message-malformed', 'user', 'fail', /new message/]],
];

describe('what Exchange Online answers at submission (§5)', () => {
  it.each(SMTP)('at %s: %s', (stage, text, expected) => {
    const found = replied(text, stage);
    expectProblem(found, expected);
    expect(found.serverWords).toBe(text);
    expect(found.foreign?.unknown).toBeUndefined();
  });
  it('names A and B of SendAsDenied, and the size of what is too large', () => {
    const denied = replied(
      '554 5.2.252 SendAsDenied; a@x.example not allowed to send as b@x.example',
      'content',
    );
    expect(denied.detail).toBe('a@x.example is not allowed to send as b@x.example.');
    expect(replied('552 5.3.4 too large', 'content').detail).toContain('40000000 bytes');
  });
  it('waits for the rolling day, and stops the tenant where the tenant is blocked', () => {
    expect(replied('550 5.1.90 daily limit', 'content').retryAt).toBeGreaterThan(Date.now());
    expect(replied('550 5.7.705 tenant', 'content').reach).toBe('tenant');
    expect(replied('550 5.1.8 bad outbound sender', 'content').reach).toBe('connection');
  });
  it('fills the texts of every row', () => {
    for (const row of SMTP_REPLIES) {
      const text = `${row.codes?.[0] ?? 550} ${row.enhanced?.[0] ?? '5.0.0'} ${row.text?.source ?? ''}`;
      expect(JSON.stringify(replied(text, row.stages?.[0] ?? 'content'))).not.toMatch(/‹/);
    }
  });
});

// ---------------------------------------------------------------- §1 and §7: what only the grant explains

describe('a refused sign-in, from what is known of the grant (§1, §7)', () => {
  const explained = async (
    words: string,
    code: 'imap-sign-in-refused' | 'smtp-sign-in-refused',
    over: Partial<MailContext>,
  ) => {
    const refusal = problemError(code, {
      with: { host: 'h', user: USER, mailbox: USER, signedIn: UPN },
      serverWords: words,
    });
    const found = await explainedRefusal(mail(over), refusal, { host: 'mail.example', triedAs: UPN });
    if (!(found instanceof ProblemError)) throw found;
    return found.problem;
  };
  const GRAPH = ['https://graph.microsoft.com/IMAP.AccessAsUser.All'];
  const FOR_GRAPH: Expected = [
    'grant-for-graph',
    'service-admin',
    'hold',
    /https:\/\/outlook\.office\.com\/IMAP\.AccessAsUser\.All.*as ada@contoso/,
  ];
  const APP_ONLY: Expected = [
    'app-only-refused',
    'tenant-admin',
    'hold',
    /New-ServicePrincipal -AppId 'client-1' -ObjectId OBJECT-ID; Add-MailboxPermission -Identity 'ada@contoso\.example' -User OBJECT-ID -AccessRights FullAccess; Add-RecipientPermission 'ada@contoso\.example' -Trustee OBJECT-ID/,
  ];
  const application = { identity: 'application', clientId: 'client-1' } as const;
  const received = { lastReceivedAt: async (): Promise<number> => 1 };
  const receivedNothing = { lastReceivedAt: async (): Promise<undefined> => undefined };

  it.each([
    [
      'a scope of Graph, IMAP',
      'AUTHENTICATE failed.',
      'imap-sign-in-refused',
      { graphScopes: GRAPH },
      FOR_GRAPH,
    ],
    ['a scope of Graph, SMTP', '535 5.7.3 no', 'smtp-sign-in-refused', { graphScopes: GRAPH }, FOR_GRAPH],
    ['app-only, IMAP', 'AUTHENTICATE failed. LogonDenied', 'imap-sign-in-refused', application, APP_ONLY],
    ['app-only, SMTP', '535 5.7.3 no', 'smtp-sign-in-refused', application, APP_ONLY],
    [
      'SMTP, where IMAP works',
      '535 5.7.3 no',
      'smtp-sign-in-refused',
      received,
      [
        'smtp-wants-upn',
        'user',
        'hold',
        /User principal name of ada@contoso\.example.*ada\.l@contoso\.example/,
      ],
    ],
    [
      'SMTP alone',
      '535 5.7.3 no',
      'smtp-sign-in-refused',
      receivedNothing,
      ['smtp-sign-in-refused', 'user', 'hold', /UPN/],
    ],
    [
      'IMAP, where IMAP worked before',
      'AUTHENTICATE failed.',
      'imap-sign-in-refused',
      received,
      ['imap-sign-in-refused', 'user', 'hold', /IMAP/],
    ],
  ] as const)('%s', async (_what, words, code, over, expected) => {
    const found = await explained(words, code, over);
    expectProblem(found, expected);
    expect(found.serverWords).toBe(words);
  });

  it('is the permission on the mailbox, where an application was let in and is not connected', () => {
    const { problem } = problemOf(
      { words: 'User is authenticated but not connected.' },
      { ...place, application: 'client-1' },
    );
    expectProblem(problem, APP_ONLY);
  });
});
