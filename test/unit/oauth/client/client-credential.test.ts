import { createPublicKey, X509Certificate } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { clientCredentialsGrant, refreshTokenGrant } from 'openid-client';
import { describe, expect, it, vi } from 'vitest';
import type { OAuthClient } from '../../../../src/oauth/client/client.js';
import { requestTokens } from '../../../../src/oauth/client/token-request.js';
import type { ClientAuth } from '../../../../src/setup/model.js';
import { makeClientCertificate } from '../../../servers/client-certificate.js';
import { type Asked, clientsWith, fakeFetch, json, TENANT } from '../fake-server.js';

const ENDPOINT = `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`;
const tokens = () => json({ access_token: 'at', token_type: 'Bearer', expires_in: 60 });
const invalidClient = (code: number) =>
  json(
    { error: 'invalid_client', error_codes: [code], error_description: `AADSTS${code}: no.` },
    { status: 401 },
  );

async function clientOf(
  options: Parameters<typeof clientsWith>[1],
  clientAuth: ClientAuth,
): Promise<OAuthClient> {
  const { clients, application } = clientsWith({ tenant: TENANT, clientAuth }, options);
  return clients.of(application.id);
}

const refresh = (client: OAuthClient, deadlineMs = 1_000) =>
  requestTokens(client, { grant: (c) => refreshTokenGrant(c, 'rt'), secrets: ['rt'], deadlineMs });

