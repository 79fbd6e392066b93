/** The sandbox's IMAP server under imapflow: the commands of a poll, and Exchange's ways to fail. */
import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { ALICE, BOB, imapOf, spoken } from './sandbox-clients.js';

const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;
/** What files before this one have left in its worker; it only becomes fewer. */
const before = sockets();
let tenant: Tenant;
const clients: ImapFlow[] = [];
beforeEach(async () => {
  tenant = await startTenant({ users: [{ upn: ALICE, mail: 'alice.mail@sandbox.example' }, BOB] });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await tenant.close();
});

async function signedIn(user = ALICE, saslUser = user): Promise<ImapFlow> {
  const client = await imapOf(tenant, (await tenant.issueTokens(user)).accessToken, saslUser);
  clients.push(client);
  return client;
}

const closed = (client: ImapFlow): Promise<void> =>
  new Promise((resolve) => client.once('close', () => resolve()));

async function all(client: ImapFlow, range: string): Promise<FetchMessageObject[]> {
  return client.fetchAll(range, { uid: true, flags: true, source: true }, { uid: true });
}

describe('sign-in', () => {
  it('takes the UPN and the primary address of the account', async () => {
    await signedIn(ALICE);
    await signedIn(ALICE, 'alice.mail@sandbox.example');
    expect(tenant.imap.openSessions()).toBe(2);
  });

  it.each([
    ['a Graph scope', async () => tenant.issueTokens(ALICE, { scope: 'openid IMAP.AccessAsUser.All' })],
    [
      'a send-only scope',
      async () => tenant.issueTokens(ALICE, { scope: 'https://outlook.office.com/SMTP.Send' }),
    ],
    [
      'an expired token',
      async () => {
        const tokens = await tenant.issueTokens(ALICE);
        tenant.misbehave.expireAccessTokens(ALICE);
        return tokens;
      },
    ],
    [
      'a scripted refusal',
      async () => {
        tenant.misbehave.imap({ kind: 'refuse-authentication', user: ALICE });
        return tenant.issueTokens(ALICE);
      },
    ],
  ])('refuses %s in Exchange’s words', async (_what, issue) => {
    const { accessToken } = await issue();
    await expect(imapOf(tenant, accessToken)).rejects.toMatchObject({
      authenticationFailed: true,
      responseStatus: 'NO',
      responseText: 'AUTHENTICATE failed.',
    });
  });

  it('lets a user in to another’s mailbox only to say that nothing is connected', async () => {
    const { accessToken } = await tenant.issueTokens(BOB);
    const sasl = Buffer.from(`user=${ALICE}\u0001auth=Bearer ${accessToken}\u0001\u0001`).toString('base64');
    expect(await spoken(tenant.imap.port, ['a AUTHENTICATE XOAUTH2', sasl, 'b SELECT INBOX'])).toEqual([
      '* OK The Microsoft Exchange IMAP4 service is ready. [SANDBOX]',
      '+ ',
      'a OK AUTHENTICATE completed.',
      'b BAD User is authenticated but not connected.',
      '* BYE Connection closed. 14',
    ]);
  });

  it('answers an empty SASL response with BAD, and any password with NO', async () => {
    const lines = await spoken(tenant.imap.port, [
      'a AUTHENTICATE XOAUTH2',
      '',
      'b LOGIN alice secret',
      'c LOGOUT',
    ]);
    expect(lines).toContain('a BAD Command Error. 12');
    expect(lines).toContain('b NO LOGIN failed.');
  });

  it('offers what Exchange offers, and no more', async () => {
    const client = await signedIn();
    expect([...client.capabilities.keys()].sort()).toEqual(
      [
        'CHILDREN',
        'ID',
        'IDLE',
        'IMAP4',
        'IMAP4rev1',
        'LITERAL+',
        'MOVE',
        'NAMESPACE',
        'SASL-IR',
        'UIDPLUS',
        'UNSELECT',
      ].sort(),
    );
  });
});

