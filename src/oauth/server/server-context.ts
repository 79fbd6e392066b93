/** The values that problems of an authorization server name: who, which application, and what to open or paste. */

import { effectiveScope } from '../../setup/effective-scope.js';
import type { Authorization, ConnectionSettings } from '../../setup/model.js';
import type { OAuthClient } from '../client/client.js';
import type { ServerErrorContext } from './server-errors.js';

/** State of the admin-consent link: its answer at the Callback URL signs nobody in. */
export const ADMIN_CONSENT_STATE = 'admin-consent';

/** Never `common` (EXCHANGE-ONLINE.md §1): the names that stand for many tenants become this one. */
const TENANT_OF_ADMIN_CONSENT = 'organizations';

export function serverContext(
  client: OAuthClient,
  connection: Pick<ConnectionSettings, 'user' | 'scope' | 'imap' | 'smtp'>,
): ServerErrorContext {
  const scopes = effectiveScope(connection, client.preset).filter(
    (each) => !client.preset.baseScopes.includes(each),
  );
  const { clientAuth } = client.settings;
  return {
    user: connection.user,
    application: client.settings.name,
    clientId: client.settings.clientId,
    scope: scopes.join(' '),
    callbackUrl: client.callbackUrl,
    adminConsentUrl: adminConsentUrl(client, scopes),
    host: new URL(client.server.metadata.token_endpoint).host,
    tenant: client.settings.tenant ?? client.server.metadata.token_endpoint,
    ...(clientAuth.method === 'certificate' && { certificateExpiresAt: clientAuth.expiresAt }),
    onUnknownReply: client.onUnknownReply,
  };
}

/**
 * A claims challenge is answered by the next sign-in, whichever way (EXCHANGE-ONLINE.md §2): that of the failure that ended
 * the grant, or of a refresh that failed in passing.
 */
export const claimsChallenge = ({ problem, refreshProblem }: Authorization): string | undefined =>
  problem?.foreign?.claims ?? refreshProblem?.foreign?.claims;

/** @param scopes that an administrator is to consent to @returns `undefined`: the provider has no such page */
export function adminConsentUrl(client: OAuthClient, scopes: readonly string[]): string | undefined {
  const { preset, settings } = client;
  if (preset.adminConsentUrl === undefined) return undefined;
  const tenant = settings.tenant ?? '';
  const isForMany = preset.multiTenantNames.includes(tenant.toLowerCase());
  const url = new URL(
    preset.adminConsentUrl.replace(
      '{tenant}',
      encodeURIComponent(isForMany ? TENANT_OF_ADMIN_CONSENT : tenant),
    ),
  );
  url.searchParams.set('client_id', settings.clientId);
  url.searchParams.set('scope', scopes.join(' '));
  url.searchParams.set('redirect_uri', client.callbackUrl);
  url.searchParams.set('state', ADMIN_CONSENT_STATE);
  return url.href;
}
