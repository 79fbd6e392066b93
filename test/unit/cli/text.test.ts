import { expect, it } from 'vitest';
import { statusText } from '../../../src/cli/commands/status.js';
import { applicationText, messageText } from '../../../src/cli/record-text.js';
import { fields, harmless, table } from '../../../src/cli/text.js';

it('lines a table up, cuts long texts, and keeps foreign text from moving the cursor', () => {
  const rows = [
    { id: '1', subject: 'a\u001b[31m\nb' },
    { id: '22', subject: 'x'.repeat(100) },
    { id: '3', subject: null },
  ];
  const text = table(rows, { id: ({ id }) => id, subject: ({ subject }) => subject }, 'nothing');
  expect(text.split('\n')).toEqual(['ID  SUBJECT', '1   a[31m b', `22  ${'x'.repeat(59)}…`, '3   –']);
  expect(table([], {}, 'nothing')).toBe('nothing');
});

it('takes control characters and direction marks out, and leaves letters of every script', () => {
  expect(harmless('Grüße \u202egnp.exe\u0007 日本\r\n')).toBe('Grüße gnp.exe 日本\n');
});

it('leaves out what is not there', () => {
  expect(fields({ Id: 'x', Nothing: null, Longer: 0 })).toBe('Id      x\nLonger  0');
});

it('shows a thumbprint as openssl and certificate stores write it', () => {
  const text = applicationText({
    ...{ id: 'app_1', version: 1, name: 'A', provider: 'custom', clientId: 'c', callbackUrl: 'http://x' },
    clientAuth: { method: 'certificate', thumbprint: 'AP8Q', expiresAt: '2028-11-20T01:02:03.000Z' },
    problem: null,
  });
  expect(text).toMatch(/Thumbprint \(SHA-256\) +00:FF:10\n/);
  expect(text).toMatch(/Certificate ends on +2028-11-20 01:02:03 UTC\n/);
});

const PROBLEM = { code: 'c', title: 'T', detail: 'D', owner: 'user', next: 'N' };

it('reads a transaction log out: each step with its time, its attempt and the reply', () => {
  const text = messageText({
    ...{ id: 'msg_1', connector: 'ctr_1', connection: 'con_1', direction: 'outbound', status: 'queued' },
    ...{
      createdAt: '2026-11-21T10:00:00.000Z',
      messageId: null,
      from: 'a@x',
      to: ['b@x'],
      subject: 'S',
      size: 1,
    },
    ...{ attempts: 1, problem: PROBLEM },
    log: [
      { at: '2026-11-21T10:00:00.000Z', status: 'queued' },
      { at: '2026-11-21T10:00:01.000Z', status: 'queued', attempt: 1, reply: '451 4.7.0 later\nsoon' },
    ],
  });
  expect(text).toContain(
    '  2026-11-21 10:00:00 UTC  queued\n  2026-11-21 10:00:01 UTC  queued, attempt 1\n      451 4.7.0 later\n      soon',
  );
  expect(text).toContain('What to do next: N');
});

it('tells in a status whom to ask for what, once per cause', () => {
  const connection = {
    ...{ id: 'con_1', version: 1, name: 'Orders', authentication: 'oauth2', user: 'o@x', problem: PROBLEM },
    ...{
      status: 'reauthorization-required',
      refreshProblem: null,
      warnings: [],
      authenticatedUser: null,
      grantedScope: [],
    },
    ...{ accessTokenExpiresAt: null, lastRefreshAt: null },
  };
  const health = { lastSuccessAt: null, lastRunAt: null, nextRunAt: null, failures: 1, problem: PROBLEM };
  const connector = (id: string, on: string, status: string) => ({
    ...{ id, version: 1, name: id, type: 'email-receive', connection: on, enabled: true, settings: {} },
    health: { ...health, status },
  });
  const readiness = { status: 'ready', checks: [{ name: 'redis', ok: true }] };
  const text = statusText({
    readiness,
    connections: [connection],
    connectors: [connector('ctr_1', 'con_1', 'held'), connector('ctr_2', 'con_2', 'paused')],
  });
  expect(text).toContain('Sign in as o@x: mailgrant connections authorize con_1');
  for (const [own, command] of [
    [{ grant: 'clientCredentials' }, 'refresh con_1'],
    [{ grant: 'deviceCode' }, 'device con_1'],
    [{ grant: 'authorizationCode', tokenMode: 'off' }, 'tokens con_1'],
    [{ authentication: 'basic' }, 'update con_1 --password-file -'],
  ] as const) {
    const shown = statusText({ readiness, connections: [{ ...connection, ...own }], connectors: [] });
    expect(shown).toContain(`mailgrant connections ${command}`);
    expect(shown).not.toContain('connections authorize');
  }
  expect(text).not.toContain('ctr_1');
  expect(text).toContain('mailgrant connectors reset ctr_2');
  const stopped = ['1', '2', '3', '4', '5', '6'].map((n) => ({
    ...connection,
    ...{ id: `con_${n}`, user: `o${n}@x`, application: 'app_1', status: 'application-error' },
  }));
  const failing = statusText({ readiness, connections: stopped, connectors: [] });
  expect(failing).toContain('Application app_1 fails and stops o1@x, o2@x, o3@x, o4@x, o5@x, and 1 more.');
  expect(failing.match(/What to do next/g)).toHaveLength(1);
  const application = {
    ...{ id: 'app_1', version: 1, name: 'Mail', provider: 'custom', clientId: 'c', callbackUrl: 'http://x' },
    ...{ clientAuth: { method: 'certificate' }, problem: PROBLEM },
  };
  const known = statusText({ readiness, applications: [application], connections: stopped, connectors: [] });
  expect(known).toContain('applications update app_1 --certificate');
  expect(known).not.toMatch(/--client-secret-file|“Mail”/);
  const idle = statusText({ readiness, applications: [application], connections: [], connectors: [] });
  expect(idle).toContain('Application “Mail” (app_1) fails.');
  expect(idle).not.toContain('Nothing needs a person.');
  expect(failing).not.toContain('Sign in as');
  expect(statusText({ readiness, connections: [], connectors: [] })).toContain('Nothing needs a person.');
});