describe('a mailbox', () => {
  it('holds 10,000 messages, and finds the newest', async () => {
    const uids = tenant.deliver(ALICE, (index) => ({ subject: `number ${index}` }), 10_000);
    expect(uids.at(-1)).toBe(10_000);
    const client = await signedIn();
    const mailbox = await client.mailboxOpen('INBOX');
    expect([mailbox.exists, mailbox.uidNext]).toEqual([10_000, 10_001]);
    expect(await client.search({ uid: '9999:*' }, { uid: true })).toEqual([9_999, 10_000]);
    expect(await client.search({ seen: false }, { uid: true })).toHaveLength(10_000);
    const newest = await all(client, '9998:*');
    expect(newest.map((message) => message.uid)).toEqual([9_998, 9_999, 10_000]);
    expect(newest[2]?.source?.toString()).toContain('Subject: number 9999');
    // `*` names the last message even when the range lies beyond it (RFC 3501 §6.4.8).
    expect((await all(client, '20000:*')).map((message) => message.uid)).toEqual([10_000]);
  });

  it('marks, copies, moves and deletes', async () => {
    tenant.deliver(ALICE, {}, 5);
    const client = await signedIn();
    await client.mailboxOpen('INBOX');
    await client.mailboxCreate('Done/Deeper');
    expect(await client.messageFlagsAdd('1,3', ['\\Seen'], { uid: true })).toBe(true);
    expect(await client.search({ seen: false }, { uid: true })).toEqual([2, 4, 5]);
    expect(await client.messageCopy('1', 'Archive', { uid: true })).toMatchObject({
      uidMap: new Map([[1, 1]]),
    });
    expect(await client.messageMove('2:3', 'Done/Deeper', { uid: true })).toMatchObject({
      uidMap: new Map([
        [2, 1],
        [3, 2],
      ]),
    });
    expect(await client.messageDelete('4', { uid: true })).toBe(true);
    expect(
      tenant
        .mailbox(ALICE)
        .messages()
        .map(({ uid }) => uid),
    ).toEqual([1, 5]);
    expect([...(tenant.mailbox(ALICE, 'Done/Deeper').find(2)?.flags ?? [])]).toEqual(['\\Seen']);
    expect(client.mailbox).toMatchObject({ exists: 2 });
    expect((await client.list()).map(({ path }) => path)).toContain('Done/Deeper');
  });

  it('does not mark what is only peeked at', async () => {
    tenant.deliver(ALICE, { subject: 'Grüße', text: 'ä', flags: ['\\Flagged'] });
    const client = await signedIn();
    await client.mailboxOpen('INBOX');
    const message = await client.fetchOne(
      '1',
      {
        headers: ['subject'],
        bodyParts: ['text'],
        internalDate: true,
        size: true,
        envelope: true,
        flags: true,
      },
      { uid: true },
    );
    if (!message) throw new Error('nothing was fetched');
    expect([...(message.flags ?? [])]).toEqual(['\\Flagged']);
    expect(message.headers?.toString()).toBe('Subject: Grüße\r\n\r\n');
    expect(message.bodyParts?.get('text')?.toString()).toBe('ä');
    expect(message.envelope?.subject).toBe('Grüße');
    expect(message?.size).toBe(tenant.mailbox(ALICE).messages()[0]?.content.length);
  });

  it('takes an APPEND, and a path that is not ASCII', async () => {
    const client = await signedIn();
    await client.mailboxCreate('Geprüft');
    await client.append('Geprüft', 'Subject: kept\r\n\r\ntext', ['\\Seen']);
    expect(tenant.mailbox(ALICE, 'Geprüft').messages()).toMatchObject([{ uid: 1 }]);
    expect(await client.status('Geprüft', { messages: true, unseen: true, uidNext: true })).toMatchObject({
      messages: 1,
      unseen: 0,
      uidNext: 2,
    });
  });

  it('keeps accounts apart', async () => {
    tenant.deliver(ALICE, { subject: 'for alice' });
    const client = await signedIn(BOB);
    expect((await client.mailboxOpen('INBOX')).exists).toBe(0);
  });

  it('tells an idling client of new mail', async () => {
    const client = await signedIn();
    await client.mailboxOpen('INBOX');
    const told = new Promise((resolve) => client.once('exists', resolve));
    const idling = client.idle();
    await expect.poll(() => tenant.imap.log.at(-1)?.command).toBe('IDLE');
    tenant.deliver(ALICE, {});
    expect(await told).toMatchObject({ count: 1 });
    await client.noop();
    await idling;
  });
});

