import { refreshTokenGrant } from 'openid-client';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../../../config/providers.js';
import { ProblemError } from '../../../../src/contract/problem.js';
import { createOAuthClients } from '../../../../src/oauth/client/client.js';
import { requestTokens } from '../../../../src/oauth/client/token-request.js';
import type { Application } from '../../../../src/setup/model.js';
import { clientsWith, fakeFetch, idToken, json, TENANT } from '../fake-server.js';

const codeOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'nothing was refused',
    (error) => (error instanceof ProblemError ? error.problem.code : String(error)),
  );

describe('the client of an application', () => {
  it('needs no discovery with a preset and a tenant id', async () => {
    const { fetch, asked } = fakeFetch({});
    const { clients, application } = clientsWith({ tenant: TENANT }, { fetch });
    const { server } = await clients.of(application.id);
    expect(server).toMatchObject({
      tenant: TENANT,
      metadata: {
        issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
        token_endpoint: `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`,
      },
    });
    expect(asked).toEqual([]);
  });

  it('learns the id of a tenant given as a domain by discovery, once', async () => {
    const issuer = `https://login.microsoftonline.com/${TENANT}/v2.0`;
    const { fetch, asked } = fakeFetch({
      '/contoso.example/v2.0/.well-known/openid-configuration': () => json({ issuer }),
    });
    const { clients, application } = clientsWith({ tenant: 'contoso.example' }, { fetch });
    expect((await clients.of(application.id)).server).toMatchObject({ tenant: TENANT, metadata: { issuer } });
    await clients.of(application.id, { fresh: true });
    expect(asked).toHaveLength(1);
  });

  it('discovers a custom issuer, and refuses one that calls itself another', async () => {
    const endpoints = {
      authorization_endpoint: 'https://id.example/a',
      token_endpoint: 'https://id.example/t',
    };
    const well = fakeFetch({
      '/.well-known/openid-configuration': () => json({ issuer: 'https://id.example', ...endpoints }),
    });
    const settings = { provider: 'custom', issuer: 'https://id.example' } as const;
    const good = clientsWith(settings, well);
    expect((await good.clients.of(good.application.id)).server.metadata.token_endpoint).toBe(
      'https://id.example/t',
    );
    const evil = fakeFetch({
      '/.well-known/openid-configuration': () => json({ issuer: 'https://evil.example', ...endpoints }),
    });
    const bad = clientsWith(settings, evil);
    expect(await codeOf(bad.clients.of(bad.application.id))).toBe('issuer-unreachable');
  });

  it('never joins a secret with the server of before: both may be changed between two reads', async () => {
    const { fetch } = fakeFetch({});
    const { application } = clientsWith({ tenant: TENANT }, { fetch, secret: 'of before' });
    const of = (version: number): Application => ({
      ...application,
      version,
      settings: { ...application.settings, accessTokenUrl: `https://server-${version}.example/token` },
    });
    let version = 1;
    const clients = createOAuthClients({
      applications: {
        read: async () => of(version),
        // Somebody moves the application between the two reads, and enters the secret of the new server.
        secrets: async () => {
          version = 2;
          return { clientSecret: 'secret of server-2' };
        },
        setSecretInUse: async () => {},
      },
      federated: { managedIdentityToken: () => Promise.reject(new Error('none')) },
      providers: PROVIDERS,
      fetch,
      callbackUrl: 'http://localhost:8025/oauth/callback',
    });
    const client = await clients.of(application.id);
    expect(client.secrets).toEqual(['secret of server-2']);
    expect(client.server.metadata.token_endpoint).toBe('https://server-2.example/token');
  });

  it('asks again after a discovery that failed', async () => {
    let isUp = false;
    const { fetch } = fakeFetch({
      '/.well-known/openid-configuration': () =>
        isUp
          ? json({
              issuer: 'https://id.example',
              authorization_endpoint: 'https://id.example/a',
              token_endpoint: 'https://id.example/t',
            })
          : new Response('<html>', { status: 503 }),
    });
    const { clients, application } = clientsWith(
      { provider: 'custom', issuer: 'https://id.example' },
      { fetch },
    );
    expect(await codeOf(clients.of(application.id))).toBe('issuer-unreachable');
    isUp = true;
    expect((await clients.of(application.id)).server.metadata.issuer).toBe('https://id.example');
  });

  it.each([
    ['https://id.example', 'http://id.example/t', 'tls-required'],
    ['https://id.example', 'http://127.0.0.1:1/t', 'nothing was refused'],
    ['https://id.example', 'http://localhost:1/t', 'nothing was refused'],
  ])('takes plain http on loopback only (%s, %s)', async (issuer, accessTokenUrl, outcome) => {
    const { fetch } = fakeFetch({});
    const settings = { provider: 'custom', issuer, authUrl: 'https://id.example/a', accessTokenUrl } as const;
    const { clients, application } = clientsWith(settings, { fetch });
    expect(await codeOf(clients.of(application.id))).toBe(outcome);
  });

  it.each([
    [undefined, 'body'],
    [['client_secret_basic', 'client_secret_post'], 'body'],
    [['client_secret_basic'], 'basic'],
  ])(
    'sends the secret in the body, or as Basic where the server offers only that (%o)',
    async (offered, where) => {
      const metadata = {
        issuer: 'https://id.example',
        authorization_endpoint: 'https://id.example/a',
        token_endpoint: 'https://id.example/t',
        ...(offered && { token_endpoint_auth_methods_supported: offered }),
      };
      const { fetch, asked } = fakeFetch({
        '/openid-configuration': () => json(metadata),
        '/t': () => json({ access_token: 'at', token_type: 'Bearer' }),
      });
      const settings = { provider: 'custom', issuer: 'https://id.example' } as const;
      const { clients, application } = clientsWith(settings, { fetch, secret: 's3' });
      const client = await clients.of(application.id);
      await requestTokens(client, {
        grant: (c) => refreshTokenGrant(c, 'rt'),
        secrets: [],
        deadlineMs: 1_000,
      });
      const { headers, body } = asked.at(-1) ?? { headers: {}, body: new URLSearchParams() };
      expect([body.get('client_secret'), 'authorization' in headers]).toEqual(
        where === 'body' ? ['s3', false] : [null, true],
      );
    },
  );
});

