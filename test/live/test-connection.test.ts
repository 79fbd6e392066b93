/** Test Connection against real servers: Dovecot and Postfix with XOAUTH2 alone, TLS of a private authority, a token of a certified authorization server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  MAIL_SCOPES,
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../servers/authorization-server.js';
import { signInByHttp } from '../servers/browser-steps.js';
import { startDovecot, type TestDovecot } from '../servers/dovecot.js';
import { freePort } from '../servers/free-port.js';
import { startPostfix, type TestPostfix } from '../servers/postfix.js';
import { startServiceProcess, type TestService } from '../servers/service.js';
import { startWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.js';

const ALICE = { sub: 'a-1', address: 'alice@example.test' };
const COMMON = ['resolve', 'tcp', 'tls', 'greeting', 'token', 'authenticate'];

interface Tested {
  result: string;
  steps: {
    step: string;
    protocol: string;
    status: string;
    detail: string;
    problem?: { code: string; next: string; serverWords?: string };
  }[];
}
interface Shown {
  id: string;
  version: number;
}
type Endpoint = { host: string; port: number; tlsType: string };

let authority: TestAuthorizationServer;
let dovecot: TestDovecot;
let postfix: TestPostfix;
let webhook: WebhookReceiver;
let service: TestService;
let directory: string;
let application: string;
let connection: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-live-test-'));
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  authority = await startAuthorizationServer({
    users: [ALICE],
    redirectUris: [`${publicUrl}/oauth/callback`],
  });
  dovecot = await startDovecot({ introspectionUrl: authority.introspectionUrl });
  postfix = await startPostfix({ dovecot, domain: 'example.test' });
  webhook = await startWebhookReceiver();
  service = await startServiceProcess({
    MAILGRANT_PORT: String(port),
    MAILGRANT_PUBLIC_URL: publicUrl,
    MAILGRANT_DATA_DIR: path.join(directory, 'data'),
    NODE_EXTRA_CA_CERTS: dovecot.tls.caFile,
  });
  ({ id: application } = await service.api<Shown>('POST', '/applications', {
    name: 'oidc-provider',
    provider: 'custom',
    issuer: authority.issuer,
    clientId: authority.client.clientId,
    clientAuth: { method: 'clientSecret', clientSecret: authority.client.clientSecret },
  }));
  connection = await signedIn(
    { host: 'localhost', port: dovecot.imapsPort, tlsType: 'SSL/TLS' },
    { host: 'localhost', port: postfix.submissionPort, tlsType: 'STARTTLS' },
  );
});
afterAll(async () => {
  await service?.stop();
  await webhook?.stop();
  await postfix?.stop();
  await dovecot?.stop();
  await authority?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** A connection that Alice has signed in. */
async function signedIn(imap: Endpoint, smtp: Endpoint): Promise<string> {
  const { id } = await service.api<Shown>('POST', '/connections', {
    name: `${imap.tlsType} ${smtp.tlsType}`,
    application,
    user: ALICE.address,
    scope: [...MAIL_SCOPES],
    imap,
    smtp,
  });
  const { authorizationUrl } = await service.api<{ authorizationUrl: string }>(
    'POST',
    `/connections/${id}/authorize`,
  );
  const page = await fetch(await signInByHttp(authorizationUrl, { user: ALICE.address }));
  expect(page.status).toBe(200);
  return id;
}

const test = (path: string): Promise<Tested> =>
  service.api<Tested>('POST', `${path}/test`, undefined, { accept: 'application/json' });
const names = ({ steps }: Tested): string[] => steps.map(({ protocol, step }) => `${protocol} ${step}`);
const receiver = async (settings: Record<string, unknown>): Promise<string> => {
  const { id } = await service.api<Shown>('POST', '/connectors', {
    name: 'tested',
    type: 'email-receive',
    connection,
    enabled: false,
    settings: { destination: { type: 'webhook', url: webhook.url, secret: webhook.secret }, ...settings },
  });
  return id;
};

