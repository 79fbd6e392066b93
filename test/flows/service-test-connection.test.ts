/** Test Connection of the service as a process, which trusts a certificate authority of the test: each fault of TLS, and the command line. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import {
  type Certificate,
  type CertificateAuthority,
  createCertificateAuthority,
} from '../servers/certificate-authority.js';
import { type ScriptedServer, startScriptedServer } from '../servers/scripted-server.js';
import { API_KEY } from '../servers/service.js';
import { ALICE, openServiceWorld, type ServiceWorld, type Shown } from './service-world.js';

const ENTRY = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

interface Step {
  step: string;
  status: string;
  detail: string;
  problem?: { code: string; detail: string; next: string; owner: string };
}

let directory: string;
let authority: CertificateAuthority;
let stranger: CertificateAuthority;
let world: ServiceWorld;
let application: string;
let signedIn: string;
/** IMAP and SMTP over TLS, by the authority. */
let secure: Tenant;
const servers: ScriptedServer[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-tls-'));
  const foreign = await mkdtemp(path.join(directory, 'foreign-'));
  authority = await createCertificateAuthority(directory);
  stranger = await createCertificateAuthority(foreign);
  world = await openServiceWorld({ environment: { NODE_EXTRA_CA_CERTS: authority.caFile } });
  await world.start();
  ({ id: application } = await world.createApplication());
  ({ id: signedIn } = await world.createConnection(application, ALICE));
  await world.signIn(signedIn, ALICE);
  secure = await startTenant({ users: [ALICE], tls: await authority.issue(['localhost']) });
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await secure?.close();
  await world?.close();
  await rm(directory, { recursive: true, force: true });
});

async function tested(imap: { host: string; port: number; tlsType: string }): Promise<Step[]> {
  const { service } = world;
  const { id } = await service.api<Shown>('POST', '/connections', {
    name: 'TLS',
    application,
    user: ALICE,
    scope: 'openid',
    imap,
  });
  const headers = { accept: 'application/json' };
  const { steps } = await service.api<{ steps: Step[] }>(
    'POST',
    `/connections/${id}/test`,
    undefined,
    headers,
  );
  return steps;
}

/** Greets over TLS with the certificate. */
async function serverWith({ key, cert }: Certificate, tls: object = {}): Promise<number> {
  const server = await startScriptedServer({ greeting: '* OK hello', tls: { key, cert, ...tls } });
  servers.push(server);
  return server.port;
}

describe('the TLS step', () => {
  it('shows name, issuer, chain and end of a certificate that is good', async () => {
    const steps = await tested({ host: 'localhost', port: secure.imap.port, tlsType: 'SSL/TLS' });
    const tls = steps.find(({ step }) => step === 'tls');
    expect(tls?.status).toBe('ok');
    expect(tls?.detail).toMatch(
      /TLS from the first byte: TLSv1\.3; certificate of issued-1 for localhost, issued by Mailgrant test CA, a chain of 2, valid until \d{4}-\d\d-\d\d \(1 days left\)/,
    );
    expect(steps.at(-1)).toMatchObject({ step: 'token', problem: { code: 'not-signed-in' } });
  });

  const faults: {
    what: string;
    code: string;
    tells: RegExp;
    certificate: () => Promise<Certificate>;
    tls?: object;
  }[] = [
    {
      what: 'has ended',
      code: 'tls-certificate-expired',
      tells: /ended on \d{4}-\d\d-\d\d/,
      certificate: () => authority.issue(['localhost'], -1),
    },
    {
      what: 'is for another name',
      code: 'tls-wrong-name',
      tells: /is for mail\.contoso\.example, not for localhost/,
      certificate: () => authority.issue(['mail.contoso.example']),
    },
    {
      what: 'was signed by itself',
      code: 'tls-self-signed',
      tells: /self-signed/,
      certificate: () => stranger.itself(),
    },
    {
      what: 'is by an authority that nobody trusts',
      code: 'tls-untrusted',
      tells: /issued by Mailgrant test CA, which is not trusted/,
      certificate: () => stranger.issue(['localhost']),
    },
    {
      what: 'comes with a TLS of the past',
      code: 'tls-too-old',
      tells: /TLS 1\.2 or later/,
      certificate: () => authority.issue(['localhost']),
      tls: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    },
  ];
  it.each(faults)('names a certificate that $what', async ({ code, tells, certificate, tls }) => {
    const port = await serverWith(await certificate(), tls);
    const steps = await tested({ host: 'localhost', port, tlsType: 'SSL/TLS' });
    const last = steps.at(-1);
    expect(last).toMatchObject({ step: 'tls', status: 'failed', problem: { code } });
    expect(last?.problem?.detail).toMatch(tells);
  });

  it('finds the same faults behind STARTTLS', async () => {
    const { key, cert } = await authority.issue(['mail.contoso.example']);
    const { createSecureContext, TLSSocket } = await import('node:tls');
    const { createServer } = await import('node:net');
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('* OK hello\r\n');
      socket.once('data', () => {
        socket.write('t OK go on\r\n');
        const tls = new TLSSocket(socket, {
          isServer: true,
          secureContext: createSecureContext({ key, cert }),
        });
        tls.on('error', () => undefined);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const steps = await tested({ host: 'localhost', port, tlsType: 'STARTTLS' });
    expect(steps.at(-1)).toMatchObject({ step: 'tls', problem: { code: 'tls-wrong-name' } });
    await new Promise((resolve) => server.close(resolve));
  });
});

function mailgrant(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [ENTRY, ...words], {
    cwd: world.directory,
    env: { PATH: process.env.PATH, MAILGRANT_URL: world.service.url, MAILGRANT_API_KEY: API_KEY },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

describe('the command line', () => {
  it('shows the steps of a connection that works, and ends with 0', async () => {
    const { code, out, err } = await mailgrant('connections', 'test', signedIn);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^ok +imap resolve +\d+ ms {2}127\.0\.0\.1 is an address$/m);
    expect(out).toMatch(/^ok +smtp envelope .*nothing was sent/m);
    expect(out).toMatch(/Everything works\.\n$/);
  });

  it('tells the broken step in words, with what to do, and ends with 1', async () => {
    const { id } = await world.createConnector('email-receive', signedIn, {
      mailbox: 'Nowhere',
      destination: { type: 'directory', path: world.directory },
    });
    const { code, out, err } = await mailgrant('connectors', 'test', id);
    expect(code).toBe(1);
    expect(out).toMatch(/^ok +imap authenticate/m);
    expect(out).toMatch(/^FAILED +imap select .*\n +There is no such mailbox folder/m);
    expect(out).toContain('What to do next:');
    expect(err).toContain('The test failed at: imap select.');
  });

  it('prints the lines of the answer with --json', async () => {
    const { code, out } = await mailgrant('connections', 'test', signedIn, '--json');
    expect(code).toBe(0);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ step: 'resolve', protocol: 'imap', status: 'ok' });
    expect(lines.at(-1)).toEqual({ result: 'ok' });
    const unknown = await mailgrant('connectors', 'test', 'ctr_nobody', '--json');
    expect(unknown.code).toBe(1);
    expect(JSON.parse(unknown.out)).toMatchObject({ code: 'not-found' });
  });
});
