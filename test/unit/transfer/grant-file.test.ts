import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type GrantFile, openedFile, sealedFile } from '../../../src/transfer/grant-file.js';
import { KDF, kdfFault } from '../../../src/transfer/passphrase-key.js';

// Each opening is made to cost something, and other tests run beside this one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSPHRASE = 'a passphrase for the journey';
const CONTENT = { user: 'ada@contoso.example', refreshToken: 'refresh-token-0123456789' };

let file: GrantFile;
let text: string;
beforeAll(async () => {
  file = await sealedFile(CONTENT, PASSPHRASE);
  text = JSON.stringify(file);
});

const codeOf = (given: unknown, passphrase = PASSPHRASE): Promise<string> =>
  openedFile(given, passphrase).then(
    () => 'opened',
    (error) => error.problem?.code ?? String(error),
  );

/** As somebody would who alters a file on purpose. */
function withChecksum(altered: GrantFile): GrantFile {
  const { format, version, createdAt, kdf, cipher, content } = altered;
  const head = [
    format,
    version,
    createdAt,
    kdf.name,
    kdf.N,
    kdf.r,
    kdf.p,
    kdf.salt,
    cipher.name,
    cipher.nonce,
  ];
  const whole = JSON.stringify([JSON.stringify(head), cipher.tag, content]);
  return { ...altered, checksum: createHash('sha256').update(whole).digest('base64url') };
}

it('opens with its passphrase, whichever way its letters are composed, and with no other', async () => {
  expect(await openedFile(JSON.parse(text), PASSPHRASE)).toEqual(CONTENT);
  expect(await codeOf(file, `${PASSPHRASE} `)).toBe('transfer-passphrase-wrong');
  const composed = await sealedFile(CONTENT, 'gr\u00fc\u00dfe aus k\u00f6ln');
  expect(await openedFile(composed, 'gru\u0308\u00dfe aus ko\u0308ln')).toEqual(CONTENT);
});

it('shows nothing of its content, and is never the same twice', async () => {
  expect(text).not.toMatch(/ada@|refresh-token/);
  expect(Buffer.from(file.content, 'base64url').includes('refresh')).toBe(false);
  const again = await sealedFile(CONTENT, PASSPHRASE);
  expect(again.content).not.toBe(file.content);
  expect(again.kdf.salt).not.toBe(file.kdf.salt);
  expect(again.cipher.nonce).not.toBe(file.cipher.nonce);
});

it('is refused when any byte of it was changed, whatever it was changed to', async () => {
  const bytes = Buffer.from(text);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ mask;
      let given: unknown;
      try {
        given = JSON.parse(altered.toString('utf8'));
      } catch {
        return;
      }
      expect(await codeOf(given)).toMatch(/^transfer-/);
    }),
    { numRuns: 3_000 },
  );
});

it('is refused when it was altered on purpose, with a checksum that fits', async () => {
  const flipped = (value: string): string => `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`;
  const alterations: GrantFile[] = [
    { ...file, createdAt: '2020-01-01T00:00:00.000Z' },
    { ...file, content: flipped(file.content) },
    { ...file, kdf: { ...file.kdf, N: file.kdf.N / 2 } },
    { ...file, kdf: { ...file.kdf, salt: flipped(file.kdf.salt) } },
    { ...file, cipher: { ...file.cipher, nonce: flipped(file.cipher.nonce) } },
    { ...file, cipher: { ...file.cipher, tag: flipped(file.cipher.tag) } },
  ];
  for (const altered of alterations)
    expect(await codeOf(withChecksum(altered)), JSON.stringify(altered)).toBe('transfer-passphrase-wrong');
});

describe('what is no export', () => {
  it.each([
    ['nothing', null, 'transfer-file-foreign'],
    ['a text', 'text', 'transfer-file-foreign'],
    ['another format', { format: 'mailgrant-setup', version: 1 }, 'transfer-file-foreign'],
    ['a newer version', { format: 'mailgrant-grant', version: 2 }, 'transfer-file-newer'],
    ['half a file', { format: 'mailgrant-grant', version: 1 }, 'transfer-file-damaged'],
  ])('%s', async (_what, given, code) => {
    expect(await codeOf(given)).toBe(code);
  });

  it('a file with a member more', async () => {
    expect(await codeOf({ ...file, more: 1 })).toBe('transfer-file-damaged');
  });

  it('arbitrary JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (given) => {
        expect(await codeOf(given)).toMatch(/^transfer-/);
      }),
    );
  });
});

describe('the work that a file asks for', () => {
  it('is that of an export, or near it', () => {
    expect(kdfFault({ ...KDF, salt: 'A'.repeat(22) })).toBeUndefined();
  });

  it.each([
    { N: 2 ** 25 },
    { N: 2 ** 10 },
    { N: 100_000 },
    { N: -1 },
    { r: 64 },
    { p: 100 },
    { p: 0 },
    { salt: 'AAAA' },
    { salt: 'A'.repeat(100) },
  ])('is refused before it is done: %j', async (over) => {
    const altered = withChecksum({ ...file, kdf: { ...file.kdf, ...over } });
    // Were it done, the passphrase would be what is refused.
    expect(await codeOf(altered)).toBe('transfer-file-damaged');
  });
});
