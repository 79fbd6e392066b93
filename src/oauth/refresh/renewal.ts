/**
 * How the access token of a grant is renewed: with its refresh token (RFC 6749 §6), by the application itself (client
 * credentials, RFC 6749 §4.4), by the managed identity of the machine, or not at all (pasted by hand, or Token Mode off).
 */
import { clientCredentialsGrant, refreshTokenGrant } from 'openid-client';
import type { ConnectionSettings } from '../../setup/model.js';
import type { OAuthClient } from '../client/client.js';
import type { ManagedIdentityToken } from '../client/managed-identity.js';
import { requestTokens, type TokenOutcome } from '../client/token-request.js';
import type { StoredGrant, TokenSet } from '../token-store.js';

export interface Renewal {
  /** A refresh token may be used up by a request whose answer is lost; nothing else is. */
  mayBeUsedUp: boolean;
  /**
   * Asks for new tokens.
   * @param deadlineMs of the request
   * @throws ProblemError what outgoing refuses; what keeps a managed identity or a client assertion from coming
   */
  request(deadlineMs: number): Promise<TokenOutcome>;
}

export interface Renewals {
  /** @returns `undefined`: nobody renews this one */
  of(grant: Pick<StoredGrant, 'settings' | 'tokens'>, client: OAuthClient): Renewal | undefined;
}

export function createRenewals({
  managedIdentityToken,
}: {
  managedIdentityToken: ManagedIdentityToken;
}): Renewals {
  return {
    of(grant, client) {
      if (!isRenewable(grant)) return undefined;
      const { tokens } = grant;
      if (grant.settings.grant !== 'clientCredentials')
        return tokens?.refreshToken === undefined ? undefined : byRefreshToken(client, tokens);
      return client.settings.clientAuth.method === 'managedIdentity'
        ? byManagedIdentity(client, { scope: appOnlyScope(grant.settings, client), managedIdentityToken })
        : byClientCredentials(client, appOnlyScope(grant.settings, client));
    },
  };
}

/** Whether Mailgrant renews the access token; one that is not renewed is used until it ends. */
export function isRenewable({ settings, tokens }: Pick<StoredGrant, 'settings' | 'tokens'>): boolean {
  if (isAppOnly(settings)) return true;
  return settings.tokenMode !== 'off' && tokens?.refreshToken !== undefined;
}

/** The grant is the application's own: there is no signed-in user. */
export const isAppOnly = ({ grant }: Pick<ConnectionSettings, 'grant'>): boolean =>
  grant === 'clientCredentials';

function byRefreshToken(client: OAuthClient, { refreshToken = '', accessToken }: TokenSet): Renewal {
  return {
    mayBeUsedUp: client.preset.refreshTokens !== 'kept',
    request: (deadlineMs) =>
      requestTokens(client, {
        grant: (configuration) => refreshTokenGrant(configuration, refreshToken),
        secrets: [refreshToken, accessToken],
        deadlineMs,
      }),
  };
}

function byClientCredentials(client: OAuthClient, scope: string): Renewal {
  const parameters = scope === '' ? undefined : { scope };
  return {
    mayBeUsedUp: false,
    request: (deadlineMs) =>
      requestTokens(client, {
        grant: (configuration) => clientCredentialsGrant(configuration, parameters),
        secrets: [],
        deadlineMs,
      }),
  };
}

function byManagedIdentity(
  client: OAuthClient,
  { scope, managedIdentityToken }: { scope: string; managedIdentityToken: ManagedIdentityToken },
): Renewal {
  const { clientAuth, clientId } = client.settings;
  const isUserAssigned = clientAuth.method === 'managedIdentity' && clientAuth.identity === 'userAssigned';
  // The endpoint takes a resource, the audience of what v2.0 calls `<resource>/.default`.
  const resource = scope.replace(/\/\.default$/, '');
  return {
    mayBeUsedUp: false,
    async request() {
      const token = await managedIdentityToken({ resource, ...(isUserAssigned && { clientId }) });
      const nothing = { refreshToken: undefined, scope: undefined, claims: undefined };
      return { kind: 'tokens', tokens: { ...token, ...nothing } };
    },
  };
}

/** What the application asks for by itself: Scope as entered, else the preset's; empty asks for what the server gives by default. */
export const appOnlyScope = (
  { scope }: Pick<ConnectionSettings, 'scope'>,
  { preset }: Pick<OAuthClient, 'preset'>,
): string => (scope.length > 0 ? scope.join(' ') : (preset.appOnlyScope ?? ''));
