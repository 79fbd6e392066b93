import { beforeEach, describe, expect, it } from 'vitest';
import { createGrants, type RefreshTokenRule } from '../../../src/sandbox/authorization/grants.js';
import { createUsers } from '../../../src/sandbox/users.js';

const alice = createUsers().add('alice@sandbox.example');
let now = 0;
beforeEach(() => {
  now = 1_000_000;
});
const grantsWith = (rule: RefreshTokenRule) =>
  createGrants({ clock: { now: () => now }, rule, rememberSecrets: true });
const refusal = (code: number) => expect.objectContaining({ code });

describe('a code', () => {
  const issue = (grants: ReturnType<typeof grantsWith>) =>
    grants.issueCode({
      user: alice,
      clientId: 'c',
      redirectUri: 'r',
      scope: 's',
      nonce: undefined,
      codeChallenge: undefined,
    });

  it('lives ten minutes', () => {
    const grants = grantsWith('kept');
    const code = issue(grants);
    now += 600_000;
    expect(grants.readCode(code)).toMatchObject({ user: alice });
    now += 1;
    expect(() => grants.readCode(code)).toThrow(refusal(70008));
  });

  it('is good once', () => {
    const grants = grantsWith('kept');
    const code = issue(grants);
    grants.readCode(code).redeemed = true;
    expect(() => grants.readCode(code)).toThrow(refusal(54005));
  });
});

describe('a family of refresh tokens', () => {
  it('lets the newest through under strict rotation, and ends with the first reuse', () => {
    const grants = grantsWith('rotated-strictly');
    const family = grants.startFamily(alice, 'c', 's');
    const [first, second] = [grants.issueRefreshToken(family), grants.issueRefreshToken(family)];
    expect(grants.useRefreshToken(second, 'c')).toBe(family);
    expect(() => grants.useRefreshToken(first, 'c')).toThrow(refusal(70000));
    expect(() => grants.useRefreshToken(second, 'c')).toThrow(refusal(70000));
  });

  it('belongs to one application', () => {
    const grants = grantsWith('kept');
    const token = grants.issueRefreshToken(grants.startFamily(alice, 'c', 's'));
    expect(() => grants.useRefreshToken(token, 'another')).toThrow(refusal(70000));
  });

  it('ends with the account’s revocation, a later one does not', () => {
    const grants = grantsWith('kept');
    const before = grants.issueRefreshToken(grants.startFamily(alice, 'c', 's'));
    grants.revoke(alice, 50173);
    const after = grants.issueRefreshToken(grants.startFamily(alice, 'c', 's'));
    expect(() => grants.useRefreshToken(before, 'c')).toThrow(refusal(50173));
    expect(grants.useRefreshToken(after, 'c').user).toBe(alice);
  });
});

describe('an access token', () => {
  it('is good until its time', () => {
    const grants = grantsWith('kept');
    const token = grants.issueAccessToken({
      user: alice,
      resource: 'outlook',
      permissions: [],
      expiresAt: now + 1000,
    });
    now += 999;
    expect(grants.readAccessToken(token)).toBeDefined();
    now += 1;
    expect(grants.readAccessToken(token)).toBeUndefined();
  });

  it('can be ended early, which its listeners hear', () => {
    const grants = grantsWith('kept');
    const heard: unknown[] = [];
    grants.onExpired((user) => heard.push(user));
    const token = grants.issueAccessToken({
      user: alice,
      resource: 'outlook',
      permissions: [],
      expiresAt: now + 1000,
    });
    grants.expireAccessTokens(alice);
    expect(grants.readAccessToken(token)).toBeUndefined();
    expect(heard).toEqual([alice]);
  });
});
