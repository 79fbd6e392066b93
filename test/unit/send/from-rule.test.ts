import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameAddress } from '../../../src/contract/address.js';
import type { MessageId } from '../../../src/contract/ids.js';
import { ProblemError } from '../../../src/contract/problem.js';
import { composeMessage } from '../../../src/send/compose.js';
import type { MessageDraft } from '../../../src/send/draft.js';
import { checkComposedSender } from '../../../src/send/from-rule.js';
import { headFields } from '../../../src/send/message-head.js';

const USER = 'user@contoso.example';
const EVIL = 'ceo@contoso.example';
const limits = {
  smtpConnections: 3,
  messagesPerMinute: 30,
  recipientsPerDay: 10_000,
  recipientsPerMessage: 5,
  messageBytes: 100_000,
};
const compose = (draft: MessageDraft, settings = {}) =>
  composeMessage(
    { to: 'a@b.example', text: 'x', ...draft },
    { id: 'msg_1' as MessageId, user: USER, settings, limits, date: 0 },
  );
const codeOf = async (draft: MessageDraft, settings = {}) =>
  compose(draft, settings).then(
    () => 'accepted',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : error),
  );

describe('a sender that is not the User is refused as from-mismatch', () => {
  it.each<[string, MessageDraft]>([
    ['as a field', { from: EVIL }],
    ['as a field with the name of the User', { from: `"${USER}" <${EVIL}>` }],
    ['behind the User as a bare name', { from: `${USER} <${EVIL}>` }],
    ['in the display name', { from: `"${EVIL}" <${USER}>` }],
    ['in the display name, full-width', { from: `"ceo＠contoso.example" <${USER}>` }],
    ['in the display name, encoded', { from: `=?utf-8?q?ceo=40contoso.example?= <${USER}>` }],
    ['in a comment', { from: `${USER} (${EVIL})` }],
    ['as one of several', { from: `${USER}, ${EVIL}` }],
    ['as one of several in an array', { from: [USER, EVIL] }],
    ['the User twice', { from: `${USER}, ${USER}` }],
    ['in a group', { from: `staff: ${USER}, ${EVIL};` }],
    ['with a Cyrillic letter in the local part', { from: 'us\u0435r@contoso.example' }],
    ['with a Cyrillic letter in the domain', { from: 'user@c\u043entoso.example' }],
    ['with a zero-width space', { from: 'us\u200ber@contoso.example' }],
    ['as header From', { headers: { From: EVIL } }],
    ['as header from, in lower case', { headers: { from: EVIL } }],
    ['as header with a blank in its name', { headers: { 'From ': EVIL } }],
    ['as header with a look-alike name', { headers: { Ｆrom: EVIL } }],
    ['as one of several values of a header', { headers: { From: [USER, EVIL] } }],
    ['as Sender', { headers: { Sender: EVIL } }],
    ['as Resent-From', { headers: { 'Resent-From': EVIL } }],
    ['as Resent-Sender', { headers: { 'Resent-Sender': EVIL } }],
    ['as Return-Path', { headers: { 'Return-Path': `<${EVIL}>` } }],
    ['injected by CRLF into From', { from: `${USER}\r\nSender: ${EVIL}` }],
    ['injected by CRLF into the subject', { subject: `Hello\r\nFrom: ${EVIL}` }],
    ['injected by LF into a header', { headers: { 'X-A': `1\nfrom: ${EVIL}` } }],
    ['injected by CR into a recipient', { to: `a@b.example\rSender: ${EVIL}` }],
    ['injected into a header name', { headers: { [`X-A: 1\r\nFrom: ${EVIL}\r\nX-B`]: '1' } }],
    ['injected into a file name', { attachments: [{ filename: `a\r\nFrom: ${EVIL}`, content: '' }] }],
  ])('%s', async (_how, draft) => {
    expect(await codeOf(draft)).toBe('from-mismatch');
  });

  it('names both', async () => {
    await expect(compose({ from: EVIL })).rejects.toMatchObject({
      problem: { detail: expect.stringMatching(/ceo@contoso\.example.*user@contoso\.example/) },
    });
  });

  it('in the settings of the connector', async () => {
    expect(await codeOf({}, { from: EVIL })).toBe('from-mismatch');
    expect(await codeOf({}, { displayName: EVIL })).toBe('from-mismatch');
    expect(await codeOf({}, { headers: { Sender: EVIL } })).toBe('from-mismatch');
  });
});

