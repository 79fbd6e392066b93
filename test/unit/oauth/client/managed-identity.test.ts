import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../../../config/providers.js';
import {
  createManagedIdentityToken,
  type IdentityRequest,
} from '../../../../src/oauth/client/managed-identity.js';
import type { InstanceAnswer } from '../../../../src/outgoing/instance-metadata.js';
import { problemOf } from '../../../flows/problem-of.js';

const HOST = '169.254.169.254';
const HEADER = 'the-header-of-app-service';
const RESOURCE = 'https://outlook.office365.com';

function identity(answer: () => Partial<InstanceAnswer> | Promise<never>) {
  let now = Date.UTC(2026, 10, 21);
  const asked: IdentityRequest[] = [];
  const managedIdentityToken = createManagedIdentityToken({
    providers: PROVIDERS,
    clock: { now: () => now },
    metadata: {
      host: HOST,
      secrets: [HEADER],
      async token(query) {
        asked.push(query);
        return { status: 200, headers: new Headers(), body: '', ...(await answer()) };
      },
    },
  });
  return { managedIdentityToken, asked, now: () => now, wait: (ms: number) => (now += ms) };
}
const imds = (token = 'at', seconds = 86_400) => ({
  body: JSON.stringify({ access_token: token, expires_in: String(seconds), token_type: 'Bearer' }),
});

describe('a token of the managed identity', () => {
  it('comes with its lifetime as IMDS says it, and as App Service says it', async () => {
    const { managedIdentityToken } = identity(() => imds('of imds', 3_600));
    expect(await managedIdentityToken({ resource: RESOURCE })).toEqual({
      accessToken: 'of imds',
      expiresInSeconds: 3_600,
    });
    const of = identity(() => ({
      body: JSON.stringify({ access_token: 'of app service', expires_on: String(of.now() / 1_000 + 7_200) }),
    }));
    expect(await of.managedIdentityToken({ resource: RESOURCE })).toEqual({
      accessToken: 'of app service',
      expiresInSeconds: 7_200,
    });
  });

  it('is shared by all who ask at once and for five minutes, by resource and identity', async () => {
    const { managedIdentityToken, asked, wait } = identity(() => imds());
    await Promise.all(Array.from({ length: 50 }, () => managedIdentityToken({ resource: RESOURCE })));
    wait(4 * 60_000);
    expect((await managedIdentityToken({ resource: RESOURCE })).expiresInSeconds).toBe(86_400 - 240);
    expect(asked).toHaveLength(1);
    await managedIdentityToken({ resource: RESOURCE, clientId: 'c-1' });
    await managedIdentityToken({ resource: 'api://AzureADTokenExchange' });
    expect(asked).toHaveLength(3);
    wait(2 * 60_000);
    await managedIdentityToken({ resource: RESOURCE });
    expect(asked).toHaveLength(4);
  });

  it('is asked for anew while it is about to end, and after a failure', async () => {
    const answers = [imds('a', 600), { status: 500 }, imds('b', 600)];
    const { managedIdentityToken, asked } = identity(() => answers.shift() ?? imds('c', 600));
    expect((await managedIdentityToken({ resource: RESOURCE })).accessToken).toBe('a');
    await problemOf(managedIdentityToken({ resource: RESOURCE }));
    expect((await managedIdentityToken({ resource: RESOURCE })).accessToken).toBe('b');
    expect(asked).toHaveLength(3);
  });
});

it.each([
  'https://management.azure.com',
  'https://vault.azure.net',
  'https://graph.microsoft.com',
  'https://outlook.office365.com.evil.example',
  'https://outlook.office365.com/../x',
  'api://somebody',
  '',
])('a token of the machine for %j is not asked for, whoever enters it', async (resource) => {
  const { managedIdentityToken, asked } = identity(() => imds());
  const problem = await problemOf(managedIdentityToken({ resource }));
  expect(problem).toMatchObject({ code: 'managed-identity-for-mail-only', verdict: 'hold' });
  expect(asked).toEqual([]);
});

it.each([
  'https://outlook.office365.com',
  'https://outlook.office365.com/',
  'https://outlook.office.com',
  'https://outlook.office365.us',
  'https://partner.outlook.cn',
  'api://AzureADTokenExchange',
  'api://AzureADTokenExchangeUSGov',
])('a token of the machine for %s is asked for', async (resource) => {
  const { managedIdentityToken, asked } = identity(() => imds());
  await managedIdentityToken({ resource });
  expect(asked).toHaveLength(1);
});

describe('the identity endpoint', () => {
  it('that cannot be reached says that this is not Azure', async () => {
    const cause = Object.assign(new Error('connect EHOSTUNREACH 169.254.169.254:80'), {
      code: 'EHOSTUNREACH',
    });
    const { managedIdentityToken } = identity(() => Promise.reject(cause));
    const problem = await problemOf(managedIdentityToken({ resource: RESOURCE }));
    expect(problem).toMatchObject({
      code: 'identity-endpoint-unreachable',
      owner: 'service-admin',
      verdict: 'retry',
      reach: 'connection',
    });
    expect(problem.detail).toContain('EHOSTUNREACH');
    expect(problem.next).toContain('Azure');
  });

  it.each([404, 410, 429, 500, 503])('that answers %i is asked again when it says', async (status) => {
    const { managedIdentityToken, now } = identity(() => ({
      status,
      headers: new Headers({ 'retry-after': '7' }),
      body: '{"error":"busy"}',
    }));
    const problem = await problemOf(managedIdentityToken({ resource: RESOURCE }));
    expect(problem).toMatchObject({
      code: 'identity-endpoint-unavailable',
      verdict: 'retry',
      retryAt: now() + 7_000,
    });
  });

  it.each([
    ['IMDS', '{"error":"invalid_request","error_description":"Identity not found"}'],
    [
      'App Service',
      '{"statusCode":400,"message":"No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."}',
    ],
  ])('of %s that knows no such identity says which', async (_, body) => {
    const { managedIdentityToken } = identity(() => ({ status: 400, body }));
    const assigned = await problemOf(managedIdentityToken({ resource: RESOURCE, clientId: 'c-1' }));
    expect(assigned).toMatchObject({
      code: 'managed-identity-not-found',
      verdict: 'hold',
      reach: 'application',
    });
    expect(assigned.detail).toContain('user-assigned identity with the Client ID c-1');
    const system = await problemOf(managedIdentityToken({ resource: RESOURCE }));
    expect(system.detail).toContain('system-assigned identity');
  });

  it('that refuses the resource is quoted, without what it was shown', async () => {
    const words = `AADSTS500011: no resource ${RESOURCE}; header ${HEADER}`;
    const { managedIdentityToken } = identity(() => ({
      status: 400,
      body: JSON.stringify({ error: 'invalid_resource', error_description: words }),
    }));
    const problem = await problemOf(managedIdentityToken({ resource: RESOURCE }));
    expect(problem).toMatchObject({
      code: 'managed-identity-refused',
      foreign: { error: 'invalid_resource' },
    });
    expect(problem.serverWords).toContain('AADSTS500011');
    expect(JSON.stringify(problem)).not.toContain(HEADER);
  });
});
