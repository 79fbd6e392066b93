import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createVault, UnsealError } from '../../../src/storage/vault.js';

const [one, two] = [randomBytes(32), randomBytes(32)];
const place = 'mg:{con_1}/tokens';

it('opens what it sealed, in any language', () => {
  const vault = createVault([one]);
  for (const secret of ['', 'geheim', 'Пароль €\u0000', 'x'.repeat(100_000)]) {
    expect(vault.open(vault.seal(secret, place), place)).toBe(secret);
  }
});

it('never seals the same text to the same bytes, and shows none of it', () => {
  const vault = createVault([one]);
  const [a, b] = [vault.seal('a refresh token', place), vault.seal('a refresh token', place)];
  expect(a.equals(b)).toBe(false);
  expect(a.includes('refresh')).toBe(false);
});

it('does not open a value that was copied to another record', () => {
  const vault = createVault([one]);
  expect(() => vault.open(vault.seal('secret', place), 'mg:{con_2}/tokens')).toThrow(UnsealError);
});

it('does not open a value of which any byte was changed', () => {
  const vault = createVault([one]);
  const sealed = vault.seal('secret', place);
  for (let i = 0; i < sealed.length; i++) {
    const altered = Buffer.from(sealed);
    altered[i] = (altered[i] ?? 0) ^ 1;
    expect(() => vault.open(altered, place)).toThrow(UnsealError);
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(() => vault.open(sealed.subarray(0, length), place)).toThrow(UnsealError);
  }
});

it('opens with a former key, seals with the current one, and says what to seal anew', () => {
  const former = createVault([one]).seal('secret', place);
  const rotated = createVault([two, one]);
  expect(rotated.open(former, place)).toBe('secret');
  expect(rotated.isOutdated(former)).toBe(true);
  expect(rotated.isOutdated(rotated.seal('secret', place))).toBe(false);
  expect(() => createVault([two]).open(former, place)).toThrow(UnsealError);
});

it('says nothing of key or content when it does not open', () => {
  const sealed = createVault([one]).seal('hunter2', place);
  expect(() => createVault([two]).open(sealed, place)).toThrow(
    expect.objectContaining({ message: expect.not.stringMatching(/hunter2/) }),
  );
});

it.each([[[]], [[randomBytes(16)]], [[one, randomBytes(31)]]])('refuses keys of another length', (keys) => {
  expect(() => createVault(keys)).toThrow(RangeError);
});
