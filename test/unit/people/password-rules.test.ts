import { describe, expect, it } from 'vitest';
import { refuseWeakPassword, weaknessOf } from '../../../src/people/password-rules.js';

describe('a password', () => {
  it.each([
    'short one',
    'elevenchars',
    'password1234',
    'Password1234!',
    'P@ssw0rd1234',
    'passwordpassword',
    'welcome2026!!',
    'Summer2026!!!',
    'administrator1',
    'mailgrant-2026',
    'Mailgrant123456',
    'qwertyuiop[]12',
    'asdfghjkl1234',
    'abcdefghijklmn',
    'zyxwvutsrqpo',
    '123456789012',
    '098765432109',
    'aaaaaaaaaaaaaa',
    'abababababab',
    'tea-tea-tea-tea-',
    '1qaz2wsx3edc4rfv',
    'iloveyou12345',
    'correcthorsebatterystaple',
    'lovelace1815',
    'Ada.Lovelace.99',
    'trustno1trustno1',
  ])('%s is refused', (password) => {
    expect(weaknessOf(password, 'ada.lovelace@contoso.example')).toBeDefined();
  });

  it.each([
    'correct horse battery',
    'vier Wörter ohne Sinn',
    'kX9#2!7$5%81',
    'Tz7pQw9xLm2v',
    'purple-admin-Tz7pQw9x',
    '冬の朝に窓を開けると雪だった',
    'Travelling light, xxx',
  ])('%s is taken', (password) => {
    expect(weaknessOf(password, 'ada.lovelace@contoso.example')).toBeUndefined();
  });

  it('is counted in characters, whichever way they are written', () => {
    expect(weaknessOf('😀😁😂🤣😃😄', 'ada')).toMatch(/fewer than 12/);
    expect(weaknessOf('e\u0301a\u0300o\u0302u\u0308n\u0303i', 'ada')).toMatch(/fewer than 12/);
    expect(weaknessOf('tree stump lamp '.repeat(80), 'ada')).toMatch(/more than 1024/);
  });

  it('is not saved by a name that takes a well-known word apart', () => {
    expect(weaknessOf('administrator1', 'admin')).toBeDefined();
    expect(weaknessOf('superman12345', 'per')).toBeDefined();
  });

  it('of a short name is not refused for holding its letters', () => {
    expect(weaknessOf('gondola in the fog', 'al')).toBeUndefined();
  });

  it('is refused with what is wrong, beside its field, and never with itself', () => {
    const refused = (() => {
      try {
        refuseWeakPassword('Password1234!', { name: 'ada' });
      } catch (error) {
        return error as { problem: { code: string; detail: string; fields: object[] } };
      }
      return undefined;
    })();
    expect(refused?.problem.code).toBe('password-too-weak');
    expect(refused?.problem.fields).toEqual([
      { path: '/password', message: expect.stringContaining('well-known') },
    ]);
    expect(JSON.stringify(refused?.problem)).not.toContain('1234');
  });
});
