/** Client credentials (RFC 6749 §4.4): an access token of the application itself, with the roles that it was given. */
import { AadstsRefusal } from './aadsts.js';
import { authenticateClient } from './clients.js';
import type { AuthorizationContext } from './context.js';
import type { Resource } from './scopes.js';

/** Application permissions of Exchange Online (EXCHANGE-ONLINE.md §1). */
export const APP_ROLES = { imap: 'IMAP.AccessAsApp', smtp: 'SMTP.SendAsApp' } as const;

const RESOURCES: Readonly<Record<string, Resource>> = {
  'https://outlook.office365.com': 'outlook',
  'https://outlook.office.com': 'outlook',
  'https://graph.microsoft.com': 'graph',
};

/** @throws AadstsRefusal 1002012 for a scope that is not `<resource>/.default`, 500011, and of the client */
export function answerClientCredentials(
  context: AuthorizationContext,
  parameters: URLSearchParams,
  authorization: string | undefined,
): Record<string, unknown> {
  const client = authenticateClient(context, parameters, authorization);
  const scope = parameters.get('scope') ?? '';
  if (!scope.endsWith('/.default') || scope.includes(' '))
    throw new AadstsRefusal(1002012, `Scope: '${scope}'.`);
  const resource = scope.slice(0, -'/.default'.length);
  const accessToken = applicationToken(context, client.clientId, resource);
  if (accessToken === undefined) throw new AadstsRefusal(500011, `The resource '${resource}' is unknown.`);
  const lifetime = context.grants.lifetimeOf(accessToken);
  return { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, access_token: accessToken };
}

/** @returns `undefined`: the tenant has no such resource */
export function applicationToken(
  context: AuthorizationContext,
  clientId: string,
  resource: string,
): string | undefined {
  const known = RESOURCES[resource.replace(/\/$/, '').toLowerCase()];
  if (known === undefined) return undefined;
  return context.grants.issueAccessToken({
    user: undefined,
    application: clientId,
    resource: known,
    permissions: Object.values(APP_ROLES),
    expiresAt: context.clock.now() + context.accessTokenSeconds() * 1_000,
  });
}
