/** The token endpoint (RFC 6749 §4.1.3, §6): redeems codes and refresh tokens, with Entra's checks in Entra's order. */
import { createHash } from 'node:crypto';
import type { SandboxUser } from '../users.js';
import { AadstsRefusal } from './aadsts.js';
import { authenticateClient, type SandboxClient } from './clients.js';
import type { AuthorizationContext } from './context.js';
import type { Family } from './grants.js';
import { readScope, type ScopeRequest } from './scopes.js';

/** What a request turned out to be entitled to, before anything is issued. */
export interface Entitlement {
  user: SandboxUser;
  clientId: string;
  scope: ScopeRequest;
  nonce: string | undefined;
  /** The refresh-token family to go on with, or how to start one. */
  family(): Family;
}

/**
 * Checks a token request; nothing is issued yet, but a code is used up.
 * @throws AadstsRefusal
 */
export function checkTokenRequest(
  context: AuthorizationContext,
  parameters: URLSearchParams,
  authorization: string | undefined,
): Entitlement {
  const client = authenticateClient(context, parameters, authorization);
  const grantType = parameters.get('grant_type');
  if (grantType === 'authorization_code') return redeemCode(context, client, parameters);
  if (grantType === 'refresh_token') return redeemRefreshToken(context, client, parameters);
  if (grantType === DEVICE_GRANT) return redeemDeviceCode(context, client, parameters);
  throw new AadstsRefusal(900144, "Missing parameter: 'grant_type'.");
}

/** RFC 8628 §3.4. */
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

function redeemDeviceCode(
  context: AuthorizationContext,
  client: SandboxClient,
  parameters: URLSearchParams,
): Entitlement {
  const { user, scope } = context.deviceCodes.redeem(parameters.get('device_code') ?? '', client.clientId);
  const { clientId } = client;
  const family = (): Family => context.grants.startFamily(user, clientId, scope);
  return { user, clientId, nonce: undefined, scope: readScope(scope), family };
}

function redeemCode(
  context: AuthorizationContext,
  client: SandboxClient,
  parameters: URLSearchParams,
): Entitlement {
  const code = parameters.get('code');
  if (!code) throw new AadstsRefusal(900144, "Missing parameter: 'code'.");
  const grant = context.grants.readCode(code);
  if (grant.clientId.toLowerCase() !== client.clientId.toLowerCase()) throw new AadstsRefusal(70000);
  if (parameters.get('redirect_uri') !== grant.redirectUri) throw new AadstsRefusal(50011);
  const verifier = parameters.get('code_verifier');
  if (verifier) context.grants.remember(verifier);
  checkVerifier(grant.codeChallenge, verifier);
  const asked = parameters.get('scope');
  if (asked && readScope(asked).mixed) throw new AadstsRefusal(28002, `Scope: '${asked}'.`);
  grant.redeemed = true;
  const { user, nonce } = grant;
  return {
    user,
    clientId: client.clientId,
    nonce,
    scope: readScope(grant.scope),
    family: () => context.grants.startFamily(user, client.clientId, grant.scope),
  };
}

function redeemRefreshToken(
  context: AuthorizationContext,
  client: SandboxClient,
  parameters: URLSearchParams,
): Entitlement {
  const token = parameters.get('refresh_token');
  if (!token) throw new AadstsRefusal(900144, "Missing parameter: 'refresh_token'.");
  const family = context.grants.useRefreshToken(token, client.clientId);
  const consented = readScope(family.scope);
  // On a refresh the first scope's resource wins (EXCHANGE-ONLINE.md §1).
  const scope = readScope(parameters.get('scope') || family.scope);
  const missing = scope.permissions.filter((permission) => !consented.permissions.includes(permission));
  if (missing.length > 0 || scope.resource !== consented.resource)
    throw new AadstsRefusal(65001, `Scope: '${missing.join(' ')}'.`);
  return { user: family.user, clientId: client.clientId, nonce: undefined, scope, family: () => family };
}

/** @throws AadstsRefusal 501481 (RFC 7636 §4.6) */
function checkVerifier(challenge: string | undefined, verifier: string | null): void {
  if (challenge === undefined) return;
  if (!verifier || createHash('sha256').update(verifier).digest('base64url') !== challenge)
    throw new AadstsRefusal(501481);
}

/** Issues the token set as Entra words it. @param claims replace those of the id_token */
export async function issueTokens(
  context: AuthorizationContext,
  entitlement: Entitlement,
  claims?: Record<string, unknown>,
): Promise<{ family: Family; body: Record<string, unknown> }> {
  const { user, clientId, scope, nonce } = entitlement;
  const family = entitlement.family();
  const now = context.clock.now();
  const lifetime = context.accessTokenSeconds();
  // The Outlook resource answers its own scopes only; Graph names the OpenID ones as well.
  const openid =
    scope.resource === 'graph' ? [...scope.openid].filter((name) => name !== 'offline_access') : [];
  const body: Record<string, unknown> = {
    token_type: 'Bearer',
    scope: [...openid, ...scope.names].join(' '),
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: context.grants.issueAccessToken({
      user,
      resource: scope.resource,
      permissions: scope.permissions,
      expiresAt: now + lifetime * 1000,
    }),
  };
  if (readScope(family.scope).openid.has('offline_access'))
    body.refresh_token = context.grants.issueRefreshToken(family);
  if (scope.openid.has('openid'))
    body.id_token = await context.signer.sign({
      user,
      clientId,
      nonce,
      openid: scope.openid,
      now,
      ...(claims ? { extra: claims } : {}),
    });
  return { family, body };
}
