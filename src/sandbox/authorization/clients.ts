/** The app registrations of the tenant, and how one proves itself at the token endpoint. */
import { AadstsRefusal } from './aadsts.js';
import { ASSERTION_TYPE, checkClientAssertion, type FederatedTrust } from './client-assertion.js';
import type { AuthorizationContext } from './context.js';

export interface SandboxClient {
  clientId: string;
  /** Absent, with no certificate and nobody trusted: a public client. */
  clientSecret?: string;
  /** A second one that is as good, while secrets are rotated. */
  secondClientSecret?: string;
  /** PEM; assertions that their keys signed are taken. */
  certificates?: string[];
  /** Whose tokens are taken as assertions. */
  federated?: FederatedTrust[];
  /** How a secret may travel; both ways unless given. */
  transport?: 'body' | 'basic';
  secretExpired?: boolean;
  disabled?: boolean;
  /** Redirect URIs that are registered; absent: any on loopback. */
  redirectUris?: string[];
}

export interface Clients {
  add(client: SandboxClient): void;
  get(clientId: string): SandboxClient | undefined;
  all(): SandboxClient[];
  /** Notes the id of an assertion. @returns false when it was used before */
  useAssertionId(id: string): boolean;
}

export function createClients(): Clients {
  const clients = new Map<string, SandboxClient>();
  const assertionIds = new Set<string>();
  return {
    add: (client) => void clients.set(client.clientId.toLowerCase(), client),
    get: (clientId) => clients.get(clientId.toLowerCase()),
    all: () => [...clients.values()],
    useAssertionId(id) {
      if (assertionIds.has(id)) return false;
      assertionIds.add(id);
      return true;
    },
  };
}

/**
 * Checks client id and credential: a secret in the body (client_secret_post) or as Basic (RFC 6749 §2.3.1), or a client
 * assertion (RFC 7521 §4.2).
 * @throws AadstsRefusal 900144, 700016, 7000112, 700025, 7000218, 7000215, 7000222, and those of assertions
 */
export function authenticateClient(
  context: AuthorizationContext,
  parameters: URLSearchParams,
  authorization: string | undefined,
): SandboxClient {
  const basic = readBasic(authorization);
  const clientId = basic?.clientId ?? parameters.get('client_id');
  const secret = basic?.secret ?? parameters.get('client_secret') ?? undefined;
  const assertion = parameters.get('client_assertion') ?? undefined;
  if (!clientId) throw new AadstsRefusal(900144, "Missing parameter: 'client_id'.");
  const client = context.clients.get(clientId);
  if (!client) throw new AadstsRefusal(700016, `Identifier: '${clientId}'.`);
  if (client.disabled) throw new AadstsRefusal(7000112, `Identifier: '${clientId}'.`);
  if (isPublic(client)) {
    if (secret || assertion) throw new AadstsRefusal(700025);
    return client;
  }
  if (assertion) {
    context.grants.remember(assertion);
    if (parameters.get('client_assertion_type') !== ASSERTION_TYPE)
      throw new AadstsRefusal(900144, "Missing parameter: 'client_assertion_type'.");
    checkClientAssertion(context, client, assertion);
    return client;
  }
  if (!secret) throw new AadstsRefusal(7000218);
  const travelled = basic ? 'basic' : 'body';
  if (client.transport !== undefined && client.transport !== travelled)
    throw new AadstsRefusal(7000218, `The secret came by ${travelled}.`);
  if (secret === client.secondClientSecret) return client;
  if (secret !== client.clientSecret) throw new AadstsRefusal(7000215, `App: '${clientId}'.`);
  if (client.secretExpired) throw new AadstsRefusal(7000222, `App: '${clientId}'.`);
  return client;
}

const isPublic = ({ clientSecret, secondClientSecret, certificates, federated }: SandboxClient): boolean =>
  clientSecret === undefined && secondClientSecret === undefined && !certificates && !federated;

/** @throws AadstsRefusal 50011 */
export function checkRedirectUri(client: SandboxClient, redirectUri: string): void {
  const registered = client.redirectUris
    ? client.redirectUris.includes(redirectUri)
    : /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(redirectUri);
  if (!registered) throw new AadstsRefusal(50011, `Redirect URI: '${redirectUri}'.`);
}

function readBasic(authorization: string | undefined): { clientId: string; secret: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  if (!encoded) return undefined;
  const [clientId = '', secret = ''] = Buffer.from(encoded, 'base64')
    .toString()
    .split(/:(.*)/s)
    .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
  return { clientId, secret };
}
