/** One request to the token endpoint from its bytes to its answer: log entry, fault, checks, tokens. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AadstsRefusal, refusalBody } from './aadsts.js';
import { answerClientCredentials } from './application-token.js';
import type { AuthorizationContext } from './context.js';
import { checkTenant } from './discovery.js';
import { forgedIdToken } from './forged-id-token.js';
import type { TokenRequest } from './request-log.js';
import { readScope, type ScopeRequest } from './scopes.js';
import { checkTokenRequest, type Entitlement, issueTokens } from './token.js';
import { claimsOf, isInstead, playInstead, sendTokens, type TokenFault } from './token-faults.js';

export async function answerTokenRequest(
  context: AuthorizationContext,
  tenant: string,
  exchange: { request: IncomingMessage; response: ServerResponse; body: string },
): Promise<void> {
  const { request, response } = exchange;
  const parameters = new URLSearchParams(exchange.body);
  const entry = logEntry(context, request, parameters);
  context.log.push(entry);

  const fault = await takeFault(context, entry, parameters);
  if (fault && isInstead(fault)) {
    entry.outcome = `fault:${fault.kind}`;
    if (fault.kind !== 'hang') entry.endedAt = context.clock.now();
    playInstead(fault, request, response, { now: context.clock.now(), origin: context.origin });
    return;
  }
  try {
    const { multiTenant } = checkTenant(context, tenant);
    if (multiTenant) throw new AadstsRefusal(50194);
    if (entry.grantType === 'client_credentials') {
      const body = answerClientCredentials(context, parameters, request.headers.authorization);
      const outcome = fault ? `fault:${fault.kind}` : 'ok';
      Object.assign(entry, { outcome, tookEffect: true, endedAt: context.clock.now() });
      return sendTokens(fault, request, response, body);
    }
    const entitlement = checkTokenRequest(context, parameters, request.headers.authorization);
    const claims = claimsOf(fault, context.clock.now());
    const issued =
      fault?.kind === 'for-graph' ? { ...entitlement, scope: forGraph(entitlement) } : entitlement;
    const { family, body } = await issueTokens(context, issued, claims);
    if (fault?.kind === 'forged' && typeof body.id_token === 'string')
      body.id_token = await forgedIdToken(body.id_token, fault.signed);
    Object.assign(entry, {
      user: entitlement.user.upn,
      family: family.id,
      scope: body.scope,
      outcome: fault ? `fault:${fault.kind}` : 'ok',
      tookEffect: true,
      endedAt: context.clock.now(),
    });
    sendTokens(fault, request, response, body);
  } catch (error) {
    if (!(error instanceof AadstsRefusal)) throw error;
    entry.outcome = `AADSTS${error.code}`;
    entry.endedAt = context.clock.now();
    response.writeHead(error.status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(refusalBody(error, context.clock.now(), context.origin)));
  }
}

const forGraph = ({ scope }: Entitlement): ScopeRequest =>
  readScope(
    [...scope.openid, ...scope.permissions.map((each) => `https://graph.microsoft.com/${each}`)].join(' '),
  );

function logEntry(
  context: AuthorizationContext,
  request: IncomingMessage,
  parameters: URLSearchParams,
): TokenRequest {
  const held = context.grants.familyOf(parameters.get('refresh_token') ?? '');
  const userAgent = request.headers['user-agent'];
  const { remotePort } = request.socket;
  return {
    at: context.clock.now(),
    grantType: parameters.get('grant_type') ?? '',
    clientId: parameters.get('client_id') ?? undefined,
    ...(held ? { user: held.family.user.upn, family: held.family.id, generation: held.generation } : {}),
    outcome: 'pending',
    tookEffect: false,
    ...(userAgent ? { userAgent } : {}),
    ...(remotePort ? { remotePort } : {}),
  };
}

/** A pause is waited for here, so that another fault can follow it. */
async function takeFault(
  context: AuthorizationContext,
  entry: TokenRequest,
  parameters: URLSearchParams,
): Promise<TokenFault | undefined> {
  const user = context.users.find(
    entry.user ?? context.grants.userOfCode(parameters.get('code') ?? '') ?? '',
  );
  const names = user && [user.upn, user.mail];
  const ofGrant = (fault: TokenFault): boolean => !fault.grantType || fault.grantType === entry.grantType;
  const isPause = ({ kind }: TokenFault): boolean => kind === 'delay' || kind === 'hold';
  const pause = context.tokenFaults.take(names, (fault) => isPause(fault) && ofGrant(fault));
  if (pause?.kind === 'hold') await pause.until;
  if (pause?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, pause.ms).unref());
  return context.tokenFaults.take(names, (fault) => !isPause(fault) && ofGrant(fault));
}
