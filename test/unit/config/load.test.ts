import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConfigError, loadConfig } from '../../../config/load.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'mailgrant-config-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const file = (content: string): string => {
  const name = path.join(directory, `${Math.random()}`);
  writeFileSync(name, content);
  return name;
};
const faultsOf = (environment: NodeJS.ProcessEnv): Record<string, string> => {
  try {
    loadConfig(environment);
  } catch (error) {
    return Object.fromEntries((error as ConfigError).faults.map(({ variable, fault }) => [variable, fault]));
  }
  return {};
};
const KEY = Buffer.alloc(32, 7).toString('base64');

it('needs nothing', () => {
  expect(loadConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 8025,
    publicUrl: 'http://localhost:8025',
    dataDir: path.resolve('data'),
    redisUrl: undefined,
    secretKeys: [],
    roles: new Set(['admin', 'refresh', 'receive', 'send']),
    allowPrivateNetworks: true,
    shutdownTimeoutMs: 20_000,
  });
});

it('leaves variables of others alone', () => {
  expect(faultsOf({ PATH: '/bin', REDIS_URL: 'nonsense' })).toEqual({});
});

it('reports every fault together, each with what is allowed', () => {
  const environment = {
    MAILGRANT_PORT: '70000',
    MAILGRANT_ROLES: 'admin,sender',
    MAILGRANT_LOG_LEVEL: 'loud',
    MAILGRANT_RETENTION: 'a month',
    MAILGRANT_PUBLIC_URL: 'http://mail.example.com/path',
    MAILGRANT_REDIS_URL: 'localhost:6379',
    MAILGRANT_ALLOW_PRIVATE_NETWORKS: 'maybe',
    MAILGRANT_RECEIVE_CONCURRENCY: '0',
    MAILGRANT_POTR: '1',
  };
  const faults = faultsOf(environment);
  expect(Object.keys(faults).sort()).toEqual([...Object.keys(environment), 'MAILGRANT_SECRET_KEY'].sort());
  expect(faults.MAILGRANT_PORT).toMatch(/"70000".*0 to 65535/);
  expect(faults.MAILGRANT_ROLES).toMatch(/"sender".*admin, refresh, receive, send/);
  expect(faults.MAILGRANT_POTR).toMatch(/no such setting/);
  const message =
    /11 of its settings[\s\S]*MAILGRANT_PUBLIC_URL: .*plain http[\s\S]*MAILGRANT_PUBLIC_URL: .*has a path/;
  expect(() => loadConfig(environment)).toThrow(message);
});

