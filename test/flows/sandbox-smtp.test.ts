/** The sandbox's SMTP server under nodemailer: what it keeps of a message, and Exchange's ways to refuse one. */
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { ALICE, BOB, MESSAGE, smtpOf } from './sandbox-clients.js';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await startTenant({ users: [{ upn: ALICE, mail: 'alice.mail@sandbox.example' }, BOB] });
});
afterEach(() => tenant.close());

const send = async (message: object = {}, as = ALICE, saslUser = as) => {
  const transport = smtpOf(tenant, (await tenant.issueTokens(as)).accessToken, saslUser);
  return transport.sendMail({ ...MESSAGE, ...message }).finally(() => transport.close());
};

describe('a submission', () => {
  it('is kept in Sent Items and delivered, under a Message-ID that the reply names', async () => {
    const sent = await send();
    const [entry] = tenant.sink.entries;
    expect(sent.response).toBe(`250 2.0.0 OK ${entry?.messageId} [Hostname=SANDBOX.prod.outlook.example]`);
    expect(entry).toMatchObject({
      user: ALICE,
      envelope: { from: ALICE, to: [BOB] },
      mailgrantId: 'msg_1',
      clientMessageId: '<mine@sandbox.example>',
      subject: 'Round it goes',
    });
    for (const mailbox of [tenant.mailbox(ALICE, 'Sent Items'), tenant.mailbox(BOB)]) {
      const [message] = mailbox.messages();
      const text = message?.content.toString() ?? '';
      expect(text).toContain(`Message-ID: ${entry?.messageId}\r\n`);
      expect(text).not.toContain('mine@sandbox.example');
      expect(text).toContain('\r\none\r\n.two\r\n');
    }
  });

  it('reaches each recipient once, by whichever of its addresses', async () => {
    await send({ to: [BOB, 'alice.mail@sandbox.example', ALICE, 'stranger@elsewhere.example'] });
    expect(tenant.mailbox(BOB).messages()).toHaveLength(1);
    expect(tenant.mailbox(ALICE).messages()).toHaveLength(1);
  });

  it('carries a large message unchanged', async () => {
    const text = `${'lorem ipsum dolor\n'.repeat(200_000)}`;
    await send({ text, textEncoding: 'quoted-printable' });
    expect(tenant.sink.entries[0]?.size).toBeGreaterThan(3_000_000);
  });

  it('is counted by X-Mailgrant-Id', async () => {
    await send();
    await send();
    expect([...tenant.sink.countsById()]).toEqual([['msg_1', 2]]);
  });
});

