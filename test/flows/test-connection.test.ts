/** Test Connection over the real path: what it shows when all is well, and for each broken step the problem that names it. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { problemError } from '../../src/contract/problem.js';
import { takeSmtpSlot } from '../../src/send/smtp-slots.js';
import { keys } from '../../src/storage/keys.js';
import { freePort } from '../servers/free-port.js';
import { keysIn } from '../servers/redis.js';
import { type Script, type ScriptedServer, startScriptedServer } from '../servers/scripted-server.js';
import {
  ALICE,
  type DiagnosisWorld,
  mailboxKey,
  openDiagnosisWorld,
  PASSWORD,
  type Tested,
} from './diagnosis-world.js';
import { startWebhook, type WebhookReceiver } from './webhook-receiver.js';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;
const IMAP_STEPS = ['resolve', 'tcp', 'tls', 'greeting', 'token', 'authenticate', 'select'].map(
  (s) => `imap ${s}`,
);
const SMTP_STEPS = ['resolve', 'tcp', 'tls', 'greeting', 'token', 'authenticate', 'envelope'].map(
  (s) => `smtp ${s}`,
);

let world: DiagnosisWorld;
let directory: string;
let webhook: WebhookReceiver;
const servers: ScriptedServer[] = [];

beforeAll(async () => {
  world = await openDiagnosisWorld();
  webhook = await startWebhook();
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-diagnosis-'));
});
afterAll(async () => {
  await world.close();
  await webhook.close();
  await rm(directory, { recursive: true, force: true });
});

afterEach(async () => {
  world.forgetConnectors();
  const { tenant, connection, token, refresh, deadlines, network } = world;
  tenant.misbehave.clear();
  Object.assign(connection.settings, {
    authentication: 'oauth2',
    imap: { host: tenant.imap.host, port: tenant.imap.port, tlsType: 'None' },
    smtp: { host: tenant.smtp.host, port: tenant.smtp.port, tlsType: 'None' },
  });
  Object.assign(connection.authorization, {
    status: 'authorized',
    problem: undefined,
    grantedScope: tenant.defaultScope.split(' '),
  });
  Object.assign(token, {
    accessToken: (await tenant.issueTokens(ALICE)).accessToken,
    version: token.version + 1,
    refreshes: 0,
    refuse: undefined,
  });
  refresh.make = async () => (await tenant.issueTokens(ALICE)).accessToken;
  deadlines.ms = {};
  network.allowPrivate = true;
  webhook.answer = () => 200;
  for (const server of servers.splice(0)) await server.stop();
});

const scripted = async (script: Script): Promise<ScriptedServer> => {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
};
const only = (protocol: 'imap' | 'smtp'): void => {
  delete world.connection.settings[protocol === 'imap' ? 'smtp' : 'imap'];
};
const at = (
  protocol: 'imap' | 'smtp',
  endpoint: { host?: string; port?: number; tlsType?: 'None' | 'STARTTLS' | 'SSL/TLS' },
) => {
  only(protocol);
  const { host, port } = world.tenant[protocol];
  world.connection.settings[protocol] = { host, port, tlsType: 'None', ...endpoint };
};
const gate = (): { promise: Promise<void>; release(): void } => {
  let release = (): void => {};
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release: () => release() };
};
const failure = ({ failed, result }: Tested) => {
  expect(result).toBe('failed');
  return { step: `${failed?.protocol} ${failed?.step}`, code: failed?.problem?.code };
};
const receiver = (settings: Record<string, unknown> = {}) =>
  world.connector('email-receive', { destination: { type: 'directory', path: directory }, ...settings });
const hooked = () => receiver({ destination: { type: 'webhook', url: webhook.url, secret: SECRET } });

describe('a test of what works', () => {
  it('walks every step of each protocol, says what it saw, and leaves nothing behind', async () => {
    const { tenant, storage } = world;
    tenant.deliver(ALICE, { subject: 'one' }, 3);
    const { result, well, steps } = await world.test();
    expect(result).toBe('ok');
    expect(well).toEqual([...IMAP_STEPS, ...SMTP_STEPS]);
    const detailOf = (name: string) =>
      steps.find(({ protocol, step }) => name === `${protocol} ${step}`)?.detail;
    expect(detailOf('imap resolve')).toContain('127.0.0.1');
    expect(detailOf('imap greeting')).toMatch(/Microsoft Exchange IMAP4.*AUTH=XOAUTH2/);
    expect(detailOf('imap token')).toMatch(
      new RegExp(`${ALICE}.*good until .* UTC \\(\\d+ minutes\\).*IMAP.AccessAsUser.All.*proved`),
    );
    expect(detailOf('imap select')).toMatch(/^INBOX: 3 messages/);
    expect(detailOf('smtp greeting')).toMatch(/220 .*AUTH LOGIN XOAUTH2/);
    expect(detailOf('smtp envelope')).toMatch(
      /250 2\.1\.0 Sender OK.*250 2\.1\.5 Recipient OK.*nothing was sent/,
    );
    for (const { durationMs } of steps) expect(durationMs).toBeGreaterThanOrEqual(0);

    expect(tenant.sink.entries).toEqual([]);
    expect(
      tenant
        .mailbox(ALICE)
        .messages()
        .map(({ flags }) => [...flags]),
    ).toEqual([[], [], []]);
    await vi.waitFor(() => {
      expect(tenant.imap.openSessions()).toBe(0);
      expect(tenant.smtp.openConnections(ALICE)).toBe(0);
    });
    expect(tenant.smtp.peakConnections(ALICE)).toBe(1);
    expect(await keysIn(storage.client, `mg:{${mailboxKey}}:*`)).toEqual([]);
  });

  it('shows no secret', async () => {
    const { tenant, token } = world;
    const told = JSON.stringify((await world.test()).steps);
    for (const secret of [token.accessToken, ...tenant.authorization.secrets()]) {
      expect(told).not.toContain(secret);
      expect(told).not.toContain(Buffer.from(secret).toString('base64').slice(4, 40));
    }
  });

  it('tests a receiver with its mailbox, the target of its post-processing, and its directory', async () => {
    world.tenant.mailbox(ALICE, 'Done');
    const connector = receiver({ postProcessing: { action: 'move', mailbox: 'Done' } });
    const { well, result, steps } = await world.test({ connector });
    expect(well).toEqual([...IMAP_STEPS, 'imap postProcessing', 'destination directory']);
    expect(result).toBe('ok');
    expect(steps.at(-1)?.detail).toContain('made, fsynced and removed');
    expect(await readdir(directory)).toEqual([]);
  });

  it('sends a webhook a signed ping that the standard library verifies', async () => {
    const { well, result } = await world.test({ connector: hooked() });
    expect(well.at(-1)).toBe('destination webhook');
    expect(result).toBe('ok');
    const { body, headers } = webhook.received.at(-1) as (typeof webhook.received)[number];
    const verified = new Webhook(SECRET).verify(body, headers as Record<string, string>);
    expect(verified).toMatchObject({ type: 'ping' });
  });

  it('tests a sender alone over SMTP', async () => {
    const { well } = await world.test({ connector: world.connector('email-send') });
    expect(well).toEqual(SMTP_STEPS);
  });
});

describe.each(['imap', 'smtp'] as const)('on the way to the %s server', (protocol) => {
  it('a name that does not resolve is named', async () => {
    at(protocol, { host: 'typo.example' });
    const tested = await world.test();
    expect(failure(tested)).toEqual({ step: `${protocol} resolve`, code: 'host-not-found' });
    expect(tested.failed?.problem).toMatchObject({ owner: 'service-admin' });
    expect(tested.failed?.problem?.next).toContain('typo.example');
    expect(tested.well).toEqual([]);
  });

  it('a name of metadata or of a private network is refused as everywhere', async () => {
    at(protocol, { host: 'metadata.example' });
    expect(failure(await world.test())).toEqual({ step: `${protocol} resolve`, code: 'address-refused' });
    world.network.allowPrivate = false;
    at(protocol, { host: 'private.example' });
    expect(failure(await world.test())).toEqual({ step: `${protocol} resolve`, code: 'address-refused' });
    at(protocol, { host: '127.0.0.1' });
    expect(failure(await world.test())).toEqual({ step: `${protocol} resolve`, code: 'address-refused' });
  });

  it('a port where nobody listens is told from one that is silent', async () => {
    at(protocol, { port: await freePort() });
    expect(failure(await world.test())).toEqual({ step: `${protocol} tcp`, code: 'connection-refused' });

    const mute = await scripted({});
    world.deadlines.ms = { tls: 300, greeting: 300 };
    for (const [tlsType, step] of [
      ['None', 'greeting'],
      ['STARTTLS', 'tls'],
      ['SSL/TLS', 'tls'],
    ] as const) {
      at(protocol, { port: mute.port, tlsType });
      const tested = await world.test();
      expect(failure(tested)).toEqual({ step: `${protocol} ${step}`, code: 'server-silent' });
      expect(tested.failed?.problem?.detail).toContain(tlsType);
    }
    await vi.waitFor(() => expect(mute.open).toBe(0));
  });

  it('another kind of server is recognised by its first words', async () => {
    const other = protocol === 'imap' ? world.tenant.smtp : world.tenant.imap;
    at(protocol, { port: other.port });
    const crossed = await world.test();
    expect(failure(crossed)).toEqual({ step: `${protocol} greeting`, code: 'other-protocol' });
    expect(crossed.failed?.problem?.detail).toContain(
      protocol === 'imap' ? 'an SMTP server' : 'an IMAP server',
    );
    const found = {
      'SSH-2.0-OpenSSH_9.2': 'an SSH server',
      '+OK POP3 ready': 'a POP3 server',
      '220 x FTP server': 'an FTP server',
    };
    for (const [greeting, kind] of Object.entries(found)) {
      at(protocol, { port: (await scripted({ greeting })).port });
      const { failed } = await world.test();
      expect(failed?.problem).toMatchObject({ code: 'other-protocol', serverWords: greeting });
      expect(failed?.problem?.detail).toContain(kind);
    }
  });

  it('a server that hangs up, or that turns everybody away, is told in its words', async () => {
    const rude = await scripted({
      greeting: protocol === 'imap' ? '* OK hello' : '220 hello',
      answer: () => null,
    });
    at(protocol, { port: rude.port });
    expect(failure(await world.test())).toEqual({ step: `${protocol} greeting`, code: 'server-hung-up' });
    const words = protocol === 'imap' ? '* BYE Server Unavailable. 15' : '421 4.3.2 Service not available';
    at(protocol, { port: (await scripted({ greeting: words })).port });
    const { failed } = await world.test();
    expect(failed?.problem).toMatchObject({ code: protocol === 'imap' ? 'imap-unavailable' : 'smtp-busy' });
    expect(failed?.problem?.serverWords).toContain(words.replace('* BYE ', ''));
  });

  it('a server that talks without end is cut off', async () => {
    const endless = await scripted({
      greeting: protocol === 'imap' ? '* OK hello' : '220 hello',
      answer: () => `${protocol === 'imap' ? '* OK more' : '250-more'}\r\n`.repeat(20_000),
    });
    at(protocol, { port: endless.port });
    const tested = await world.test();
    expect(failure(tested)).toEqual({ step: `${protocol} greeting`, code: 'server-hung-up' });
    expect(tested.failed?.detail).toContain('more than any mail server does');
  });

  it('a greeting as long as the whole conversation is shown in part', async () => {
    const long = await scripted({
      greeting: `${protocol === 'imap' ? '* OK' : '220'} ${'hello '.repeat(8_000)}`,
      answer: () =>
        protocol === 'imap' ? '* CAPABILITY AUTH=XOAUTH2\r\nt OK\r\n' : '250-hello\r\n250 AUTH XOAUTH2\r\n',
    });
    at(protocol, { port: long.port });
    const enough = new AbortController();
    const { steps } = await world.test({
      signal: enough.signal,
      onStep: (each) => each.protocol === protocol && each.step === 'greeting' && enough.abort(),
    });
    const greeting = steps.find((each) => each.protocol === protocol && each.step === 'greeting');
    expect(greeting).toMatchObject({ status: 'ok', detail: expect.stringContaining('XOAUTH2') });
    expect(greeting?.detail.length).toBeLessThan(3_000);
  });

  it('a server without XOAUTH2 is told what it offers instead, before any token is sent', async () => {
    const plain = await scripted(
      protocol === 'imap'
        ? {
            greeting: '* OK ready',
            answer: (line) =>
              line.endsWith('CAPABILITY') ? '* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nt OK done' : undefined,
          }
        : {
            greeting: '220 ready',
            answer: (line) =>
              line.startsWith('EHLO') ? '250-hello\r\n250-SIZE 100\r\n250 AUTH PLAIN LOGIN' : '221 bye',
          },
    );
    at(protocol, { port: plain.port });
    const tested = await world.test();
    expect(failure(tested)).toEqual({ step: `${protocol} greeting`, code: 'sign-in-not-offered' });
    expect(tested.failed?.problem?.detail).toMatch(/offers PLAIN.*not XOAUTH2/);
    expect(plain.lines.join(' ')).not.toMatch(/AUTHENTICATE|AUTH XOAUTH2/);
  });

  it('TLS that the port does not speak, and STARTTLS that it does not offer, are two things', async () => {
    const { port } = world.tenant[protocol];
    at(protocol, { port, tlsType: 'SSL/TLS' });
    expect(failure(await world.test())).toEqual({ step: `${protocol} tls`, code: 'tls-not-spoken' });
    at(protocol, { port, tlsType: 'STARTTLS' });
    expect(failure(await world.test())).toEqual({ step: `${protocol} tls`, code: 'starttls-not-offered' });
  });

  it('words that come with the answer to STARTTLS do not pass for protected ones', async () => {
    const said: Readonly<Record<string, string>> =
      protocol === 'imap'
        ? { greeting: '* OK hello', 't STARTTLS': 't OK go ahead\r\n* CAPABILITY AUTH=XOAUTH2' }
        : { greeting: '220 hello', STARTTLS: '220 go ahead\r\n250 AUTH XOAUTH2' };
    const injecting = await scripted({
      greeting: said.greeting ?? '',
      answer: (line) => said[line] ?? '250-hello\r\n250 STARTTLS',
    });
    at(protocol, { port: injecting.port, tlsType: 'STARTTLS' });
    const tested = await world.test();
    expect(failure(tested)).toEqual({ step: `${protocol} tls`, code: 'server-hung-up' });
    expect(tested.failed?.detail).toContain('more than it should before TLS');
  });
});

describe('the token', () => {
  it('that is missing is asked for by name, after the server was found well', async () => {
    world.connection.authorization.status = 'unauthorized';
    const tested = await world.test();
    expect(failure(tested)).toEqual({ step: 'imap token', code: 'not-signed-in' });
    expect(tested.well).toEqual(IMAP_STEPS.slice(0, 4));
  });

  it('of a grant that ended brings the problem that ended it', async () => {
    const { problem } = problemError('smtp-basic-disabled', { with: { host: 'h', user: ALICE } });
    Object.assign(world.connection.authorization, { status: 'reauthorization-required', problem });
    expect(failure(await world.test())).toEqual({ step: 'imap token', code: 'smtp-basic-disabled' });
  });

  it('that cannot be refreshed brings the reason', async () => {
    world.token.refuse = problemError('storage-unavailable', { with: { what: 'Redis is away' } });
    expect(failure(await world.test())).toEqual({ step: 'imap token', code: 'storage-unavailable' });
  });

  it('without the scope of a protocol stops at that protocol', async () => {
    world.connection.authorization.grantedScope = ['https://outlook.office.com/IMAP.AccessAsUser.All'];
    const tested = await world.test();
    expect(failure(tested)).toEqual({ step: 'smtp token', code: 'scope-missing' });
    expect(tested.failed?.problem?.detail).toContain('SMTP.Send');
    expect(tested.well).toEqual([...IMAP_STEPS, ...SMTP_STEPS.slice(0, 4)]);
  });

  it('that a server refuses is refreshed once, and the step says so', async () => {
    world.tenant.misbehave.expireAccessTokens(ALICE);
    const { result, steps } = await world.test();
    expect(result).toBe('ok');
    expect(world.token.refreshes).toBe(1);
    expect(steps.find(({ step }) => step === 'authenticate')?.detail).toContain('refreshed once');
  });

  it('that is refused again after its refresh is not tried a third time', async () => {
    world.tenant.misbehave.imap({ kind: 'refuse-authentication' });
    const imap = await world.test();
    expect(failure(imap).step).toBe('imap authenticate');
    expect(imap.failed?.problem?.serverWords).toContain('AUTHENTICATE failed.');
    expect(world.token.refreshes).toBe(1);

    only('smtp');
    const reply = '535 5.7.3 Authentication unsuccessful [host]';
    world.tenant.misbehave.smtp({ stage: 'auth', reply });
    const smtp = await world.test();
    expect(failure(smtp).step).toBe('smtp authenticate');
    expect(smtp.failed?.problem?.serverWords).toBe(reply);
    expect(world.token.refreshes).toBe(2);
  });

  it('of an account that may not send shows the switch to turn', async () => {
    only('smtp');
    const words =
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.';
    world.tenant.misbehave.smtp({ stage: 'auth', reply: words });
    const tested = await world.test();
    expect(failure(tested)).toEqual({ step: 'smtp authenticate', code: 'smtp-auth-disabled-mailbox' });
    expect(tested.failed?.problem?.next).toContain('Set-CASMailbox');
  });
});

describe('a password', () => {
  it('is tried where the connection has one, and refused in the server’s words', async () => {
    world.connection.settings.authentication = 'basic';
    const imap = await world.test();
    expect(imap.well).toEqual(IMAP_STEPS.slice(0, 5));
    expect(imap.steps.at(-2)?.detail).toContain('Basic');
    expect(failure(imap).step).toBe('imap authenticate');
    expect(imap.failed?.problem?.serverWords).toContain('failed');
    only('smtp');
    const smtp = await world.test();
    expect(failure(smtp)).toEqual({ step: 'smtp authenticate', code: 'smtp-basic-disabled' });
    expect(JSON.stringify([imap, smtp])).not.toContain(PASSWORD);
  });
});

describe('the mailbox', () => {
  it('that is not the one signed in to is told from a refused token', async () => {
    only('imap');
    world.tenant.misbehave.imap({ kind: 'not-connected' });
    const { failed } = await world.test();
    expect(failed?.problem).toMatchObject({ code: 'mailbox-not-connected' });
    expect(failed?.problem?.serverWords).toContain('authenticated but not connected');
  });

  it('that a receiver names and the server does not know fails at SELECT', async () => {
    const tested = await world.test({ connector: receiver({ mailbox: 'Nowhere' }) });
    expect(failure(tested)).toEqual({ step: 'imap select', code: 'mailbox-not-found' });
    expect(tested.failed?.problem?.detail).toContain('Nowhere');
  });

  it('that post-processing names must be there before anything is moved to it', async () => {
    const connector = receiver({ postProcessing: { action: 'copy', mailbox: 'Nowhere/At all' } });
    const tested = await world.test({ connector });
    expect(failure(tested)).toEqual({ step: 'imap postProcessing', code: 'mailbox-not-found' });
    expect(tested.failed?.problem?.detail).toContain('Nowhere/At all');
  });

  it('that may not send as itself, or does not receive, fails at its own envelope', async () => {
    only('smtp');
    const denied = `554 5.2.252 SendAsDenied; other@sandbox.example not allowed to send as ${ALICE}`;
    world.tenant.misbehave.smtp({ stage: 'mail', reply: denied, times: 1 });
    const tested = await world.test();
    expect(failure(tested)).toEqual({ step: 'smtp envelope', code: 'send-as-denied' });
    expect(tested.failed?.problem?.detail).toContain('other@sandbox.example');
    world.tenant.misbehave.smtp({ stage: 'rcpt', reply: '550 5.1.1 User unknown', times: 1 });
    expect(failure(await world.test())).toEqual({ step: 'smtp envelope', code: 'recipient-refused' });
    expect(world.tenant.sink.entries).toEqual([]);
  });
});

describe('the destination', () => {
  it.each([401, 403])('a webhook that answers %i does not accept the signature', async (status) => {
    webhook.answer = () => status;
    const tested = await world.test({ connector: hooked() });
    expect(failure(tested)).toEqual({ step: 'destination webhook', code: 'webhook-signature-refused' });
    expect(tested.failed?.problem?.next).toContain('secret');
    expect(JSON.stringify(tested.steps)).not.toContain(SECRET);
  });

  it('a webhook that is gone is told so, and nothing is paused for it', async () => {
    webhook.answer = () => 410;
    const connector = hooked();
    const tested = await world.test({ connector });
    expect(failure(tested)).toEqual({ step: 'destination webhook', code: 'webhook-gone' });
    expect(tested.failed?.detail).not.toContain('paused');
    expect(connector.health).toEqual({ failures: 0 });
  });

  it('a webhook that refuses, does not answer, or is not there has a problem each', async () => {
    webhook.answer = () => 500;
    expect(failure(await world.test({ connector: hooked() })).code).toBe('webhook-refused');
    webhook.answer = () => undefined;
    const late = await world.test({ connector: hooked() });
    expect(failure(late).code).toBe('webhook-unreachable');
    expect(late.failed?.problem?.detail).toContain('no answer within 0.5 s');
    const url = `http://127.0.0.1:${await freePort()}/hook`;
    const connector = receiver({ destination: { type: 'webhook', url, secret: SECRET } });
    expect(failure(await world.test({ connector })).code).toBe('webhook-unreachable');
    const metadata = 'http://169.254.169.254/latest';
    const forbidden = receiver({ destination: { type: 'webhook', url: metadata, secret: SECRET } });
    expect(failure(await world.test({ connector: forbidden })).code).toBe('address-refused');
  });

  it('a directory that is not there, or is none, is named', async () => {
    const file = path.join(directory, 'a-file');
    await writeFile(file, '');
    for (const place of [path.join(directory, 'nowhere'), file]) {
      const connector = receiver({ destination: { type: 'directory', path: place } });
      const tested = await world.test({ connector });
      expect(failure(tested)).toEqual({ step: 'destination directory', code: 'directory-unwritable' });
      expect(tested.failed?.problem?.detail).toContain(place);
    }
    await rm(file);
  });
});

describe('a test', () => {
  it('ends at the deadline of a step, with the sockets closed', async () => {
    only('imap');
    world.tenant.misbehave.imap({ kind: 'hang', command: 'SELECT' });
    world.deadlines.ms = { select: 200 };
    const tested = await world.test();
    expect(failure(tested)).toEqual({ step: 'imap select', code: 'test-step-late' });
    expect(tested.failed?.problem?.detail).toContain('0.2 seconds');
    await vi.waitFor(() => expect(world.tenant.imap.openSessions()).toBe(0));
  });

  it('ends at the deadline of the whole', async () => {
    only('smtp');
    world.tenant.misbehave.smtp({ stage: 'mail', hang: true });
    world.deadlines.ms = { whole: 2_000 };
    const tested = await world.test();
    expect(failure(tested)).toEqual({ step: 'smtp envelope', code: 'test-stopped' });
    await vi.waitFor(() => expect(world.tenant.smtp.openConnections(ALICE)).toBe(0));
  });

  it('ends when whoever asked for it goes away, wherever it is, and closes what it had open', async () => {
    const mute = await scripted({});
    at('smtp', { port: mute.port });
    expect(failure(await leftAfter('tls')).code).toBe('test-stopped');
    await vi.waitFor(() => expect(mute.open).toBe(0));

    at('smtp', {});
    for (const [before, stage] of [
      ['token', 'auth'],
      ['authenticate', 'rcpt'],
    ] as const) {
      const withdraw = world.tenant.misbehave.smtp({ stage, hang: true });
      expect(failure(await leftAfter(before)).code).toBe('test-stopped');
      await vi.waitFor(() => expect(world.tenant.smtp.openConnections(ALICE)).toBe(0));
      withdraw();
    }
    expect(await keysIn(world.storage.client, `mg:{${mailboxKey}}:*`)).toEqual([]);
  });

  /** Goes away as soon as a step has ended, while the next one waits for the server. */
  function leftAfter(last: string): Promise<Tested> {
    const gone = new AbortController();
    return world.test({
      signal: gone.signal,
      onStep: ({ step }) => {
        if (step === last) setImmediate(() => gone.abort());
      },
    });
  }

  it('takes one of the mailbox’s SMTP connections, and waits for one only so long', async () => {
    const slots = await Promise.all(
      [1, 2, 3].map(() =>
        takeSmtpSlot(world.storage.client, mailboxKey, { connections: 3, leaseMs: 30_000 }),
      ),
    );
    only('smtp');
    world.deadlines.ms = { slot: 400 };
    const tested = await world.test();
    expect(failure(tested)).toEqual({ step: 'smtp slot', code: 'smtp-connections-in-use' });
    world.deadlines.ms = {};
    const waiting = world.test();
    await slots[0]?.release();
    expect((await waiting).result).toBe('ok');
    for (const slot of slots) await slot?.release();
  });

  it('neither takes the leases of polls and drains nor waits for them', async () => {
    const { client } = world.storage;
    const leases = [keys.pollLease(mailboxKey), keys.drainLease(mailboxKey)];
    for (const lease of leases) await client.set(lease, 'a worker');
    expect((await world.test()).result).toBe('ok');
    expect(await Promise.all(leases.map((lease) => client.get(lease)))).toEqual(['a worker', 'a worker']);
    for (const lease of leases) await client.del(lease);
  });

  it('keeps to the SMTP connections that the mailbox’s senders were given', async () => {
    const slot = await takeSmtpSlot(world.storage.client, mailboxKey, { connections: 3, leaseMs: 30_000 });
    world.deadlines.ms = { slot: 300 };
    only('smtp');
    expect((await world.test()).result).toBe('ok');
    receiver();
    const sender = world.connector('email-send', { limits: { smtpConnections: 1 } });
    for (const connector of [undefined, sender]) {
      const tested = await world.test(connector && { connector });
      expect(failure(tested)).toEqual({ step: 'smtp slot', code: 'smtp-connections-in-use' });
    }
    await slot?.release();
    expect((await world.test({ connector: sender })).result).toBe('ok');
  });

  it('that breaks off between two steps says why, and is no success', async () => {
    delete world.connection.settings.imap;
    const tested = await world.test({ connector: receiver() });
    expect(failure(tested)).toEqual({ step: 'mailgrant test', code: 'imap-unavailable' });
    delete world.connection.settings.smtp;
    const sender = world.connector('email-send');
    expect(failure(await world.test({ connector: sender })).code).toBe('smtp-unavailable');
  });

  it('of a mailbox runs once at a time', async () => {
    only('imap');
    const { promise: until, release } = gate();
    world.tenant.misbehave.imap({ kind: 'hold', command: 'SELECT', until, times: 1 });
    const signedIn = gate();
    const first = world.test({ onStep: ({ step }) => step === 'authenticate' && signedIn.release() });
    await signedIn.promise;
    await expect(world.test()).rejects.toMatchObject({ problem: { code: 'test-running' } });
    release();
    expect((await first).result).toBe('ok');
    expect((await world.test()).result).toBe('ok');
  });
});
