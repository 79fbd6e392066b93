import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { DURATION_PATTERN } from '../../../src/contract/duration.js';
import { mergePatch } from '../../../src/setup/merge-patch.js';
import { checkedSettings } from '../../../src/setup/settings-check.js';

const schema = Type.Object(
  {
    mailbox: Type.String({ default: 'INBOX' }),
    every: Type.Optional(Type.String({ pattern: DURATION_PATTERN, default: '60s' })),
    max: Type.Integer({ minimum: 1, default: 10 }),
    to: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
    destination: Type.Union([
      Type.Object(
        {
          type: Type.Literal('webhook'),
          url: Type.String(),
          secret: Type.Optional(Type.String()),
          format: Type.Enum(['json', 'raw'], { default: 'json' }),
        },
        { additionalProperties: false },
      ),
      Type.Object({ type: Type.Literal('directory'), path: Type.String() }, { additionalProperties: false }),
    ]),
  },
  { additionalProperties: false },
);

const faultsOf = (input: unknown) =>
  Object.fromEntries(checkedSettings(schema, input).faults.map(({ path, message }) => [path, message]));

describe('settings against their schema', () => {
  it('fills defaults in, also those of the variant that is meant', () => {
    const input = { destination: { type: 'webhook', url: 'https://a.example' } };
    expect(checkedSettings(schema, input)).toEqual({
      value: {
        mailbox: 'INBOX',
        every: '60s',
        max: 10,
        destination: { type: 'webhook', url: 'https://a.example', format: 'json' },
      },
      faults: [],
    });
    expect(input.destination).not.toHaveProperty('format');
  });

  it('names every fault at once by its pointer', () => {
    expect(
      faultsOf({
        mailbox: 7,
        every: 'soon',
        max: 0,
        to: 5,
        'a/b~c': 1,
        destination: { type: 'webhook', urll: 1, format: 'x' },
      }),
    ).toEqual({
      '/mailbox': 'must be string',
      '/every': 'must be a duration such as "30s", "5m" or "12h"',
      '/max': 'must be >= 1',
      '/to': 'must be string, or must be array',
      '/a~1b~0c': 'there is no such setting',
      '/destination/url': 'is required',
      '/destination/urll': 'there is no such setting',
      '/destination/format': 'must be one of json, raw',
    });
  });

  it('says which variants there are when none is meant', () => {
    expect(faultsOf({ destination: { type: 'ftp' } })).toEqual({
      '/destination/type': 'must be one of webhook, directory',
    });
    expect(faultsOf({ destination: {} })['/destination/type']).toBe('is required');
    expect(faultsOf({ destination: 'x' })).toHaveProperty('/destination');
    expect(faultsOf({})).toEqual({ '/destination': 'is required' });
    expect(faultsOf([])).toEqual({ '': 'must be an object' });
  });

  it('does not take inherited names or __proto__ for settings', () => {
    const input = JSON.parse('{"__proto__": {"max": 3}, "destination": {"type": "directory", "path": "/a"}}');
    expect(Object.keys(faultsOf(input))).toEqual(['/__proto__']);
  });
});

describe('a merge patch', () => {
  const stored = {
    mailbox: 'INBOX',
    destination: { type: 'webhook', url: 'https://a.example', secret: 's' },
  };

  it('keeps what is left out, removes by null, merges objects and replaces the rest', () => {
    expect(mergePatch({ a: 1, b: { c: 1, d: 2 }, l: [1, 2] }, { a: null, b: { c: 3 }, l: [3] })).toEqual({
      b: { c: 3, d: 2 },
      l: [3],
    });
    expect(mergePatch(stored, { destination: { url: 'https://b.example' } }, schema)).toEqual({
      mailbox: 'INBOX',
      destination: { type: 'webhook', url: 'https://b.example', secret: 's' },
    });
  });

  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('does with %j and %j as RFC 7396, appendix A, has it', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it('starts a union anew when the patch names another variant', () => {
    expect(mergePatch(stored, { destination: { type: 'directory', path: '/in' } }, schema)).toEqual({
      mailbox: 'INBOX',
      destination: { type: 'directory', path: '/in' },
    });
  });

  it('leaves its arguments alone', () => {
    mergePatch(stored, { destination: { secret: null } }, schema);
    expect(stored.destination.secret).toBe('s');
  });
});