describe('a client assertion by certificate', () => {
  const made = makeClientCertificate();
  const settings = (algorithm?: 'PS256' | 'RS256'): ClientAuth => ({
    method: 'certificate',
    ...(algorithm && { algorithm }),
    certificate: made.certificate,
    subject: 'CN=mailgrant',
    thumbprint: made.thumbprint,
    expiresAt: '2030-01-01T00:00:00.000Z',
  });
  const asserted = async (algorithm?: 'PS256' | 'RS256'): Promise<Asked> => {
    const { fetch, asked } = fakeFetch({ '/token': tokens });
    const client = await clientOf({ fetch, secrets: { privateKey: made.privateKey } }, settings(algorithm));
    expect((await refresh(client)).kind).toBe('tokens');
    await refresh(client);
    const [first, second] = asked.map(({ body }) => body.get('client_assertion'));
    expect(first).not.toBe(second);
    return asked[0] as Asked;
  };

  it.each([
    [undefined, 'PS256'],
    ['PS256', 'PS256'],
    ['RS256', 'RS256'],
  ] as const)('(%s) has the shape that Entra documents, signed %s', async (algorithm, alg) => {
    const { body, headers } = await asserted(algorithm);
    const assertion = body.get('client_assertion') ?? '';
    expect(body.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    expect(body.get('client_id')).toBe('client-1');
    expect([body.get('client_secret'), 'authorization' in headers]).toEqual([null, false]);
    expect(decodeProtectedHeader(assertion)).toEqual({ alg, typ: 'JWT', 'x5t#S256': made.thumbprint });
    const key = createPublicKey(
      new X509Certificate(made.certificate).publicKey.export({ type: 'spki', format: 'pem' }),
    );
    const { payload } = await jwtVerify(assertion, key);
    expect(payload).toMatchObject({ iss: 'client-1', sub: 'client-1', aud: ENDPOINT });
    expect(payload.jti).toMatch(/^\S{16,}$/);
    const now = Date.now() / 1_000;
    const { nbf = 0, exp = 0 } = payload;
    expect(nbf).toBeLessThan(now);
    expect(exp - nbf).toBeGreaterThanOrEqual(300);
    expect(exp - nbf).toBeLessThanOrEqual(600);
    expect(exp - now).toBeGreaterThan(300);
  });
});

describe('a client assertion', () => {
  const made = makeClientCertificate();
  const certificate: ClientAuth = {
    method: 'certificate',
    certificate: made.certificate,
    subject: 'CN=mailgrant',
    thumbprint: made.thumbprint,
    expiresAt: '2030-01-01T00:00:00.000Z',
  };
  const settings = {
    provider: 'custom',
    issuer: 'https://elsewhere.example',
    authUrl: 'https://id.example/authorize',
    accessTokenUrl: 'https://id.example/token',
  } as const;
  const { fetch } = fakeFetch({
    '/.well-known/openid-configuration': () =>
      json({
        issuer: 'https://elsewhere.example',
        device_authorization_endpoint: 'https://elsewhere.example/device',
        revocation_endpoint: 'https://id.example/revoke',
      }),
  });
  const endpoints = async (clientAuth: ClientAuth) => {
    const secrets = { privateKey: made.privateKey, clientSecret: 'secret' };
    const { clients, application } = clientsWith({ ...settings, clientAuth }, { fetch, secrets });
    const client = await clients.of(application.id);
    return Promise.all(
      (['device_authorization_endpoint', 'revocation_endpoint'] as const).map((name) =>
        clients.endpoint(client, name),
      ),
    );
  };

  it('goes only to the server that it is for: whoever got it elsewhere could use it there', async () => {
    for (const clientAuth of [certificate, { method: 'federatedCredential', source: 'file' } as const])
      expect(await endpoints(clientAuth)).toEqual([undefined, 'https://id.example/revoke']);
  });

  it('is what binds: a client that signs nothing goes where its issuer says', async () => {
    expect(await endpoints({ method: 'clientSecret' })).toEqual([
      'https://elsewhere.example/device',
      'https://id.example/revoke',
    ]);
  });
});

describe('a client assertion while our clock is off', () => {
  const made = makeClientCertificate();
  const certificate: ClientAuth = {
    method: 'certificate',
    certificate: made.certificate,
    subject: 'CN=mailgrant',
    thumbprint: made.thumbprint,
    expiresAt: '2030-01-01T00:00:00.000Z',
  };
  const HOUR_MS = 3_600_000;
  /** A server whose clock says so, and which minds. */
  const serverAt = (aheadMs: number) => {
    const date = new Date(Date.now() + aheadMs).toUTCString();
    const headers = { 'content-type': 'application/json', date };
    const server = fakeFetch({
      '/token': () => {
        const { nbf = 0, exp = 0 } = decodeJwt(server.asked.at(-1)?.body.get('client_assertion') ?? '');
        const now = (Date.now() + aheadMs) / 1_000;
        return nbf <= now && now < exp
          ? json({ access_token: 'at', token_type: 'Bearer', expires_in: 60 }, { headers })
          : json({ error: 'invalid_client', error_codes: [700024] }, { status: 401, headers });
      },
    });
    return server;
  };

  it.each([HOUR_MS, -HOUR_MS])('by %d ms is made once more by the clock of the server', async (aheadMs) => {
    const { fetch, asked } = serverAt(aheadMs);
    const client = await clientOf({ fetch, secrets: { privateKey: made.privateKey } }, certificate);
    expect((await refresh(client)).kind).toBe('tokens');
    expect(asked).toHaveLength(2);
  });

  it('is not made again where the clocks agree, nor more than once', async () => {
    const date = new Date(Date.now() + HOUR_MS).toUTCString();
    for (const [headers, times] of [
      [{ 'content-type': 'application/json' }, 1],
      [{ 'content-type': 'application/json', date }, 2],
    ] as const) {
      const { fetch, asked } = fakeFetch({
        '/token': () => json({ error: 'invalid_client', error_codes: [700027] }, { status: 401, headers }),
      });
      const client = await clientOf({ fetch, secrets: { privateKey: made.privateKey } }, certificate);
      expect((await refresh(client)).kind).toBe('failure');
      expect(asked).toHaveLength(times);
    }
  });
});

describe('two client secrets', () => {
  const secrets = { clientSecret: 'the first', secondClientSecret: 'the second' };
  const sent = (asked: readonly Asked[]): (string | null)[] =>
    asked.map(({ body }) => body.get('client_secret'));
  const taking = (...good: string[]) => {
    const accepted = new Set(good);
    const { fetch, asked } = fakeFetch({
      '/token': () => (accepted.has(sent(asked).at(-1) ?? '') ? tokens() : invalidClient(7000215)),
    });
    return { fetch, asked, accepted };
  };

  it('go in the order in which they work, and change it back', async () => {
    const { fetch, asked, accepted } = taking('the first');
    const client = await clientOf({ fetch, secrets }, { method: 'clientSecret' });
    await refresh(client);
    accepted.delete('the first');
    accepted.add('the second');
    await refresh(client);
    await refresh(client);
    accepted.delete('the second');
    accepted.add('the first');
    await refresh(client);
    await refresh(client);
    expect(sent(asked)).toEqual([
      'the first',
      ...['the first', 'the second'],
      'the second',
      ...['the second', 'the first'],
      'the first',
    ]);
  });

  it('are both tried for client credentials too', async () => {
    const { fetch, asked } = taking('the second');
    const client = await clientOf({ fetch, secrets }, { method: 'clientSecret' });
    const outcome = await requestTokens(client, {
      grant: (c) => clientCredentialsGrant(c, { scope: 'https://outlook.office365.com/.default' }),
      secrets: [],
      deadlineMs: 1_000,
    });
    expect(outcome.kind).toBe('tokens');
    expect(sent(asked)).toEqual(['the first', 'the second']);
  });

  it('are not both tried for what another secret cannot mend', async () => {
    for (const body of [
      { error: 'invalid_grant', error_codes: [700082] },
      { error: 'unauthorized_client', error_codes: [700016] },
      { error: 'temporarily_unavailable' },
    ]) {
      const { fetch, asked } = fakeFetch({ '/token': () => json(body, { status: 400 }) });
      const client = await clientOf({ fetch, secrets }, { method: 'clientSecret' });
      expect(await refresh(client)).toMatchObject({
        kind: 'failure',
        failure: { facts: body.error ? { error: body.error } : {} },
      });
      expect(asked).toHaveLength(1);
    }
  });

  it('leave what the second is told of the grant to be believed', async () => {
    let request = 0;
    const { fetch } = fakeFetch({
      '/token': () => {
        request += 1;
        return request === 1
          ? invalidClient(7000222)
          : json({ error: 'invalid_grant', error_codes: [50173] }, { status: 400 });
      },
    });
    const client = await clientOf({ fetch, secrets }, { method: 'clientSecret' });
    expect(await refresh(client)).toMatchObject({
      kind: 'failure',
      failure: { facts: { errorCodes: [50173] } },
    });
    expect(client.credentials()[0].which).toBe('second');
  });

  it('say nothing of the application when no time is left for the other one', async () => {
    let now = performance.now();
    const { fetch, asked } = fakeFetch({
      '/token': () => {
        now += 2_000;
        return invalidClient(7000215);
      },
    });
    const client = await clientOf({ fetch, secrets }, { method: 'clientSecret' });
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    const outcome = await refresh(client, 1_000).finally(() => clock.mockRestore());
    expect(outcome).toMatchObject({ kind: 'failure', failure: { facts: {} }, mayHaveActed: false });
    expect(asked).toHaveLength(1);
  });
});

it.each<[ClientAuth, 'body' | 'basic']>([
  [{ method: 'clientSecret', transport: 'body' }, 'body'],
  [{ method: 'clientSecret', transport: 'basic' }, 'basic'],
  [{ method: 'clientSecret', transport: 'automatic' }, 'body'],
])('carries the secret as the settings say: %o', async (clientAuth, where) => {
  const { fetch, asked } = fakeFetch({ '/token': tokens });
  await refresh(await clientOf({ fetch, secret: 's3: ü' }, clientAuth));
  const { headers, body } = asked[0] as Asked;
  const encoded = /^Basic (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  // RFC 6749 §2.3.1: form-urlencoded before base64.
  const basic = Buffer.from(encoded, 'base64')
    .toString()
    .split(':')
    .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
  expect([body.get('client_secret'), basic]).toEqual(
    where === 'body' ? ['s3: ü', ['']] : [null, ['client-1', 's3: ü']],
  );
});

it('sends nothing for an application that is a managed identity, and says what is meant instead', async () => {
  const { fetch, asked } = fakeFetch({ '/token': tokens });
  const client = await clientOf({ fetch }, { method: 'managedIdentity' });
  await expect(refresh(client)).rejects.toMatchObject({
    problem: { code: 'managed-identity-signs-nobody-in' },
  });
  expect(asked).toEqual([]);
});
