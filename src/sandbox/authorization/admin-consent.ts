/** The admin-consent endpoint: an administrator of the tenant accepts for everybody, or does not (EXCHANGE-ONLINE.md §1). */
import { AadstsRefusal } from './aadsts.js';
import type { AuthorizeAnswer } from './authorize.js';
import { checkRedirectUri } from './clients.js';
import type { AuthorizationContext } from './context.js';
import { consentPage, errorPage } from './sign-in-page.js';

export function adminConsent(
  context: AuthorizationContext,
  tenant: string,
  { query, action, form }: { query: URLSearchParams; action: string; form: URLSearchParams | undefined },
): AuthorizeAnswer {
  try {
    const client = context.clients.get(query.get('client_id') ?? '');
    if (!client) throw new AadstsRefusal(700016, `Identifier: '${query.get('client_id')}'.`);
    // `common` is refused: which tenant would consent?
    if (tenant.toLowerCase() === 'common') throw new AadstsRefusal(900144, 'The tenant must be named.');
    const redirectUri = query.get('redirect_uri') ?? '';
    checkRedirectUri(client, redirectUri);
    const scope = query.get('scope') ?? '';
    if (!form) return { status: 200, html: consentPage({ clientId: client.clientId, scope, action }) };
    const target = new URL(redirectUri);
    const state = query.get('state');
    const answer = form.has('decline')
      ? {
          error: 'access_denied',
          error_subcode: 'cancel',
          error_description: 'AADSTS65004: The resource owner or authorization server denied the request.',
        }
      : { admin_consent: 'True', tenant: context.tenantId, scope };
    for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
    if (state !== null) target.searchParams.set('state', state);
    return { redirect: target.href };
  } catch (error) {
    if (!(error instanceof AadstsRefusal)) throw error;
    return { status: 400, html: errorPage(`AADSTS${error.code}: ${error.message}`) };
  }
}
