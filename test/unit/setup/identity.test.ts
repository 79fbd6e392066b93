import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../src/contract/problem.js';
import { checkIdentity, type IdentityQuestion } from '../../../src/setup/identity.js';

const TENANT = '11111111-2222-3333-4444-555555555555';
const OTHER_TENANT = '99999999-2222-3333-4444-555555555555';

const entra = {
  iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  sub: 'pairwise',
  tid: TENANT,
  oid: 'aaaaaaaa-0000-0000-0000-000000000001',
  preferred_username: 'ada@contoso.example',
};

const question = (over: Partial<IdentityQuestion> = {}): IdentityQuestion => ({
  claims: entra,
  expectedUser: 'ada@contoso.example',
  expectedTenant: TENANT,
  multiTenantNames: ['common', 'organizations', 'consumers'],
  trustEmailClaim: 'single-tenant-or-verified',
  ...over,
});

function refusal(over: Partial<IdentityQuestion>) {
  try {
    checkIdentity(question(over));
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('was not refused');
}

describe('the identity rule', () => {
  it('gives the signed-in user, the SASL user and the account', () => {
    expect(checkIdentity(question())).toEqual({
      authenticatedUser: 'ada@contoso.example',
      saslUser: 'ada@contoso.example',
      account: { tenant: TENANT, subject: entra.oid },
    });
  });

  it('compares without ASCII case and by A-labels', () => {
    const claims = { ...entra, preferred_username: 'Ada@BÜCHER.example' };
    const proved = checkIdentity(question({ claims, expectedUser: 'ada@xn--bcher-kva.example' }));
    expect(proved.saslUser).toBe('Ada@BÜCHER.example');
  });

  it('refuses a server that gives no claims, no name or no account', () => {
    expect(refusal({ claims: undefined }).code).toBe('identity-unprovable');
    expect(refusal({ claims: { iss: 'https://a.example', sub: '1' } }).code).toBe('identity-unprovable');
    expect(refusal({ claims: { preferred_username: 'ada@contoso.example', tid: TENANT } }).code).toBe(
      'identity-unprovable',
    );
    expect(refusal({ claims: { ...entra, preferred_username: ['ada@contoso.example'] } }).code).toBe(
      'identity-unprovable',
    );
  });

  it('names both addresses when another user signed in', () => {
    const found = refusal({ claims: { ...entra, preferred_username: 'eve@contoso.example' } });
    expect(found.code).toBe('wrong-user');
    expect(found.detail).toContain('ada@contoso.example');
    expect(found.detail).toContain('eve@contoso.example');
  });

  it.each([
    ['аda@contoso.example', 'a Cyrillic look-alike'],
    ['ada@contoso.example\n', 'a line break'],
    ['ada@contoso.example.evil.example', 'a longer domain'],
    ['Ada <ada@contoso.example>', 'a display name'],
    ['ada', 'no domain'],
  ])('takes %j (%s) for somebody else', (name) => {
    expect(refusal({ claims: { ...entra, preferred_username: name } }).code).toBe('wrong-user');
  });

  it('refuses the right name in another tenant, naming both tenants', () => {
    const found = refusal({ claims: { ...entra, tid: OTHER_TENANT } });
    expect(found.code).toBe('wrong-tenant');
    expect(found.detail).toContain(TENANT);
    expect(found.detail).toContain(OTHER_TENANT);
    const stranger = { ...entra, tid: OTHER_TENANT, preferred_username: 'eve@contoso.example' };
    expect(refusal({ claims: stranger }).code).toBe('wrong-user');
    const { tid: _, ...without } = entra;
    expect(refusal({ claims: without }).code).toBe('wrong-tenant');
  });

  it('compares no tenant where the application names many or none', () => {
    for (const expectedTenant of ['common', 'ORGANIZATIONS', undefined]) {
      expect(
        checkIdentity(question({ claims: { ...entra, tid: OTHER_TENANT }, expectedTenant })),
      ).toBeTruthy();
    }
    expect(checkIdentity(question({ claims: { ...entra, tid: TENANT.toUpperCase() } })).account.subject).toBe(
      entra.oid,
    );
  });

  describe('the e-mail claim', () => {
    const alias = {
      ...entra,
      preferred_username: 'ada@contoso.onmicrosoft.example',
      email: 'ada@contoso.example',
    };

    it('counts where one tenant vouches for it; SMTP still signs in with the UPN', () => {
      expect(checkIdentity(question({ claims: alias }))).toMatchObject({
        authenticatedUser: 'ada@contoso.onmicrosoft.example',
        saslUser: 'ada@contoso.onmicrosoft.example',
      });
    });

    it('does not count with many tenants, unless the domain owner verified it', () => {
      expect(refusal({ claims: alias, expectedTenant: 'common' }).code).toBe('wrong-user');
      for (const xms_edov of [true, 'true', 1, '1']) {
        const claims = { ...alias, xms_edov };
        expect(checkIdentity(question({ claims, expectedTenant: 'common' }))).toBeTruthy();
      }
      for (const xms_edov of [false, 'false', 0, '0', {}]) {
        expect(refusal({ claims: { ...alias, xms_edov }, expectedTenant: 'common' }).code).toBe('wrong-user');
      }
    });

    it('never counts when it came from another tenant than the one named', () => {
      expect(refusal({ claims: { ...alias, tid: OTHER_TENANT } }).code).toBe('wrong-tenant');
    });

    it('counts with "verified" only when the server says it is', () => {
      const google = { iss: 'https://accounts.google.com', sub: '42', email: 'ada@contoso.example' };
      const ask = (claims: Record<string, unknown>) => ({
        claims,
        expectedTenant: undefined,
        multiTenantNames: [],
        trustEmailClaim: 'verified' as const,
      });
      expect(checkIdentity(question(ask({ ...google, email_verified: true })))).toEqual({
        authenticatedUser: 'ada@contoso.example',
        saslUser: 'ada@contoso.example',
        account: { tenant: 'https://accounts.google.com', subject: '42' },
      });
      expect(refusal(ask({ ...google, email_verified: false })).code).toBe('identity-unprovable');
      expect(refusal(ask(google)).code).toBe('identity-unprovable');
      expect(refusal({ ...ask({ ...google, email_verified: true }), trustEmailClaim: 'never' }).code).toBe(
        'identity-unprovable',
      );
    });

    it('signs in by User where the user name is no address', () => {
      const claims = {
        iss: 'https://a.example',
        sub: '1',
        preferred_username: 'ada',
        email: 'ada@contoso.example',
        email_verified: true,
      };
      expect(
        checkIdentity(question({ claims, expectedTenant: undefined, trustEmailClaim: 'verified' })).saslUser,
      ).toBe('ada@contoso.example');
    });
  });

  it('refuses another account that got the same name, and takes the same one', () => {
    const previousAccount = { tenant: TENANT.toUpperCase(), subject: entra.oid };
    expect(checkIdentity(question({ previousAccount })).account.subject).toBe(entra.oid);
    expect(refusal({ previousAccount: { tenant: TENANT, subject: 'another' } }).code).toBe('account-changed');
    expect(refusal({ previousAccount: { tenant: OTHER_TENANT, subject: entra.oid } }).code).toBe(
      'account-changed',
    );
  });
});
