import { describe, expect, it } from 'vitest';
import { endpoint } from '../../../src/cli/commands/connections/settings.js';
import { connectorSettings, settingOf } from '../../../src/cli/commands/connectors/settings.js';
import { laidOver, settingsFile } from '../../../src/cli/settings-input.js';
import { fakeTerminal } from './fake-terminal.js';

describe('a server', () => {
  it('is a host, with or without a port', () => {
    expect(endpoint('mail.example.com', undefined)).toEqual({ host: 'mail.example.com' });
    expect(endpoint('mail.example.com:993', 'SSL/TLS')).toEqual({
      host: 'mail.example.com',
      port: 993,
      tlsType: 'SSL/TLS',
    });
    expect(endpoint('[::1]:143', undefined)).toEqual({ host: '[::1]', port: 143 });
    expect(endpoint(undefined, 'None')).toEqual({ tlsType: 'None' });
    expect(endpoint(undefined, undefined)).toBeUndefined();
    for (const no of ['', ':993', '::1', 'a:b'])
      expect(() => endpoint(no, undefined)).toThrow('is no server');
  });
});

describe('--set', () => {
  it('takes JSON or text, at any depth', () => {
    expect(settingOf('maxAttempts=5')).toEqual({ maxAttempts: 5 });
    expect(settingOf('filter.subject=a=b')).toEqual({ filter: { subject: 'a=b' } });
    expect(settingOf('to=["a@b.example"]')).toEqual({ to: ['a@b.example'] });
    expect(settingOf('filter.subject=null')).toEqual({ filter: { subject: null } });
  });

  it('refuses what is no setting, and secrets without quoting them', () => {
    for (const no of ['x', '=1', 'a..b=1', '__proto__.x=1', 'a.__proto__=1'])
      expect(() => settingOf(no)).toThrow('--set takes');
    expect(() => settingOf('destination.secret=hunter2')).toThrow(/secret(?!.*hunter2)/);
  });
});

it('lays options over a settings file', async () => {
  const terminal = fakeTerminal({
    input: '{"name":"file","settings":{"schedule":{"every":"1h"},"mailbox":"A"}}',
  });
  const none = {
    name: undefined,
    connection: undefined,
    mailbox: undefined,
    'start-from': undefined,
  } as const;
  const settings = await connectorSettings(terminal, {
    ...none,
    ...{
      disabled: true,
      every: '5m',
      file: '-',
      'post-processing': 'move:Done:2026',
      set: ['maxAttempts=3'],
    },
    ...{
      'webhook-url': undefined,
      'webhook-secret-file': undefined,
      directory: '/in',
      'display-name': undefined,
    },
  });
  expect(settings).toEqual({
    name: 'file',
    enabled: false,
    settings: {
      schedule: { every: '5m' },
      mailbox: 'A',
      destination: { type: 'directory', path: '/in' },
      postProcessing: { action: 'move', mailbox: 'Done:2026' },
      maxAttempts: 3,
    },
  });
});

it('merges objects and replaces everything else, changing neither side', () => {
  const base = { a: { b: 1, c: 2 }, list: [1, 2] };
  expect(laidOver(base, { a: { b: 3, d: undefined }, list: [4] })).toEqual({ a: { b: 3, c: 2 }, list: [4] });
  expect(base).toEqual({ a: { b: 1, c: 2 }, list: [1, 2] });
});

it('refuses a settings file that is no JSON object', async () => {
  const terminal = fakeTerminal({ files: { broken: '{', list: '[]' } });
  await expect(settingsFile(terminal, 'broken')).rejects.toThrow('broken is not valid JSON.');
  await expect(settingsFile(terminal, 'list')).rejects.toThrow('list is not a JSON object.');
});