describe('misbehaviour', () => {
  it('invalidates sessions when their access token ends', async () => {
    const client = await signedIn();
    await client.mailboxOpen('INBOX');
    const gone = closed(client);
    tenant.misbehave.expireAccessTokens(ALICE);
    await gone;
    await expect(client.noop()).rejects.toThrow();
  });

  it('says BYE AccessTokenExpired in the middle of a session', async () => {
    tenant.deliver(ALICE, {});
    tenant.misbehave.imap({ kind: 'expire-token', command: 'UID FETCH', times: 1 });
    const client = await signedIn();
    await client.mailboxOpen('INBOX');
    await expect(all(client, '1:*')).rejects.toThrow();
    const again = await signedIn();
    await again.mailboxOpen('INBOX');
    expect(await all(again, '1:*')).toHaveLength(1);
  });

  it('throttles a command with the back-off time', async () => {
    tenant.misbehave.imap({ kind: 'throttled', ms: 1234, command: 'SELECT', times: 1 });
    const client = await signedIn();
    await expect(client.mailboxOpen('INBOX')).rejects.toMatchObject({
      responseText: 'Request is throttled. Suggested Backoff Time: 1234 milliseconds',
    });
  });

  it('answers a command with any words', async () => {
    tenant.deliver(ALICE, {});
    tenant.misbehave.imap({ kind: 'answer', command: 'UID MOVE', text: 'NO Over quota.' });
    const client = await signedIn();
    await client.mailboxOpen('INBOX');
    expect(await client.messageMove('1', 'Archive', { uid: true })).toBe(false);
    expect(tenant.mailbox(ALICE).messages()).toHaveLength(1);
  });

  it('carries a command out and loses the answer', async () => {
    tenant.deliver(ALICE, {});
    tenant.misbehave.imap({ kind: 'lost-answer', command: 'UID MOVE' });
    const client = await signedIn();
    await client.mailboxOpen('INBOX');
    await client.messageMove('1', 'Archive', { uid: true }).catch(() => undefined);
    expect(tenant.mailbox(ALICE, 'Archive').messages()).toHaveLength(1);
    await expect(client.noop()).rejects.toThrow();
  });

  it('breaks off after so many bytes, in the middle of a message', async () => {
    tenant.deliver(ALICE, { text: 'x'.repeat(100_000) });
    tenant.misbehave.imap({ kind: 'drop', afterBytes: 5_000, times: 1 });
    const client = await signedIn();
    await client.mailboxOpen('INBOX');
    await expect(all(client, '1:*')).rejects.toThrow();
  });

  it('breaks off after so many commands', async () => {
    tenant.misbehave.imap({ kind: 'drop', afterCommands: 6, times: 1 });
    const client = await signedIn();
    const broken = async (): Promise<never> => {
      for (;;) await client.status('INBOX', { messages: true });
    };
    await expect(broken()).rejects.toThrow();
  });

  it('says Server Unavailable in place of a greeting', async () => {
    tenant.misbehave.imap({ kind: 'unavailable', command: 'connect', times: 1 });
    await expect(signedIn()).rejects.toThrow();
    await signedIn();
  });

  it('changes UIDVALIDITY and gives every message another UID', async () => {
    tenant.deliver(ALICE, (index) => ({ subject: `s${index}` }), 3);
    const client = await signedIn();
    await client.mailboxOpen('INBOX');
    await client.messageDelete('1', { uid: true });
    const before = tenant.mailbox(ALICE).uidValidity;
    const gone = closed(client);
    tenant.misbehave.uidValidity(ALICE);
    await gone;
    const again = await signedIn();
    const mailbox = await again.mailboxOpen('INBOX');
    expect(Number(mailbox.uidValidity)).toBe(before + 1);
    expect((await all(again, '1:*')).map(({ uid }) => uid)).toEqual([1, 2]);
  });
});

it('leaves no socket behind when the tenant closes', async () => {
  await tenant.close();
  await expect.poll(sockets).toBeLessThanOrEqual(before);
  tenant = await startTenant();
  const client = await signedIn();
  await client.mailboxOpen('INBOX');
  const idling = client.idle();
  await expect.poll(() => tenant.imap.log.at(-1)?.command).toBe('IDLE');
  expect(sockets()).toBeGreaterThan(before);
  await tenant.close();
  await idling.catch(() => undefined);
  await expect.poll(sockets).toBeLessThanOrEqual(before);
});
