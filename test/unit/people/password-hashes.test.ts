import { describe, expect, it } from 'vitest';
import { type Argon2, createPasswordHashes } from '../../../src/people/password-hashes.js';

/** An Argon2 that ends when it is told to, and writes down what it was asked. */
function heldArgon2() {
  const asked: string[] = [];
  const ends: (() => void)[] = [];
  const argon2: Argon2 = {
    hash: async (password) => `hash of ${password}`,
    async verify(stored) {
      asked.push(stored);
      await new Promise<void>((resolve) => ends.push(resolve));
      return true;
    },
  };
  return { argon2, asked, ends };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('password hashes', () => {
  it('are Argon2id with 19 MiB, two passes and one lane, salted', async () => {
    const hashes = createPasswordHashes();
    const [one, two] = [await hashes.make('gondola in the fog'), await hashes.make('gondola in the fog')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await hashes.verify(one, 'gondola in the fog')).toBe(true);
    expect(await hashes.verify(one, 'gondola in the fox')).toBe(false);
    expect(hashes.isOutdated(one)).toBe(false);
    expect(hashes.isOutdated('$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$aGFzaA')).toBe(true);
  });

  it('are the same for the same letters, however a keyboard makes them', async () => {
    const hashes = createPasswordHashes();
    expect(
      await hashes.verify(await hashes.make('e\u0301clair for breakfast'), '\u00e9clair for breakfast'),
    ).toBe(true);
  });

  it('of nobody are verified as well, and never right', async () => {
    const { argon2, asked, ends } = heldArgon2();
    const hashes = createPasswordHashes({ argon2 });
    const answer = hashes.verify(undefined, 'whatever it is');
    await settled();
    expect(asked).toEqual(['hash of nobody has this password']);
    ends[0]?.();
    expect(await answer).toBe(false);
  });

  it('are worked on a few at once, some wait, and the rest is refused: a flood takes bounded memory', async () => {
    const { argon2, asked, ends } = heldArgon2();
    const hashes = createPasswordHashes({ argon2, mostAtOnce: 2, mostWaiting: 3 });
    const answers = Array.from({ length: 8 }, () => hashes.verify('stored', 'x').catch((error) => error));
    await settled();
    expect(asked).toHaveLength(2);
    for (const refused of await Promise.all(answers.slice(5)))
      expect(refused).toMatchObject({ problem: { code: 'sign-ins-busy' } });
    for (let done = 0; done < 5; done += 1) {
      expect(asked.length).toBeLessThanOrEqual(done + 2);
      ends[done]?.();
      await settled();
    }
    expect(await Promise.all(answers.slice(0, 5))).toEqual([true, true, true, true, true]);
    const later = hashes.verify('stored', 'x');
    await settled();
    ends[5]?.();
    expect(await later).toBe(true);
  });
});
