/** The authorization endpoint (RFC 6749 §4.1.1, RFC 7636): checks the request, asks who you are, sends the browser back. */
import type { SandboxUser } from '../users.js';
import { AadstsRefusal, descriptionOf, traceOf } from './aadsts.js';
import { checkRedirectUri } from './clients.js';
import type { AuthorizationContext } from './context.js';
import { checkTenant } from './discovery.js';
import { readScope } from './scopes.js';
import { errorPage, signInPage } from './sign-in-page.js';

export type AuthorizeAnswer = { status: number; html: string } | { redirect: string };

/** What the person did on the page. */
export interface Choice {
  as?: string;
  decline?: boolean;
  /** Grant only these scopes, space-separated, of what was asked. */
  scope?: string;
}

/**
 * @param choice absent: show the page
 */
export function authorize(
  context: AuthorizationContext,
  tenant: string,
  request: { query: URLSearchParams; action: string },
  choice?: Choice,
): AuthorizeAnswer {
  const { query } = request;
  let redirectUri: string;
  try {
    redirectUri = checkReturnAddress(context, tenant, query);
  } catch (error) {
    // An unproven redirect URI is never redirected to (RFC 6749 §4.1.2.1).
    if (!(error instanceof AadstsRefusal)) throw error;
    return { status: 400, html: errorPage(descriptionOf(error, traceOf(context.clock.now()))) };
  }
  try {
    checkRequest(query);
    if (!choice) {
      if (query.get('prompt') === 'none') throw new AadstsRefusal(50058);
      return { status: 200, html: pageFor(context, request) };
    }
    if (choice.decline) throw new AadstsRefusal(65004);
    return {
      redirect: answered(redirectUri, query, { code: grantCode(context, redirectUri, query, choice) }),
    };
  } catch (error) {
    if (!(error instanceof AadstsRefusal)) throw error;
    return {
      redirect: answered(redirectUri, query, {
        error: error.error,
        error_description: descriptionOf(error, traceOf(context.clock.now())),
        ...(error.suberror ? { error_subcode: error.suberror } : {}),
      }),
    };
  }
}

function checkReturnAddress(context: AuthorizationContext, tenant: string, query: URLSearchParams): string {
  const { multiTenant } = checkTenant(context, tenant);
  const clientId = query.get('client_id');
  if (!clientId) throw new AadstsRefusal(900144, "Missing parameter: 'client_id'.");
  const client = context.clients.get(clientId);
  if (!client) throw new AadstsRefusal(700016, `Identifier: '${clientId}'.`);
  if (multiTenant) throw new AadstsRefusal(50194, `Identifier: '${clientId}'.`);
  const redirectUri = query.get('redirect_uri') ?? client.redirectUris?.[0];
  if (!redirectUri) throw new AadstsRefusal(900144, "Missing parameter: 'redirect_uri'.");
  checkRedirectUri(client, redirectUri);
  return redirectUri;
}

function checkRequest(query: URLSearchParams): void {
  if (query.get('response_type') !== 'code')
    throw new AadstsRefusal(900144, "Missing parameter: 'response_type'.");
  const scope = query.get('scope');
  if (!scope) throw new AadstsRefusal(900144, "Missing parameter: 'scope'.");
  if (readScope(scope).mixed)
    throw new AadstsRefusal(70011, `The scope ${scope} names more than one resource.`);
  const challenge = query.get('code_challenge');
  if (challenge && query.get('code_challenge_method') !== 'S256')
    throw new AadstsRefusal(9002313, 'Only code_challenge_method S256 is supported.');
}

function pageFor(
  context: AuthorizationContext,
  { query, action }: { query: URLSearchParams; action: string },
): string {
  return signInPage({
    users: context.users.all(),
    loginHint: query.get('login_hint') ?? undefined,
    clientId: query.get('client_id') ?? '',
    scope: query.get('scope') ?? '',
    action,
  });
}

/** @throws AadstsRefusal 50034 for an account that does not exist, or what a fault says */
function grantCode(
  context: AuthorizationContext,
  redirectUri: string,
  query: URLSearchParams,
  choice: Choice,
): string {
  const user: SandboxUser | undefined = context.users.find(choice.as ?? '');
  if (!user) throw new AadstsRefusal(50034, `Account '${choice.as ?? ''}'.`);
  const fault = context.authorizeFaults.take([user.upn, user.mail], () => true);
  if (fault) throw new AadstsRefusal(fault.code);
  return context.grants.issueCode({
    user,
    clientId: query.get('client_id') ?? '',
    redirectUri,
    scope: choice.scope ?? query.get('scope') ?? '',
    nonce: query.get('nonce') ?? undefined,
    codeChallenge: query.get('code_challenge') ?? undefined,
  });
}

function answered(redirectUri: string, query: URLSearchParams, result: Record<string, string>): string {
  const target = new URL(redirectUri);
  for (const [name, value] of Object.entries(result)) target.searchParams.set(name, value);
  const state = query.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return target.href;
}
