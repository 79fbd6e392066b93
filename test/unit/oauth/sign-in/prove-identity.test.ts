import { describe, expect, it } from 'vitest';
import type { ConnectionId, MailboxKey } from '../../../../src/contract/ids.js';
import { ProblemError } from '../../../../src/contract/problem.js';
import { proveIdentity } from '../../../../src/oauth/sign-in/prove-identity.js';
import type { Connection } from '../../../../src/setup/model.js';
import { clientsWith, fakeFetch, json } from '../fake-server.js';

const ISSUER = 'https://id.example';
const USER = 'alice@contoso.example';

const connection: Connection = {
  id: 'con_1' as ConnectionId,
  version: 1,
  settings: {
    name: 'c',
    authentication: 'oauth2',
    user: USER,
    scope: [],
    grant: 'authorizationCode',
    tokenMode: 'getAndRefresh',
  },
  epoch: 0,
  tokenVersion: 0,
  authorization: { status: 'unauthorized', grantedScope: [], mailboxKey: 'mbx_1' as MailboxKey },
  createdAt: 0,
};

async function prove(
  claims: Record<string, unknown> | undefined,
  userinfo: (() => Response) | undefined,
): Promise<unknown> {
  const { fetch } = fakeFetch({
    '/.well-known/openid-configuration': () =>
      json({
        issuer: ISSUER,
        authorization_endpoint: `${ISSUER}/a`,
        token_endpoint: `${ISSUER}/t`,
        ...(userinfo && { userinfo_endpoint: `${ISSUER}/me` }),
      }),
    ...(userinfo && { '/me': userinfo }),
  });
  const { clients, application } = clientsWith({ provider: 'custom', issuer: ISSUER }, { fetch });
  const tokens = {
    accessToken: 'at',
    refreshToken: 'rt',
    expiresInSeconds: 60,
    scope: undefined,
    claims,
  };
  return proveIdentity(clients, await clients.of(application.id), { tokens, connection }).catch((error) =>
    error instanceof ProblemError ? error.problem.code : error,
  );
}

const idTokenClaims = { iss: ISSUER, sub: 's1', aud: 'client-1' };

describe('who signed in', () => {
  it('is asked of userinfo where the id_token names no user', async () => {
    const answer = () => json({ sub: 's1', preferred_username: USER });
    expect(await prove(idTokenClaims, answer)).toMatchObject({
      authenticatedUser: USER,
      account: { tenant: ISSUER, subject: 's1' },
    });
  });
  it('is told by userinfo alone where no id_token came', async () => {
    expect(await prove(undefined, () => json({ sub: 's2', preferred_username: USER }))).toMatchObject({
      account: { tenant: ISSUER, subject: 's2' },
    });
  });
  it('is not what userinfo says of another subject than the id_token', async () => {
    expect(await prove(idTokenClaims, () => json({ sub: 's9', preferred_username: USER }))).toBe(
      'identity-unprovable',
    );
  });
  it('cannot be proved where the server gives neither', async () => {
    expect(await prove(undefined, undefined)).toBe('identity-unprovable');
  });
  it('cannot be known while userinfo is down, which is no verdict on the user', async () => {
    expect(await prove(idTokenClaims, () => new Response('', { status: 503 }))).toBe('sign-in-unfinished');
  });
});
