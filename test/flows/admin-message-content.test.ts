import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConnectionId, ConnectorId } from '../../src/contract/ids.js';
import { problemError } from '../../src/contract/problem.js';
import { PREVIEW_POLICY } from '../../src/messages/preview.js';
import { keys } from '../../src/storage/keys.js';
import { acquireLease } from '../../src/storage/lease.js';
import { ALICE, type MessagesWorld, openMessagesWorld } from './messages-world.js';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const MANY_PARTS = `From: Carol <carol@partner.example>
To: alice@sandbox.example
Subject: =?utf-8?B?R3LDvMOfZQ==?= "quoted"; filename=evil.exe
Message-ID: <parts@partner.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=utf-8

Only <text> & more.
--inner
Content-Type: multipart/related; boundary=related

--related
Content-Type: text/html; charset=utf-8

<p onclick="x()">Rich</p><img src="cid:logo@x"><img src="cid:drawing@x"><script>alert(1)</script>
--related
Content-Type: image/png; name=logo.png
Content-ID: <logo@x>
Content-Disposition: inline
Content-Transfer-Encoding: base64

${PIXEL}
--related
Content-Type: image/svg+xml; name=drawing.svg
Content-ID: <drawing@x>
Content-Disposition: inline

<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>
--related--
--inner--
--outer
Content-Type: text/html
Content-Disposition: attachment; filename*=utf-8''%E2%80%AEfdp.%0D%0ASet-Cookie%3A%20a%3Db%22%2F..%2Fpage.html

<script>alert(document.cookie)</script>
--outer
Content-Type: application/pdf; name="Rechnung für März.pdf"
Content-Disposition: attachment
Content-Transfer-Encoding: base64

JVBERi0=
--outer--
`;

let world: MessagesWorld;
let connection: ConnectionId;
let sender: ConnectorId;
let receiver: ConnectorId;
const scopedKeys: Record<string, string> = {};

beforeAll(async () => {
  world = await openMessagesWorld({ shownBytes: 300_000 });
  connection = await world.newConnection();
  sender = await world.newConnector('email-send', connection);
  receiver = await world.newConnector('email-receive', connection);
  for (const scope of ['read', 'operate']) {
    const made = await world.call('POST', '/api/v1/api-keys', { payload: { name: scope, scopes: [scope] } });
    scopedKeys[scope] = made.json().key;
  }
});
afterEach(async () => {
  world.refuse.with = undefined;
  await vi.waitFor(() => expect(world.tenant.imap.openSessions()).toBe(0));
});
afterAll(() => world.stop());

const get = (id: string, what: string, scope?: string) =>
  world.call('GET', `/api/v1/messages/${id}/${what}`, {
    ...(scope !== undefined && { headers: { authorization: `Bearer ${scopedKeys[scope]}` } }),
  });
const commandsSince = (from: number): string[] =>
  world.tenant.imap.log.slice(from).map(({ command }) => command);
const audited = async (action: string) =>
  (await world.call('GET', `/api/v1/audit?action=${action}&limit=200`)).json().items;

