/** The identity endpoints of a pretend Azure machine: IMDS, and the one of App Service, Functions and Container Apps. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { FEDERATED_AUDIENCE } from './client-assertion.js';
import type { AuthorizationContext } from './context.js';

export interface ManagedIdentity {
  kind: 'systemAssigned' | 'userAssigned';
  clientId: string;
  /** Object id of its service principal: `sub` of its tokens. */
  principalId: string;
}

/** What the endpoint can be made to answer instead. */
export interface IdentityFault {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

export interface ManagedIdentities {
  /** What App Service gives its processes as IDENTITY_HEADER. */
  readonly header: string;
  add(identity: { kind: ManagedIdentity['kind']; clientId?: string; principalId?: string }): ManagedIdentity;
  /** The one of a Client ID, else the system-assigned one, else the only one. */
  find(clientId: string | null): ManagedIdentity | undefined;
  /** Tokens asked for since the start: the resource, and whose. */
  readonly log: { resource: string; clientId: string | undefined; outcome: number }[];
  /** Played once each, in order. */
  readonly faults: IdentityFault[];
}

export function createManagedIdentities(): ManagedIdentities {
  const identities: ManagedIdentity[] = [];
  return {
    header: randomBytes(24).toString('hex'),
    log: [],
    faults: [],
    add({ kind, clientId = randomUUID(), principalId = randomUUID() }) {
      const identity = { kind, clientId, principalId };
      identities.push(identity);
      return identity;
    },
    find(clientId) {
      if (clientId) return identities.find((each) => each.clientId === clientId);
      const system = identities.find(({ kind }) => kind === 'systemAssigned');
      return system ?? (identities.length === 1 ? identities[0] : undefined);
    },
  };
}

export interface IdentityAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

export const IMDS_PATH = '/metadata/identity/oauth2/token';
export const APP_SERVICE_PATH = '/msi/token';

/** A day, as Azure gives assertions. */
const LIFETIME_SECONDS = 86_400;

/** @returns `undefined` for a path that is no identity endpoint */
export async function answerIdentityRequest(
  context: AuthorizationContext,
  url: URL,
  request: IncomingMessage,
): Promise<IdentityAnswer | undefined> {
  const isImds = url.pathname === IMDS_PATH;
  if (!isImds && url.pathname !== APP_SERVICE_PATH) return undefined;
  const { identities } = context;
  const resource = url.searchParams.get('resource') ?? '';
  const clientId = url.searchParams.get('client_id');
  const answer = await judged(context, { url, request, isImds, resource, clientId });
  identities.log.push({ resource, clientId: clientId ?? undefined, outcome: answer.status });
  return answer;
}

interface Asked {
  url: URL;
  request: IncomingMessage;
  isImds: boolean;
  resource: string;
  clientId: string | null;
}

async function judged(context: AuthorizationContext, asked: Asked): Promise<IdentityAnswer> {
  const { identities } = context;
  const { request, url, isImds } = asked;
  const fault = identities.faults.shift();
  if (fault) return { body: '', ...fault };
  if (request.method !== 'GET') return refusal(405, 'method_not_allowed', 'GET is needed.');
  if (isImds) {
    // The header keeps a browser or a redirect from getting a token; a proxy is given away by X-Forwarded-For.
    if (request.headers.metadata !== 'true' || request.headers['x-forwarded-for'])
      return refusal(400, 'invalid_request', 'Required metadata header not specified');
    if (url.searchParams.get('api-version') !== '2018-02-01')
      return refusal(400, 'invalid_request', 'The api-version is not supported.');
  } else if (request.headers['x-identity-header'] !== identities.header) {
    return { status: 401, body: JSON.stringify({ statusCode: 401, message: 'Unauthorized' }) };
  }
  const identity = identities.find(asked.clientId);
  if (!identity)
    return isImds
      ? refusal(400, 'invalid_request', 'Identity not found')
      : {
          status: 400,
          body: JSON.stringify({
            statusCode: 400,
            message:
              'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
          }),
        };
  const given = await tokenFor(context, identity, asked.resource);
  if (given === undefined)
    return refusal(
      400,
      'invalid_resource',
      `AADSTS500011: The resource principal named ${asked.resource} was not found in the tenant.`,
    );
  const expiresOn = String(Math.floor(context.clock.now() / 1_000) + given.seconds);
  const body = {
    access_token: given.token,
    client_id: identity.clientId,
    expires_on: expiresOn,
    resource: asked.resource,
    token_type: 'Bearer',
    ...(isImds && { expires_in: String(given.seconds), ext_expires_in: String(given.seconds) }),
  };
  return { status: 200, body: JSON.stringify(body) };
}

/** An assertion for a federated credential, or the identity's own access token. */
async function tokenFor(
  context: AuthorizationContext,
  identity: ManagedIdentity,
  resource: string,
): Promise<{ token: string; seconds: number } | undefined> {
  if (resource !== FEDERATED_AUDIENCE) {
    const token = context.applicationToken?.(identity.clientId, resource);
    return token === undefined ? undefined : { token, seconds: context.grants.lifetimeOf(token) };
  }
  const token = await context.signer.signFor({
    subject: identity.principalId,
    audience: FEDERATED_AUDIENCE,
    now: context.clock.now(),
    lifetimeSeconds: LIFETIME_SECONDS,
  });
  context.grants.remember(token);
  return { token, seconds: LIFETIME_SECONDS };
}

const refusal = (status: number, error: string, description: string): IdentityAnswer => ({
  status,
  body: JSON.stringify({ error, error_description: description }),
});
