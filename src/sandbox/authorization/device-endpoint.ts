/** The device authorization endpoint (RFC 8628 §3.1) and the page on which its code is entered. */
import { AadstsRefusal } from './aadsts.js';
import { authenticateClient } from './clients.js';
import type { AuthorizationContext } from './context.js';
import { checkTenant } from './discovery.js';
import { readScope } from './scopes.js';
import { devicePage, messagePage } from './sign-in-page.js';

export const DEVICE_PAGE_PATH = '/devicelogin';

/** @throws AadstsRefusal */
export function answerDeviceRequest(
  context: AuthorizationContext,
  tenant: string,
  request: { parameters: URLSearchParams; authorization: string | undefined },
): Record<string, unknown> {
  const { parameters, authorization } = request;
  if (checkTenant(context, tenant).multiTenant) throw new AadstsRefusal(50194);
  const client = authenticateClient(context, parameters, authorization);
  const scope = parameters.get('scope');
  if (!scope) throw new AadstsRefusal(900144, "Missing parameter: 'scope'.");
  if (readScope(scope).mixed)
    throw new AadstsRefusal(70011, `The scope ${scope} names more than one resource.`);
  const { deviceCode, grant } = context.deviceCodes.start(client.clientId, scope);
  const { intervalSeconds, expiresInSeconds, hasCompleteUri } = context.deviceCodes.settings;
  const page = `${context.origin}${DEVICE_PAGE_PATH}`;
  return {
    user_code: grant.userCode,
    device_code: deviceCode,
    verification_uri: page,
    ...(hasCompleteUri && { verification_uri_complete: `${page}?user_code=${grant.userCode}` }),
    expires_in: expiresInSeconds,
    interval: intervalSeconds,
    message: `To sign in, use a web browser to open the page ${page} and enter the code ${grant.userCode} to authenticate.`,
  };
}

/** @param form what was entered; `undefined` to show the page */
export function answerDevicePage(
  context: AuthorizationContext,
  query: URLSearchParams,
  form: URLSearchParams | undefined,
): { status: number; html: string } {
  const asked = form?.get('user_code') ?? query.get('user_code') ?? '';
  if (!form) return { status: 200, html: devicePage(context.users.all(), asked) };
  const grant = context.deviceCodes.find(asked);
  if (grant?.state !== 'pending' || grant.expiresAt <= context.clock.now())
    return { status: 400, html: messagePage('That code did not work.', 'Check it, or ask for a new one.') };
  if (form.has('decline')) {
    grant.state = 'declined';
    return { status: 200, html: messagePage('Declined', 'You can close this page.') };
  }
  const user = context.users.find(form.get('as') ?? '');
  if (!user) return { status: 400, html: messagePage('No such account', 'Choose one of the list.') };
  Object.assign(grant, { user, state: 'approved' });
  return { status: 200, html: messagePage('You have signed in', 'You can close this page.') };
}