describe('a token request', () => {
  const answering = (
    answer: (signal?: AbortSignal) => Response | Promise<Response>,
    tenant = TENANT,
    deadlineMs = 1_000,
  ) => {
    const { fetch, asked } = fakeFetch({ '/oauth2/v2.0/token': answer });
    const { clients, application } = clientsWith({ tenant }, { fetch, secret: 'the secret' });
    const run = async () =>
      requestTokens(await clients.of(application.id), {
        grant: (configuration) => refreshTokenGrant(configuration, 'the refresh token'),
        secrets: ['the refresh token'],
        deadlineMs,
      });
    return { run, asked };
  };
  const tokens = (more: Record<string, unknown>) =>
    json({ access_token: 'at', token_type: 'Bearer', expires_in: 60, ...more });
  const issuerOf = (tid: string): string => `https://login.microsoftonline.com/${tid}/v2.0`;

  it('validates the id_token against the tenant', async () => {
    const claims = { aud: 'client-1', iss: issuerOf(TENANT), tid: TENANT };
    const good = answering(async () => tokens({ id_token: await idToken(claims) }));
    expect(await good.run()).toMatchObject({ kind: 'tokens', tokens: { claims: { tid: TENANT } } });
    const bad = answering(async () =>
      tokens({ id_token: await idToken({ ...claims, iss: issuerOf('other') }) }),
    );
    expect(await bad.run()).toMatchObject({ kind: 'invalid' });
  });

  it('takes for many tenants the issuer of the tid, and of nothing else', async () => {
    const claims = { aud: 'client-1', iss: issuerOf(TENANT), tid: TENANT };
    const good = answering(async () => tokens({ id_token: await idToken(claims) }), 'common');
    expect(await good.run()).toMatchObject({ kind: 'tokens', tokens: { claims: { tid: TENANT } } });
    expect(good.asked).toHaveLength(1);
    const lying = { ...claims, tid: '99999999-1111-4222-8333-444455556666' };
    expect(
      await answering(async () => tokens({ id_token: await idToken(lying) }), 'common').run(),
    ).toMatchObject({ kind: 'invalid' });
    const noGuid = { ...claims, iss: issuerOf('evil'), tid: 'evil' };
    expect(
      await answering(async () => tokens({ id_token: await idToken(noGuid) }), 'common').run(),
    ).toMatchObject({ kind: 'invalid' });
  });

  it('knows which failures may have used the refresh token up', async () => {
    const outcomes = await Promise.all([
      answering(
        () => new Response('{"access_token":"a', { headers: { 'content-type': 'application/json' } }),
      ).run(),
      answering(() => Promise.reject(new TypeError('fetch failed'))).run(),
      answering(() => json({ error: 'temporarily_unavailable' }, { status: 503 })).run(),
      answering(() => json({ error: 'invalid_grant' }, { status: 400 })).run(),
    ]);
    expect(outcomes.map((each) => each.kind === 'failure' && each.mayHaveActed)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('reads the error behind a WWW-Authenticate challenge', async () => {
    const headers = { 'content-type': 'application/json', 'www-authenticate': 'Basic realm="x"' };
    const refused = answering(() =>
      json({ error: 'invalid_client', error_codes: [7000215] }, { status: 401, headers }),
    );
    expect(await refused.run()).toMatchObject({
      kind: 'failure',
      failure: { facts: { errorCodes: [7000215], status: 401 } },
    });
  });

  it('gives up at the deadline and says so', async () => {
    const untilAborted = (signal?: AbortSignal) =>
      new Promise<Response>((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const hanging = answering(untilAborted, TENANT, 30);
    expect(await hanging.run()).toMatchObject({
      kind: 'failure',
      failure: { words: 'no answer within 0.03 s: aborted' },
    });
  });

  it('refuses an endless answer', async () => {
    const endless = answering(() => new Response('x'.repeat(1024 * 1024 + 1)));
    expect(await endless.run()).toMatchObject({
      kind: 'failure',
      failure: { words: expect.stringContaining('exceeds') },
    });
  });

  it('lets what outgoing refuses through as it is', async () => {
    const { problemError } = await import('../../../../src/contract/problem.js');
    const refusing = answering(() =>
      Promise.reject(problemError('address-refused', { with: { host: 'h', address: '169.254.169.254' } })),
    );
    expect(await codeOf(refusing.run())).toBe('address-refused');
  });
});
