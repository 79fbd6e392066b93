/** The form of an application: what becomes of its fields in a request, and of what is stored in its fields. */
import { describe, expect, it } from 'vitest';
import type { Application } from '../../../../src/admin/ui/api/client.js';
import {
  draftOf,
  inputOf,
  newDraft,
  patchOf,
  type Surroundings,
} from '../../../../src/admin/ui/screens/applications/application-draft.js';

const TENANT = '11111111-2222-3333-4444-555555555555';
const LOGIN = 'https://login.microsoftonline.com/{tenant}';
const HERE = 'http://localhost:8025/oauth/callback';

const around = {
  callbackUrl: HERE,
  providers: [
    {
      ...{ name: 'exchange-online', title: 'Exchange Online', tenantRequired: true, issuer: `${LOGIN}/v2.0` },
      authUrl: `${LOGIN}/oauth2/v2.0/authorize`,
      accessTokenUrl: `${LOGIN}/oauth2/v2.0/token`,
    },
  ],
} as unknown as Surroundings;

const stored = (clientAuth: Application['clientAuth'], more: Partial<Application> = {}): Application => ({
  ...{ id: 'app_1', version: 3, name: 'Contoso', provider: 'exchange-online', tenant: TENANT, clientId: 'c' },
  issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  authUrl: `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/authorize`,
  accessTokenUrl: `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`,
  ...{ clientAuth, callbackUrl: HERE, problem: null, warnings: [], createdAt: '2026-01-01T00:00:00.000Z' },
  ...more,
});

const secret = { method: 'clientSecret', expiresAt: '2031-01-01' };

it('leaves blank fields of a new one out, and spaces around the others', () => {
  const draft = { ...newDraft(around), name: ' Contoso ', tenant: TENANT, clientId: 'c', clientSecret: 's' };
  expect(inputOf(draft)).toEqual({
    ...{ name: 'Contoso', provider: 'exchange-online', tenant: TENANT, clientId: 'c' },
    clientAuth: { method: 'clientSecret', clientSecret: 's', transport: 'automatic' },
  });
});

it('takes what the preset filled in for nothing that was entered', () => {
  const { issuer, authUrl, accessTokenUrl, callbackUrl } = draftOf(stored(secret), around);
  expect([issuer, authUrl, accessTokenUrl, callbackUrl]).toEqual(['', '', '', '']);
  const own = stored(secret, {
    authUrl: 'https://front.example/auth',
    callbackUrl: 'http://localhost:33333',
  });
  expect(draftOf(own, around)).toMatchObject({
    ...{ authUrl: 'https://front.example/auth', callbackUrl: 'http://localhost:33333' },
  });
});

describe('a patch', () => {
  const before = draftOf(stored({ ...secret, secondSecret: 'kept', secondExpiresAt: '2033-01-01' }), around);

  it('says what was changed alone, and removes with null what was blanked', () => {
    expect(patchOf(before, before)).toEqual({});
    expect(patchOf(before, { ...before, name: 'Other' })).toEqual({ name: 'Other' });
    expect(patchOf({ ...before, authUrl: 'https://a.example' }, before)).toEqual({ authUrl: null });
    expect(patchOf(before, { ...before, expiresAt: '' })).toEqual({
      clientAuth: { method: 'clientSecret', expiresAt: null },
    });
  });

  it('keeps a secret that is left blank, and replaces one that is entered', () => {
    expect(patchOf(before, { ...before, clientSecret: 'new', expiresAt: '2032-02-02' })).toEqual({
      clientAuth: { method: 'clientSecret', clientSecret: 'new', expiresAt: '2032-02-02' },
    });
  });

  it('puts the second secret in the place of the first, or removes it', () => {
    expect(patchOf(before, { ...before, secondAct: 'promote' })).toEqual({
      clientAuth: { method: 'clientSecret', clientSecret: null },
    });
    expect(patchOf(before, { ...before, secondAct: 'remove' })).toEqual({
      clientAuth: { method: 'clientSecret', secondClientSecret: null, secondExpiresAt: null },
    });
  });

  it('sends another method as a whole, and nothing of the one before', () => {
    const after = {
      ...before,
      method: 'certificate',
      fileKind: 'pfx',
      pfx: 'AAAA',
      certificate: 'stale',
    } as const;
    expect(patchOf(before, after)).toEqual({
      clientAuth: { method: 'certificate', pfx: 'AAAA', algorithm: 'PS256' },
    });
    expect(patchOf(before, { ...before, method: 'none' })).toEqual({ clientAuth: { method: 'none' } });
  });
});
