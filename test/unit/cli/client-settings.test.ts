import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientSettings } from '../../../src/cli/client-settings.js';
import { fakeTerminal, KEY } from './fake-terminal.js';

const settings = (
  environment: Record<string, string>,
  files: Record<string, string> = {},
  allowPlainHttp = false,
) => clientSettings(fakeTerminal({ environment, files }), { allowPlainHttp });
const ownKey = path.join('data', 'api-key');

describe('the API key', () => {
  it('comes from the environment, a file, or the data directory of a service on this machine', () => {
    expect(settings({ MAILGRANT_API_KEY: KEY })).toEqual({
      url: 'http://127.0.0.1:8025',
      apiKey: KEY,
      apiKeySource: 'MAILGRANT_API_KEY',
    });
    expect(settings({ MAILGRANT_API_KEY_FILE: 'k' }, { k: `${KEY}\n` })).toMatchObject({
      apiKey: KEY,
      apiKeySource: 'k',
    });
    expect(settings({}, { [ownKey]: KEY })).toMatchObject({ apiKey: KEY, apiKeySource: ownKey });
    expect(settings({ MAILGRANT_DATA_DIR: '/d' }, { '/d/api-key': KEY })).toMatchObject({ apiKey: KEY });
  });

  it('of a service on this machine is not sent to another host', () => {
    expect(() => settings({ MAILGRANT_URL: 'https://mail.example.com' }, { [ownKey]: KEY })).toThrow(
      'There is no API key',
    );
  });

  it('is never quoted when it cannot be used', () => {
    for (const bad of ['two words', 'line\nfeed', 'umläut'])
      expect(() => settings({ MAILGRANT_API_KEY: bad })).toThrow(
        /^What MAILGRANT_API_KEY holds is no API key(?!.*(two|feed|uml))/,
      );
    expect(() => settings({ MAILGRANT_API_KEY: KEY, MAILGRANT_API_KEY_FILE: 'k' })).toThrow('both set');
    expect(() => settings({ MAILGRANT_API_KEY_FILE: 'k' }, { k: '\n' })).toThrow('The API key is empty (k)');
  });
});

describe('MAILGRANT_URL', () => {
  const urlOf = (url: string, allowPlainHttp = false) =>
    settings({ MAILGRANT_URL: url, MAILGRANT_API_KEY: KEY }, {}, allowPlainHttp).url;

  it('may be https anywhere, and plain http on loopback only, unless that is allowed', () => {
    expect(urlOf('https://mail.example.com/')).toBe('https://mail.example.com');
    for (const url of ['http://localhost:1', 'http://127.0.0.2:1', 'http://[::1]:1'])
      expect(urlOf(url)).toBe(url);
    expect(() => urlOf('http://mail.example.com')).toThrow('in clear text');
    expect(() => urlOf('http://127.0.0.1.example.com')).toThrow('in clear text');
    expect(urlOf('http://mailgrant:8025', true)).toBe('http://mailgrant:8025');
  });

  it('is an address and nothing more', () => {
    for (const url of ['mail.example.com', 'ftp://x', 'https://u:p@x', 'https://x/?a=b'])
      expect(() => urlOf(url)).toThrow(/^MAILGRANT_URL (?!.*u:p)/);
  });
});
