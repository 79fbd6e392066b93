/** OpenID Provider metadata in Entra's shape, and which names of the tenant are answered (OpenID Connect Discovery 1.0 §4). */
import { AadstsRefusal } from './aadsts.js';
import type { AuthorizationContext } from './context.js';

/** Names that stand for any tenant; the sandbox's applications are single-tenant, so they only lead to 50194. */
const MULTI_TENANT = new Set(['common', 'organizations', 'consumers']);

/** @throws AadstsRefusal 90002 for a tenant that is not this one */
export function checkTenant(context: AuthorizationContext, tenant: string): { multiTenant: boolean } {
  const name = tenant.toLowerCase();
  if (MULTI_TENANT.has(name)) return { multiTenant: true };
  if (name !== context.tenantId && name !== context.domain.toLowerCase())
    throw new AadstsRefusal(90002, `Tenant '${tenant}'.`);
  return { multiTenant: false };
}

export function metadata(context: AuthorizationContext, tenant: string): Record<string, unknown> {
  const { multiTenant } = checkTenant(context, tenant);
  const { origin } = context;
  // A domain name answers with the GUID's issuer; the multi-tenant names with a template.
  const id = multiTenant ? tenant.toLowerCase() : context.tenantId;
  return {
    token_endpoint: `${origin}/${id}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256'],
    jwks_uri: `${origin}/${id}/discovery/v2.0/keys`,
    response_modes_supported: ['query'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: multiTenant ? `${origin}/{tenantid}/v2.0` : context.issuer,
    request_uri_parameter_supported: false,
    authorization_endpoint: `${origin}/${id}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${origin}/${id}/oauth2/v2.0/devicecode`,
    ...(context.revocation.offered && { revocation_endpoint: `${origin}/${id}/oauth2/v2.0/revoke` }),
    http_logout_supported: true,
    end_session_endpoint: `${origin}/${id}/oauth2/v2.0/logout`,
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'nonce',
      'preferred_username',
      'name',
      'tid',
      'ver',
      'email',
    ],
    tenant_region_scope: 'EU',
  };
}