describe('sign-in is refused with 535 5.7.3', () => {
  it('to another address than the UPN, though it is the account’s own', async () => {
    await expect(send({}, ALICE, 'alice.mail@sandbox.example')).rejects.toMatchObject({
      responseCode: 535,
      response: expect.stringMatching(/^535 5\.7\.3 Authentication unsuccessful \[SANDBOX/),
    });
  });

  it.each([
    ['a Graph token', { scope: 'SMTP.Send' }],
    ['a receive-only token', { scope: 'https://outlook.office.com/IMAP.AccessAsUser.All' }],
  ])('to %s', async (_what, options) => {
    const transport = smtpOf(tenant, (await tenant.issueTokens(ALICE, options)).accessToken);
    await expect(transport.sendMail(MESSAGE)).rejects.toMatchObject({ responseCode: 535 });
  });

  it('to an expired token', async () => {
    const { accessToken } = await tenant.issueTokens(ALICE);
    tenant.misbehave.expireAccessTokens();
    await expect(smtpOf(tenant, accessToken).sendMail(MESSAGE)).rejects.toMatchObject({ responseCode: 535 });
  });

  it('but to a password with 550 5.7.30', async () => {
    const transport = createTransport({
      host: tenant.smtp.host,
      port: tenant.smtp.port,
      ignoreTLS: true,
      auth: { user: ALICE, pass: 'secret' },
    });
    await expect(transport.sendMail(MESSAGE)).rejects.toMatchObject({
      response: expect.stringContaining('5.7.30'),
    });
  });
});

describe('a message is refused', () => {
  it.each([
    ['From', { from: BOB, envelope: { from: ALICE, to: [BOB] } }],
    ['MAIL FROM', { envelope: { from: BOB, to: [BOB] } }],
  ])('as SendAsDenied when %s is somebody else', async (_which, message) => {
    await expect(send(message)).rejects.toMatchObject({
      responseCode: 554,
      response: expect.stringContaining(
        `554 5.2.252 SendAsDenied; ${ALICE} not allowed to send as ${BOB}; STOREDRV.Submission.Exception:SendAsDeniedException`,
      ),
    });
    expect(tenant.sink.count).toBe(0);
  });

  it('when it is larger than SIZE', async () => {
    await tenant.close();
    tenant = await startTenant({ limits: { messageBytes: 10_000 } });
    await expect(send({ text: 'x'.repeat(20_000) })).rejects.toThrow(/exceed|size|5\.3\.4/i);
  });

  it('beyond the rate of the mailbox, while another mailbox goes on', async () => {
    tenant.misbehave.limits({ messagesPerMinute: 2 });
    await send();
    await send();
    await expect(send()).rejects.toMatchObject({ responseCode: 432 });
    await send({ from: BOB }, BOB);
    expect(tenant.smtp.peakPerMinute(ALICE)).toBe(2);
  });

  it('on the fourth connection of one mailbox', async () => {
    tenant.misbehave.limits({ smtpConnections: 3 });
    const { accessToken } = await tenant.issueTokens(ALICE);
    const pool = createTransport({
      pool: true,
      maxConnections: 4,
      host: tenant.smtp.host,
      port: tenant.smtp.port,
      ignoreTLS: true,
      auth: { type: 'OAuth2', user: ALICE, accessToken },
    });
    tenant.misbehave.smtp({ stage: 'message', slow: true, delayMs: 300 });
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => pool.sendMail(MESSAGE)));
    pool.close();
    expect(tenant.smtp.peakConnections(ALICE)).toBe(4);
    const refused = outcomes.filter((each) => each.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({
      response: expect.stringContaining('432 4.3.2 Concurrent connections'),
    });
  });
});

describe('misbehaviour', () => {
  it.each([
    ['connect', '421 4.3.2 Service not active'],
    ['auth', '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.'],
    ['mail', '550 5.1.8 Access denied, bad outbound sender'],
    ['rcpt', '550 5.1.1 No such user'],
    ['data', '451 4.7.500 Server busy'],
    ['message', '554 5.2.0 STOREDRV.Submission.Exception:OutboundSpamException'],
  ] as const)('replies anything at %s, once', async (stage, reply) => {
    tenant.misbehave.smtp({ stage, reply, times: 1 });
    await expect(send()).rejects.toMatchObject({ responseCode: Number(reply.slice(0, 3)) });
    expect(tenant.sink.count).toBe(0);
    await send();
    expect(tenant.sink.count).toBe(1);
  });

  it('refuses one recipient of several', async () => {
    tenant.misbehave.smtp({
      stage: 'rcpt',
      recipient: 'gone@elsewhere.example',
      reply: '550 5.1.1 No such user',
    });
    const sent = await send({ to: [BOB, 'gone@elsewhere.example'] });
    expect([sent.accepted, sent.rejected]).toEqual([[BOB], ['gone@elsewhere.example']]);
  });

  it.each([
    ['without having taken the message', false, 0],
    ['having taken the message', true, 1],
  ])('breaks off after the content, %s', async (_what, accepted, count) => {
    tenant.misbehave.smtp({ stage: 'message', drop: true, accepted, times: 1 });
    await expect(send()).rejects.toThrow();
    expect(tenant.sink.count).toBe(count);
    expect(tenant.mailbox(ALICE, 'Sent Items').messages()).toHaveLength(count);
  });

  it('hangs, without keeping the tenant from closing', async () => {
    tenant.misbehave.smtp({ stage: 'message', hang: true });
    const sending = send().then(
      () => 'sent',
      () => 'broken off',
    );
    await expect.poll(() => tenant.smtp.openConnections(ALICE)).toBe(1);
    await tenant.close();
    expect(await sending).toBe('broken off');
  });
});

it('only counts as a sink for a bench', async () => {
  await tenant.close();
  tenant = await startTenant({ keepContent: false });
  await send();
  await send();
  expect(tenant.sink.count).toBe(2);
  expect(tenant.sink.entries[0]).not.toHaveProperty('content');
  expect(tenant.mailbox(BOB).messages()).toHaveLength(0);
  expect(tenant.mailbox(ALICE, 'Sent Items').messages()).toHaveLength(0);
});
