import { describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/main.js';
import { type FakeTerminal, fakeTerminal } from './fake-terminal.js';

const files = {
  'cert.pem': 'CERTIFICATE',
  'key.pem': 'PRIVATE KEY\n',
  'both.pfx': '\u0001\u0002',
  pass: 'the passphrase\n',
  first: 'first secret\n',
  second: 'second secret\n',
};
const shown = { id: 'app_1', version: 4, clientAuth: { method: 'none' }, name: 'x', callbackUrl: 'y' };

async function sent(line: string, given: Parameters<typeof fakeTerminal>[0] = {}) {
  const terminal: FakeTerminal = fakeTerminal({ files, answers: [{ body: shown }], ...given });
  const code = await runCli(line.split(' '), terminal);
  const request = terminal.requests.find(({ method }) => method !== 'GET');
  const body = request?.body as { clientAuth?: unknown } | undefined;
  return { code, err: terminal.printed.err, clientAuth: body?.clientAuth };
}

describe('the options of a client credential', () => {
  it.each<[string, unknown]>([
    [
      '--certificate cert.pem --private-key key.pem',
      { method: 'certificate', certificate: 'CERTIFICATE', privateKey: 'PRIVATE KEY\n' },
    ],
    [
      '--certificate cert.pem --private-key key.pem --passphrase-file pass --algorithm RS256',
      {
        method: 'certificate',
        certificate: 'CERTIFICATE',
        privateKey: 'PRIVATE KEY\n',
        passphrase: 'the passphrase',
        algorithm: 'RS256',
      },
    ],
    [
      '--pfx both.pfx --passphrase-file pass',
      { method: 'certificate', pfx: 'AQI=', passphrase: 'the passphrase' },
    ],
    [
      '--client-secret-file first --second-client-secret-file second --second-client-secret-expires 2030-11-20',
      {
        method: 'clientSecret',
        clientSecret: 'first secret',
        secondClientSecret: 'second secret',
        secondExpiresAt: '2030-11-20',
      },
    ],
    [
      '--client-secret-file first --client-secret-transport basic',
      { method: 'clientSecret', clientSecret: 'first secret', transport: 'basic' },
    ],
    ['--managed-identity', { method: 'managedIdentity' }],
    ['--managed-identity --user-assigned', { method: 'managedIdentity', identity: 'userAssigned' }],
    ['--client-auth federated', { method: 'federatedCredential', source: 'file' }],
    [
      '--federated-token-file /var/run/token --federated-audience api://x',
      { method: 'federatedCredential', source: 'file', file: '/var/run/token', audience: 'api://x' },
    ],
    [
      '--federated-managed-identity --identity-client-id c-1',
      { method: 'federatedCredential', source: 'managedIdentity', identityClientId: 'c-1' },
    ],
    ['--client-auth none', { method: 'none' }],
    ['--public', { method: 'none' }],
  ])('become clientAuth: %s', async (options, clientAuth) => {
    const answer = await sent(`applications create --name x ${options}`);
    expect(answer).toEqual({ code: 0, err: '', clientAuth });
  });

  it.each([
    ['--second-client-secret-file second', { method: 'clientSecret', secondClientSecret: 'second secret' }],
    ['--promote-second-client-secret', { method: 'clientSecret', clientSecret: null }],
    ['--no-second-client-secret', { method: 'clientSecret', secondClientSecret: null }],
    ['--algorithm PS256', { method: 'certificate', algorithm: 'PS256' }],
  ])('change one thing at a time: %s', async (options, clientAuth) => {
    expect(await sent(`applications update app_1 --if-version 3 ${options}`)).toEqual({
      code: 0,
      err: '',
      clientAuth,
    });
  });

  it('read a private key from standard input, and ask for a passphrase', async () => {
    const piped = await sent('applications create --certificate cert.pem --private-key -', {
      input: 'PIPED KEY\n',
    });
    expect(piped.clientAuth).toMatchObject({ privateKey: 'PIPED KEY\n' });
    const asked = await sent('applications create --pfx both.pfx --passphrase-file -', { secret: 'typed' });
    expect(asked.clientAuth).toMatchObject({ passphrase: 'typed' });
    expect(asked.err).toContain('Passphrase');
  });

  it.each([
    ['--certificate cert.pem --managed-identity', 'are two ways of proving an application; keep one'],
    ['--client-auth secret --pfx both.pfx', '--client-auth secret and --pfx are two ways'],
    ['--pfx both.pfx --private-key key.pem', '--pfx stands for both'],
    ['--federated-token-file /t --federated-managed-identity', 'are two sources; keep one'],
    ['--client-auth password', '--client-auth takes one of secret, certificate'],
    ['--client-secret-file - --second-client-secret-file -', 'can be standard input'],
    ['--private-key - --passphrase-file -', 'can be standard input'],
    ['--certificate no.pem --private-key key.pem', 'no.pem cannot be read'],
  ])('are refused before anything is sent: %s', async (options, words) => {
    const { code, err, clientAuth } = await sent(`applications create --name x ${options}`);
    expect([code, clientAuth]).toEqual([2, undefined]);
    expect(err).toContain(words);
  });
});

it('a terminal shows what an application proves itself with, and until when', async () => {
  const clientAuth = {
    method: 'clientSecret',
    expiresAt: '2027-01-31',
    secondExpiresAt: '2029-01-31',
    secondSecret: 'inUse',
  };
  const terminal = fakeTerminal({ answers: [{ body: { ...shown, clientAuth } }] });
  await runCli(['applications', 'show', 'app_1'], terminal);
  expect(terminal.printed.out).toMatch(/Secret ends on\s+2027-01-31/);
  expect(terminal.printed.out).toMatch(/Second secret\s+in use: the first is refused/);
  expect(terminal.printed.out).toMatch(/Second secret ends on\s+2029-01-31/);
});