describe('a secret', () => {
  it('is never quoted', () => {
    const environment = {
      MAILGRANT_SECRET_KEY: 'c2hvcnQtc2VjcmV0',
      MAILGRANT_API_KEY: 'short-api-key',
      MAILGRANT_ADMIN_PASSWORD: 'hunter2',
      MAILGRANT_REDIS_URL: 'http://user:redis-password@host',
    };
    expect(Object.keys(faultsOf(environment)).sort()).toEqual(Object.keys(environment).sort());
    expect(() => loadConfig(environment)).toThrow(
      expect.objectContaining({
        message: expect.not.stringMatching(/c2hvcnQ|short-api-key|hunter2|redis-password/),
      }),
    );
  });

  it('may come from a file, whose newline is not part of it', () => {
    const { apiKey, secretKeys } = loadConfig({
      MAILGRANT_API_KEY_FILE: file('a-key-of-more-than-twenty\n'),
      MAILGRANT_SECRET_KEY_FILE: file(`${KEY}, ${KEY}\n`),
    });
    expect(apiKey).toBe('a-key-of-more-than-twenty');
    expect(secretKeys).toEqual([Buffer.alloc(32, 7), Buffer.alloc(32, 7)]);
  });

  it('in a file is not quoted either', () => {
    const environment = { MAILGRANT_ADMIN_PASSWORD_FILE: file('hunter2') };
    expect(() => loadConfig(environment)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });

  it('given twice, or in a file that is not there, is a fault', () => {
    const faults = faultsOf({
      MAILGRANT_API_KEY: 'a-key-of-more-than-twenty',
      MAILGRANT_API_KEY_FILE: file('another-key-of-more-than-twenty'),
      MAILGRANT_SECRET_KEY_FILE: path.join(directory, 'missing'),
    });
    expect(faults.MAILGRANT_API_KEY).toMatch(/given twice/);
    expect(faults.MAILGRANT_SECRET_KEY_FILE).toMatch(/ENOENT/);
  });

  it('is not taken for absent when its file is empty: nothing is generated in its place', () => {
    const faults = faultsOf({
      MAILGRANT_SECRET_KEY_FILE: file('\n'),
      MAILGRANT_ADMIN_PASSWORD_FILE: file(''),
    });
    expect(faults.MAILGRANT_SECRET_KEY_FILE).toMatch(/empty file/);
    expect(faults.MAILGRANT_ADMIN_PASSWORD_FILE).toMatch(/empty file/);
  });
});

describe('MAILGRANT_PUBLIC_URL', () => {
  it.each([
    'http://localhost:8025',
    'http://127.0.0.1',
    'https://mail.example.com',
    'https://mail.example.com/',
  ])('may be %s', (url) => {
    expect(loadConfig({ MAILGRANT_PUBLIC_URL: url }).publicUrl).toBe(url.replace(/\/$/, ''));
  });

  it('follows the port where it is not given', () => {
    expect(loadConfig({ MAILGRANT_PORT: '9000' }).publicUrl).toBe('http://localhost:9000');
    expect(loadConfig({ MAILGRANT_PORT: '0' }).publicUrl).toBe('http://localhost:8025');
    const given = { MAILGRANT_PORT: '9000', MAILGRANT_PUBLIC_URL: 'https://mail.example.com' };
    expect(loadConfig(given).publicUrl).toBe('https://mail.example.com');
  });

  it('may not carry a password, and does not have it quoted', () => {
    const environment = { MAILGRANT_PUBLIC_URL: 'https://admin:hunter2@mail.example.com/path' };
    expect(() => loadConfig(environment)).toThrow(/user name or password[\s\S]*has a path/);
    expect(() => loadConfig(environment)).not.toThrow(/hunter2/);
  });

  it('may not be plain http to another host', () => {
    expect(faultsOf({ MAILGRANT_PUBLIC_URL: 'http://mail.example.com' }).MAILGRANT_PUBLIC_URL).toMatch(
      /https/,
    );
  });
});

it('needs an encryption key with a Redis of its own', () => {
  expect(Object.keys(faultsOf({ MAILGRANT_REDIS_URL: 'redis://localhost' }))).toEqual([
    'MAILGRANT_SECRET_KEY',
  ]);
  expect(faultsOf({ MAILGRANT_REDIS_URL: 'redis+cluster://a:1,b:2', MAILGRANT_SECRET_KEY: KEY })).toEqual({});
  expect(faultsOf({ MAILGRANT_REDIS_URL: 'unix:/run/redis.sock', MAILGRANT_SECRET_KEY: KEY })).toEqual({});
});

it('allows private networks only while the service listens on loopback, unless told', () => {
  expect(loadConfig({ MAILGRANT_HOST: '0.0.0.0' }).allowPrivateNetworks).toBe(false);
  expect(loadConfig({ MAILGRANT_HOST: '::1' }).allowPrivateNetworks).toBe(true);
  const told = { MAILGRANT_HOST: '0.0.0.0', MAILGRANT_ALLOW_PRIVATE_NETWORKS: 'true' };
  expect(loadConfig(told).allowPrivateNetworks).toBe(true);
});

it('leaves the setting of the command line alone', () => {
  expect(faultsOf({ MAILGRANT_URL: 'https://mail.example.com' })).toEqual({});
  expect(faultsOf({ MAILGRANT_URLS: 'https://mail.example.com' })).toHaveProperty('MAILGRANT_URLS');
});

describe('trusted proxies', () => {
  const given = (value: string) => loadConfig({ MAILGRANT_TRUSTED_PROXIES: value }).trustedProxies;

  it('are none, or addresses and blocks', () => {
    expect(loadConfig({}).trustedProxies).toEqual([]);
    expect(given('10.0.0.0/8, 192.0.2.1,fd00::/8,2001:db8::1')).toEqual([
      ...['10.0.0.0/8', '192.0.2.1/32', 'fd00::/8', '2001:db8::1/128'],
    ]);
  });

  it.each([
    ...['loopback', 'proxy.example', '10.1', '010.0.0.1', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8'],
    ...['fe80::1%eth0', '0.0.0.0/0', '::/0', '::ffff:10.0.0.1', '*'],
  ])('are not %s', (value) => {
    expect(faultsOf({ MAILGRANT_TRUSTED_PROXIES: `10.0.0.1,${value}` })).toEqual({
      MAILGRANT_TRUSTED_PROXIES: expect.stringContaining(value),
    });
  });
});

describe('the sign-in through OpenID', () => {
  const given = {
    MAILGRANT_OPENID_ISSUER: 'https://login.example/tenant',
    MAILGRANT_OPENID_CLIENT_ID: 'mailgrant',
    MAILGRANT_OPENID_ROLES: 'groups:mail-admins=admin,groups:staff=viewer',
  };

  it('is there with issuer, client and roles, and not without', () => {
    expect(loadConfig({})).toMatchObject({ openId: undefined, passwordSignIn: true });
    expect(loadConfig(given).openId).toEqual({
      issuer: 'https://login.example/tenant',
      clientId: 'mailgrant',
      clientSecret: undefined,
      scope: 'openid profile email',
      name: 'your company account',
      roles: [
        { claim: 'groups', value: 'mail-admins', role: 'admin' },
        { claim: 'groups', value: 'staff', role: 'viewer' },
      ],
    });
    expect(Object.keys(faultsOf({ MAILGRANT_OPENID_CLIENT_SECRET: 'alone' })).sort()).toEqual(
      Object.keys(given).sort(),
    );
    expect(Object.keys(faultsOf({ MAILGRANT_PASSWORD_SIGN_IN: 'false' }))).toEqual([
      'MAILGRANT_PASSWORD_SIGN_IN',
    ]);
    expect(loadConfig({ ...given, MAILGRANT_PASSWORD_SIGN_IN: 'false' }).passwordSignIn).toBe(false);
  });

  it.each([
    ['cognito\\:groups:mail=admin', ['cognito:groups', 'mail']],
    ['https://mail.example/roles:a=admin', ['https://mail.example/roles', 'a']],
    ['groups:CN=admins,OU=mail=admin', ['groups', 'CN=admins,OU=mail']],
    ['groups:urn:x:y=admin', ['groups', 'urn:x:y']],
    ['realm_access.roles:mail admins=admin', ['realm_access.roles', 'mail admins']],
  ])('reads %s', (value, [claim, of]) => {
    expect(loadConfig({ ...given, MAILGRANT_OPENID_ROLES: value }).openId?.roles).toEqual([
      { claim, value: of, role: 'admin' },
    ]);
  });

  it.each([
    ['MAILGRANT_OPENID_ROLES', 'groups:staff=owner'],
    ['MAILGRANT_OPENID_ROLES', 'staff=viewer'],
    ['MAILGRANT_OPENID_ROLES', 'groups:staff=viewer,'],
    ['MAILGRANT_OPENID_ISSUER', 'http://login.example'],
    ['MAILGRANT_OPENID_ISSUER', 'https://login.example/?tenant=x'],
    ['MAILGRANT_OPENID_ISSUER', 'ldap://login.example'],
    ['MAILGRANT_OPENID_SCOPE', 'profile'],
  ])('refuses %s=%s', (variable, value) => {
    expect(Object.keys(faultsOf({ ...given, [variable]: value }))).toEqual([variable]);
  });
});