describe('pure syntax is refused as invalid-message', () => {
  it.each<[string, MessageDraft]>([
    ['a line break in the subject', { subject: 'a\r\nb' }],
    ['a line break in a header', { headers: { 'X-A': 'a\nBcc: x@y.example' } }],
    ['From without an address', { from: 'somebody' }],
    ['no recipient', { to: [] }],
    ['a recipient that is none', { to: 'nobody' }],
    ['two recipients without a comma', { to: 'a@b.example c@d.example' }],
    ['a header that has a field of its own', { headers: { Bcc: 'a@b.example' } }],
    ['a header of MIME', { headers: { 'Content-Type': 'text/html' } }],
    ['a header name with a colon', { headers: { 'X:Y': '1' } }],
    ['content that is not base64', { attachments: [{ filename: 'a', content: '§' }] }],
    ['too many recipients', { to: Array.from({ length: 6 }, (_, i) => `a${i}@b.example`) }],
    ['a message beyond the size', { text: 'x'.repeat(200_000) }],
  ])('%s', async (_what, draft) => {
    expect(await codeOf(draft)).toBe('invalid-message');
  });
});

it('takes the User as From in any case and with a harmless name, and writes the User', async () => {
  const { content, envelope } = await compose({
    from: 'Sales, <b>North</b> <USER@CONTOSO.example>'.replace(/, <b>|<\/b>/g, ' '),
  });
  expect(envelope.from).toBe(USER);
  expect(headFields(content).filter(({ name }) => name === 'from')).toEqual([
    { name: 'from', value: `Sales North <${USER}>` },
  ]);
});

it('keeps Bcc out of the head and in the envelope', async () => {
  const { content, envelope } = await compose({ bcc: 'hidden@b.example' });
  expect(envelope.to).toEqual(['a@b.example', 'hidden@b.example']);
  expect(content.toString()).not.toContain('hidden');
});

it('finds a message whose From was changed on disk', async () => {
  const { content, envelope } = await compose({});
  const check = (text: string) => () => checkComposedSender(Buffer.from(text), envelope, USER);
  const text = content.toString();
  expect(check(text)).not.toThrow();
  expect(check(text.replace(`From: ${USER}`, `From: ${EVIL}`))).toThrow(/from-mismatch/);
  expect(check(`From: ${EVIL}\r\n${text}`)).toThrow(/from-mismatch/);
  expect(check(`Sender: ${EVIL}\r\n${text}`)).toThrow(/from-mismatch/);
  expect(check(text.replace(/From: .*\r\n/, ''))).toThrow(/from-mismatch/);
});

/** Pieces that crafted values are made of. */
const piece = fc.oneof(
  fc.constantFrom(
    USER,
    EVIL,
    `<${EVIL}>`,
    `<${USER}>`,
    'From: ',
    'Sender: ',
    '\r\n',
    '\n',
    '\r',
    ' ',
    ',',
    ';',
    ':',
  ),
  fc.constantFrom('"', '\\', '(', ')', '<', '>', '@', '=?utf-8?q?a=40b?=', '\u0000', '\u2028', '＠', 'ｆrom'),
  fc.string({ maxLength: 5, unit: 'binary' }),
);
const crafted = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const headerName = fc.oneof(
  fc.constantFrom('From', 'from', 'Sender', 'Reply-To', 'X-A', 'Resent-From'),
  crafted,
);

it('lets no crafted draft produce another From, envelope or second sender', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record(
        {
          from: fc.oneof(crafted, fc.array(crafted, { maxLength: 3 })),
          subject: crafted,
          replyTo: fc.oneof(fc.constant('r@b.example'), crafted),
          headers: fc.dictionary(headerName, crafted, { maxKeys: 3 }),
          inReplyTo: crafted,
          text: crafted,
        },
        { requiredKeys: [] },
      ),
      async (draft) => {
        let message: Awaited<ReturnType<typeof compose>>;
        try {
          message = await compose(draft);
        } catch (error) {
          if (
            error instanceof ProblemError &&
            ['from-mismatch', 'invalid-message'].includes(error.problem.code)
          )
            return;
          throw error;
        }
        accepted++;
        expect(sameAddress(message.envelope.from, USER)).toBe(true);
        const head = message.content.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
        const lines = head
          .split(/\r\n|\r|\n/)
          .filter((line) => /^[ \t]*(from|sender|resent-from|return-path)[ \t]*:/i.test(line));
        expect(lines).toHaveLength(1);
        // A long display name folds the field (RFC 5322 §2.2.3); its address stands on a further line then.
        const from = head.replace(/\r\n[ \t]+/g, ' ').match(/^from:.*$/gim) ?? [];
        expect(from).toHaveLength(1);
        expect(from[0]).toMatch(/user@contoso\.example>?$/);
        expect(lines[0]).not.toContain(EVIL);
      },
    ),
    { numRuns: 600 },
  );
  expect(accepted).toBeGreaterThan(0);
}, 60_000);