describe('Test Connection', () => {
  it('walks TLS from the first byte into Dovecot and STARTTLS into Postfix, with a real token', async () => {
    const tested = await test(`/connections/${connection}`);
    expect(tested.steps.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(tested.result).toBe('ok');
    expect(names(tested)).toEqual([
      ...[...COMMON, 'select'].map((step) => `imap ${step}`),
      ...[...COMMON, 'envelope'].map((step) => `smtp ${step}`),
    ]);
    const detail = (name: string): string | undefined =>
      tested.steps.find(({ protocol, step }) => `${protocol} ${step}` === name)?.detail;
    expect(detail('imap tls')).toMatch(/from the first byte: TLSv1\.[23]; .*issued by Mailgrant test CA/);
    expect(detail('imap greeting')).toMatch(/Dovecot.*AUTH=XOAUTH2/);
    expect(detail('imap token')).toMatch(/alice@example\.test.*good until.*proved/);
    expect(detail('imap select')).toMatch(/^INBOX: 0 messages/);
    expect(detail('smtp tls')).toMatch(/by STARTTLS: TLSv1\.[23]/);
    expect(detail('smtp greeting')).toMatch(/Postfix.*AUTH XOAUTH2/);
    expect(detail('smtp envelope')).toMatch(/250 2\.1\.0 Ok.*250 2\.1\.5 Ok/);
  });

  it('walks the other two ways as well', async () => {
    const id = await signedIn(
      { host: 'localhost', port: dovecot.imapPort, tlsType: 'STARTTLS' },
      { host: 'localhost', port: postfix.submissionsPort, tlsType: 'SSL/TLS' },
    );
    const tested = await test(`/connections/${id}`);
    expect(tested.steps.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(tested.result).toBe('ok');
  });

  it('finds the mailboxes of a receiver, and has its webhook verify a ping', async () => {
    const id = await receiver({ postProcessing: { action: 'move', mailbox: 'Processed' } });
    const tested = await test(`/connectors/${id}`);
    expect(names(tested).slice(-3)).toEqual(['imap select', 'imap postProcessing', 'destination webhook']);
    expect(tested.result).toBe('ok');
    expect(webhook.unverified).toBe(0);
    expect(webhook.deliveries.at(-1)?.id).toMatch(/^ping_/);
  });

  it('names a folder that Dovecot does not know, in its words', async () => {
    const tested = await test(`/connectors/${await receiver({ mailbox: 'Nowhere' })}`);
    expect(tested.steps.at(-1)).toMatchObject({
      step: 'select',
      problem: { code: 'mailbox-not-found', serverWords: expect.stringContaining("doesn't exist") },
    });
    const moved = await receiver({ postProcessing: { action: 'move', mailbox: 'Nowhere' } });
    expect((await test(`/connectors/${moved}`)).steps.at(-1)).toMatchObject({
      step: 'postProcessing',
      problem: { code: 'mailbox-not-found' },
    });
  });

  it('tells ports that were mixed up, and an address where nobody listens', async () => {
    const broken = async (imap: Endpoint) => {
      const { id } = await service.api<Shown>('POST', '/connections', {
        name: 'mixed up',
        application,
        user: ALICE.address,
        scope: [...MAIL_SCOPES],
        imap,
      });
      return (await test(`/connections/${id}`)).steps.at(-1);
    };
    const { submissionPort } = postfix;
    const { imapPort, imapsPort } = dovecot;
    expect(await broken({ host: 'localhost', port: submissionPort, tlsType: 'STARTTLS' })).toMatchObject({
      problem: { code: 'other-protocol' },
    });
    expect(await broken({ host: 'localhost', port: imapPort, tlsType: 'SSL/TLS' })).toMatchObject({
      problem: { code: 'tls-not-spoken' },
    });
    expect(await broken({ host: '127.0.0.2', port: imapsPort, tlsType: 'SSL/TLS' })).toMatchObject({
      problem: { code: 'connection-refused' },
    });
  });

  it('tells a mail server that cannot check tokens from one that refuses them', async () => {
    await authority.stop();
    const last = (await test(`/connections/${connection}`)).steps.at(-1);
    expect(last).toMatchObject({
      protocol: 'imap',
      step: 'authenticate',
      problem: { code: 'imap-unavailable' },
    });
    expect(last?.problem?.serverWords).toMatch(/temporary|UNAVAILABLE/i);
  });

  it('finds a server that went away', async () => {
    await dovecot.stop();
    const tested = await test(`/connections/${connection}`);
    expect(tested.steps.at(-1)).toMatchObject({ step: 'tcp', problem: { code: 'connection-refused' } });
  });
});
