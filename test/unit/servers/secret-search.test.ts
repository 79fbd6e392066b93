import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecretSearch } from '../../servers/secret-search.js';

const SECRET = 'p/ss"w+rd å\\ñ 17';
const search = createSecretSearch([{ name: 'password', value: SECRET }]);
const isFound = async (content: string | Buffer): Promise<boolean> =>
  (await search([{ where: 'here', content }])).length > 0;

describe('a secret is found', () => {
  const forms: Record<string, string> = {
    raw: SECRET,
    'in JSON': JSON.stringify({ a: SECRET }),
    'in JSON in JSON': JSON.stringify({ a: JSON.stringify({ b: SECRET }) }),
    'in a query string': `a=${encodeURIComponent(SECRET)}`,
    'in a form': new URLSearchParams({ a: SECRET }).toString(),
    'in a URL with small hex digits': encodeURIComponent(SECRET).replace(/%../g, (code) =>
      code.toLowerCase(),
    ),
    'in hex': Buffer.from(SECRET).toString('hex'),
    'in an XOAUTH2 string': Buffer.from(`user=a@b.example\u0001auth=Bearer ${SECRET}\u0001\u0001`).toString(
      'base64',
    ),
    'in Basic, escaped as RFC 6749 §2.3.1 wants it': Buffer.from(`id:${encodeURIComponent(SECRET)}`).toString(
      'base64',
    ),
  };
  it.each(Object.entries(forms))('%s', async (_, text) => {
    expect(await isFound(`before ${text} after`)).toBe(true);
  });

  it.each([0, 1, 2, 3, 4, 5])('in base64 and base64url after %i other bytes', async (before) => {
    const bytes = Buffer.concat([randomBytes(before), Buffer.from(SECRET), randomBytes(7)]);
    expect(await isFound(bytes.toString('base64'))).toBe(true);
    expect(await isFound(`x${bytes.toString('base64url')}`)).toBe(true);
  });

  it('at the first and at the last byte', async () => {
    expect(await isFound(`${SECRET}.`)).toBe(true);
    expect(await isFound(`.${SECRET}`)).toBe(true);
    expect(await isFound(SECRET)).toBe(true);
  });

  it('by a part of it, when it is long and was cut off', async () => {
    const token = randomBytes(600).toString('base64url');
    const inToken = createSecretSearch([{ name: 'token', value: token }]);
    for (const part of [token.slice(0, 100), token.slice(-100), `${token.slice(0, -1)}…`])
      expect(await inToken([{ where: 'log', content: `Bearer ${part}` }])).not.toEqual([]);
    expect(await inToken([{ where: 'log', content: `Bearer ${token.slice(0, 12)}…` }])).toEqual([]);
  });

  it('as bytes, which are no text', async () => {
    const key = randomBytes(32);
    const forKey = createSecretSearch([{ name: 'key', value: key }]);
    expect(await forKey([{ where: 'dump', content: Buffer.concat([randomBytes(5), key]) }])).toHaveLength(1);
    expect(await forKey([{ where: 'env', content: key.toString('base64') }])).toHaveLength(1);
  });
});

it('says where and in which form, and never the secret', async () => {
  const finds = await search([
    { where: 'log', content: `user=x ${encodeURIComponent(SECRET)}` },
    { where: 'redis mg:{x}', content: 'nothing' },
    { where: 'spool', content: Buffer.from(SECRET).toString('base64') },
  ]);
  expect(finds.map(({ where, secret }) => [where, secret])).toEqual([
    ['log', 'password'],
    ['spool', 'password'],
  ]);
  expect(finds.map(({ form }) => form)).toEqual(['url', 'base64+0']);
  expect(JSON.stringify(finds)).not.toContain(SECRET);
});

it('finds nothing where there is nothing, and refuses a secret too short to be searched for', async () => {
  expect(await isFound(randomBytes(100_000))).toBe(false);
  expect(await isFound(SECRET.slice(0, -1))).toBe(false);
  expect(() => createSecretSearch([{ name: 'pin', value: '1234' }])).toThrow(RangeError);
});