describe('what is in a message', () => {
  it('is told of what was sent from the spool', async () => {
    const id = await world.spooled(sender, {
      content: 'Subject: Sent\r\nX-One: 1\r\nX-One: 2\r\n\r\nThe text.\r\n',
      status: 'sent',
    });
    expect((await get(id, 'content')).json()).toMatchObject({
      headers: [
        { name: 'subject', value: 'Sent' },
        { name: 'x-one', value: '1' },
        { name: 'x-one', value: '2' },
      ],
      ...{ text: 'The text.\n', textIsCut: false, hasHtml: false, attachments: [], size: 48 },
    });
    const source = await get(id, 'source');
    expect(source.body).toBe('Subject: Sent\r\nX-One: 1\r\nX-One: 2\r\n\r\nThe text.\r\n');
    expect(source.headers).toMatchObject({
      'content-type': 'message/rfc822',
      'content-disposition': 'attachment; filename="Hello.eml"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });

  it('is fetched from the mailbox of what was received, once for all that a page asks, and nothing there changes', async () => {
    const id = await world.received(receiver, { raw: MANY_PARTS });
    const before = world.tenant.imap.log.length;
    const content = (await get(id, 'content')).json();
    expect(content).toMatchObject({ text: 'Only <text> & more.\n', hasHtml: true });
    expect(content.attachments).toMatchObject([
      { index: 0, filename: 'logo.png', contentType: 'image/png', inline: true },
      { index: 1, filename: 'drawing.svg', contentType: 'image/svg+xml', inline: true },
      { index: 2, contentType: 'text/html', inline: false },
      { index: 3, filename: 'Rechnung für März.pdf', contentType: 'application/pdf', size: 5, inline: false },
    ]);
    for (const what of ['preview', 'source', 'attachments/3', 'attachments/0'])
      expect((await get(id, what)).statusCode, what).toBe(200);
    const asked = commandsSince(before);
    expect(asked.filter((command) => /FETCH/.test(command))).toHaveLength(1);
    expect(asked.some((command) => /EXAMINE/.test(command))).toBe(true);
    expect(asked.filter((command) => /SELECT|STORE|EXPUNGE|MOVE|COPY/.test(command))).toEqual([]);
    const stored = world.tenant.mailbox(ALICE).messages().at(-1);
    expect([...(stored?.flags ?? [])]).not.toContain('\\Seen');
  });

  it('is looked at while a poll has the mailbox, by one session at a time however many look', async () => {
    const some: string[] = [];
    for (const n of [1, 2, 3, 4]) some.push(await world.received(receiver, { subject: `many ${n}` }));
    const { authorization } = await world.deps.connections.read(connection);
    const poll = await acquireLease(world.storage.client, keys.pollLease(authorization.mailboxKey), 30_000);
    const before = world.tenant.imap.log.length;
    const answers = await Promise.all(some.map((id) => get(id, 'content')));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    await poll?.release();
    const log = commandsSince(before).filter((command) => /EXAMINE|LOGOUT/.test(command));
    expect(log.map((command) => command.split(' ').at(0))).toEqual(
      Array.from({ length: 4 }, () => ['EXAMINE', 'LOGOUT']).flat(),
    );
  });

  it('is not there when the mailbox no longer has it, or has something else in its place', async () => {
    const mailbox = world.tenant.mailbox(ALICE);
    const deleted = await world.received(receiver, { subject: 'deleted' });
    mailbox.expunge(new Set([mailbox.messages().at(-1)?.uid ?? 0]));
    expect((await get(deleted, 'content')).json()).toMatchObject({ status: 410, code: 'message-gone' });

    const renumbered = await world.received(receiver, { subject: 'renumbered' });
    mailbox.renumber();
    expect((await get(renumbered, 'preview')).json()).toMatchObject({ status: 410, code: 'message-gone' });

    // Another account's mailbox with the same UIDVALIDITY: the UID is another message there.
    const another = await world.received(receiver, { subject: 'another', messageId: '<one@x>' });
    const [record] = await world.storage.client.hmget(keys.inbound(receiver), another);
    const changed = { ...JSON.parse(record ?? ''), messageId: '<two@x>' };
    await world.storage.client.hset(keys.inbound(receiver), another, JSON.stringify(changed));
    expect((await get(another, 'source')).json()).toMatchObject({ status: 410, code: 'message-gone' });
  });

  it('says what a connection needs that cannot be opened, and is there again when it has it', async () => {
    const id = await world.received(receiver, { subject: 'held' });
    world.refuse.with = problemError('not-signed-in', { with: { user: ALICE } });
    const refused = (await get(id, 'content')).json();
    expect(refused).toMatchObject({ code: 'not-signed-in' });
    expect(refused.next).not.toBe('');
    world.refuse.with = undefined;
    expect((await get(id, 'content')).statusCode).toBe(200);
  });

  it('that is too large is not shown, and can be had as its source', async () => {
    const large = `Subject: large\r\n\r\n${'x'.repeat(70)}\r\n`.padEnd(300_001, 'y');
    for (const id of [
      await world.spooled(sender, { content: large }),
      await world.received(receiver, { raw: Buffer.from(large) }),
    ]) {
      for (const what of ['content', 'preview', 'attachments/0']) {
        const answer = (await get(id, what)).json();
        expect(answer).toMatchObject({ status: 413, code: 'message-too-large-to-show' });
        expect(answer.next).toContain('source');
      }
      expect((await get(id, 'source')).body).toBe(large);
    }
  });

  it('that no parser takes apart is not shown, and can be had as its source', async () => {
    const deep = Array.from(
      { length: 300 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    ).join('');
    const id = await world.spooled(sender, { content: `Subject: deep\r\nMIME-Version: 1.0\r\n${deep}` });
    expect((await get(id, 'content')).json()).toMatchObject({ status: 422, code: 'message-not-shown' });
    expect((await get(id, 'source')).statusCode).toBe(200);
  });

  it('is nothing where there is no such message', async () => {
    for (const id of ['msg_nobody', 'msg_0123456789012345678901', 'ctr_1', '..%2f..%2fetc', 'msg_%00'])
      for (const what of ['content', 'preview', 'source', 'attachments/0'])
        expect((await get(id, what)).statusCode, `${id} ${what}`).toBe(404);
    const id = await world.spooled(sender);
    expect((await get(id, 'attachments/0')).json()).toMatchObject({ status: 404, code: 'not-found' });
    for (const index of ['-1', 'x', '1e9', '__proto__'])
      expect((await get(id, `attachments/${index}`)).statusCode, index).toBe(400);
  });
});

describe('the preview', () => {
  it('is a document that may do nothing, in a frame of our own pages alone', async () => {
    const id = await world.received(receiver, { raw: MANY_PARTS });
    const { headers, body } = await get(id, 'preview');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PREVIEW_POLICY,
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
      'cache-control': 'no-store',
    });
    expect(body).toContain(`<img src="data:image/png;base64,${PIXEL}">`);
    expect(body).toContain('<img src="cid:drawing@x">');
    expect(body).not.toContain('image/svg');
    // Not cleaned: the policy is what protects.
    expect(body).toContain('<script>alert(1)</script>');
  });

  it('alone may stand in a frame: its refusals and every other answer may not', async () => {
    const id = await world.spooled(sender, { content: 'Subject: x\r\n\r\n<b>not</b> & bold\r\n' });
    expect((await get(id, 'preview')).body).toContain('&lt;b&gt;not&lt;/b&gt; &amp; bold');
    for (const answer of [
      await get(id, 'content'),
      await get(id, 'source'),
      await get('msg_no', 'preview'),
    ]) {
      expect(answer.headers['x-frame-options']).toBe('DENY');
      expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    }
  });
});

describe('a download', () => {
  it('has a name of the message’s that can do no harm, and is never shown', async () => {
    const id = await world.received(receiver, { raw: MANY_PARTS });
    const page = await get(id, 'attachments/2');
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(page.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="fdp.Set-Cookie_ a=b__.._page.html"',
      'x-content-type-options': 'nosniff',
    });
    expect((await get(id, 'attachments/1')).headers['content-type']).toBe('application/octet-stream');
    expect((await get(id, 'attachments/3')).headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition':
        'attachment; filename="Rechnung f_r M_rz.pdf"; filename*=UTF-8\'\'Rechnung%20f%C3%BCr%20M%C3%A4rz.pdf',
    });
    expect((await get(id, 'source')).headers['content-disposition']).toBe(
      'attachment; filename="Gr__e _quoted_; filename=evil.exe.eml"; filename*=UTF-8\'\'Gr%C3%BC%C3%9Fe%20_quoted_%3B%20filename%3Devil.exe.eml',
    );
  });
});

describe('who may look', () => {
  it('is whoever may operate, and it is written down who had what; a viewer may list', async () => {
    const id = await world.received(receiver, { raw: MANY_PARTS });
    for (const what of ['content', 'preview', 'source', 'attachments/3']) {
      expect((await get(id, what, 'read')).json(), what).toMatchObject({ status: 403, code: 'forbidden' });
      expect((await get(id, what, 'operate')).statusCode, what).toBe(200);
    }
    const viewer = { headers: { authorization: `Bearer ${scopedKeys.read}` } };
    expect((await world.call('GET', '/api/v1/messages', viewer)).statusCode).toBe(200);
    expect((await world.call('GET', `/api/v1/messages/${id}`, viewer)).statusCode).toBe(200);
    const entries = (await audited('message.open')).filter(
      ({ subject }: { subject: { id: string } }) => subject.id === id,
    );
    const told = entries.map(({ outcome, detail }: { outcome: string; detail: string }) => ({
      outcome,
      detail,
    }));
    const done = told.filter(({ outcome }: { outcome: string }) => outcome === 'done');
    expect(done.map(({ detail }: { detail: string }) => detail).sort()).toEqual([
      ...['attachment 3: Rechnung für März.pdf', 'content', 'preview', 'source'],
    ]);
    expect(told.filter(({ outcome }: { outcome: string }) => outcome === 'refused')).toHaveLength(4);
  });
});

describe('an act on many', () => {
  const bulk = (payload: object, scope = 'operate') =>
    world.call('POST', '/api/v1/messages/bulk', {
      payload,
      headers: { authorization: `Bearer ${scopedKeys[scope]}` },
    });

  it('is done to each by itself, in the asker’s name, and each is written down', async () => {
    const failed = await world.spooled(sender, { status: 'failed' });
    const sent = await world.spooled(sender, { status: 'sent' });
    const inbound = await world.received(receiver);
    const ids = [failed, 'msg_nobody', sent, inbound, failed, connection, '../x'];
    const answer = await bulk({ action: 'retry', ids });
    expect(answer.json().items).toMatchObject([
      { id: failed, status: 'queued', problem: null },
      { id: 'msg_nobody', status: null, problem: { code: 'not-found' } },
      { id: sent, status: null, problem: { code: 'not-in-that-status' } },
      { id: inbound, status: null, problem: { code: 'not-found' } },
      { id: connection, status: null, problem: { code: 'not-found' } },
      { id: '../x', status: null, problem: { code: 'not-found' } },
    ]);
    const asker = (await world.spool.read(failed as never))?.log.at(-1)?.by;
    expect(asker).toMatch(/^key_/);
    const entries = await audited('message.retry');
    expect(entries).toHaveLength(6);
    expect(entries).toContainEqual(
      expect.objectContaining({ outcome: 'done', subject: { kind: 'message', id: failed } }),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({ outcome: 'refused', problem: 'not-in-that-status' }),
    );
    expect((await audited('message.bulk'))[0]).toMatchObject({
      ...{ outcome: 'done', detail: 'retry: 1 done, 5 not', actor: { kind: 'key' } },
    });
  });

  it('leaves alone what has another status than the asker saw', async () => {
    const [failed, waiting] = [
      await world.spooled(sender, { status: 'failed' }),
      await world.spooled(sender),
    ];
    const statuses = { [failed]: 'queued', [waiting]: 'queued' };
    const answer = await bulk({ action: 'retry', ids: [failed, waiting], statuses });
    expect(answer.json().items).toMatchObject([
      {
        id: failed,
        problem: { code: 'not-in-that-status', detail: expect.stringContaining('is failed by now') },
      },
      { id: waiting, status: 'queued', problem: null },
    ]);
    expect((await world.spool.read(failed as never))?.status).toBe('failed');
  });

  it('cancels what waits and hands over again what was refused', async () => {
    const waiting = await Promise.all([1, 2, 3, 4, 5, 6].map(() => world.spooled(sender)));
    const cancelled = (await bulk({ action: 'cancel', ids: waiting })).json().items;
    expect(cancelled.map(({ status }: { status: string }) => status)).toEqual(waiting.map(() => 'cancelled'));
    const refused = [await world.received(receiver, { status: 'quarantined' })];
    refused.push(await world.received(receiver, { status: 'quarantined' }));
    const delivered = (await bulk({ action: 'redeliver', ids: refused })).json().items;
    expect(delivered).toMatchObject(refused.map((id) => ({ id, status: 'delivered', problem: null })));
  });

  it('is refused as a whole to a viewer, and where it is not one', async () => {
    expect((await bulk({ action: 'retry', ids: ['msg_1'] }, 'read')).statusCode).toBe(403);
    const ids = Array.from({ length: 201 }, (_, i) => `msg_${i}`);
    for (const payload of [
      ...[
        { action: 'retry', ids },
        { action: 'retry', ids: [] },
        { action: 'purge', ids: ['msg_1'] },
      ],
      ...[{ ids: ['msg_1'] }, { action: 'retry', ids: [1] }, { action: 'retry', ids: 'msg_1' }],
      ...[
        { action: 'retry', ids: ['x'.repeat(101)] },
        { action: 'retry', ids: ['msg_1'], by: 'somebody' },
      ],
    ])
      expect((await bulk(payload)).statusCode, JSON.stringify(payload).slice(0, 60)).toBe(400);
  });
});
