import { describe, expect, it } from 'vitest';
import { connectorTypes } from '../../../connectors/index.js';
import { worded, wordsOf } from '../../../src/contract/worded-pattern.js';
import { alertChannelSchema } from '../../../src/setup/alert-channel-schema.js';
import { applicationSchema } from '../../../src/setup/application-schema.js';
import { connectionSchema } from '../../../src/setup/connection-schema.js';
import { connectorSchema } from '../../../src/setup/connector-schema.js';
import { checkedSettings } from '../../../src/setup/settings-check.js';

const schemas = {
  application: applicationSchema,
  connection: connectionSchema,
  connector: connectorSchema,
  'alert channel': alertChannelSchema,
  ...Object.fromEntries(connectorTypes.map(({ name, settings }) => [name, settings])),
};

function patternsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) =>
    name === 'pattern' && typeof value === 'string' ? [value] : patternsIn(value),
  );
}

describe('a setting that does not fit its pattern', () => {
  it.each(Object.entries(schemas))('is told in words: %s', (_name, schema) => {
    const patterns = patternsIn(schema);
    expect(patterns.length).toBeGreaterThan(0);
    expect(patterns.filter((pattern) => wordsOf(pattern) === undefined)).toEqual([]);
  });

  it.each([
    [
      connectionSchema,
      { imap: { host: 'https://mail.example' } },
      '/imap/host',
      /^must be a host name or an IP address/,
    ],
    [
      connectionSchema,
      { application: 'contoso' },
      '/application',
      /^must be the id of an application \(app_…\)$/,
    ],
    [applicationSchema, { tenant: 'https://login' }, '/tenant', /^must be a tenant’s id or domain/],
    [applicationSchema, { clientId: 'a b' }, '/clientId', /^must be text without spaces$/],
    [applicationSchema, { name: '' }, '/name', /^must not be empty$/],
  ] as const)('%#: names what is allowed', (schema, input, path, words) => {
    const fault = checkedSettings(schema, input).faults.find((each) => each.path === path);
    expect(fault?.message).toMatch(words);
    expect(fault?.message).not.toMatch(/[\^$\\]/);
  });

  it('has one meaning for one pattern', () => {
    worded('^only here$', 'this');
    expect(() => worded('^only here$', 'that')).toThrow('only here');
  });
});
