/** The app registrations of the tenant, and how one proves itself at the token endpoint. */
import { AadstsRefusal } from './aadsts.js';

export interface SandboxClient {
  clientId: string;
  /** Absent: a public client. */
  clientSecret?: string;
  secretExpired?: boolean;
  disabled?: boolean;
  /** Redirect URIs that are registered; absent: any on loopback. */
  redirectUris?: string[];
}

export interface Clients {
  add(client: SandboxClient): void;
  get(clientId: string): SandboxClient | undefined;
  all(): SandboxClient[];
}

export function createClients(): Clients {
  const clients = new Map<string, SandboxClient>();
  return {
    add: (client) => void clients.set(client.clientId.toLowerCase(), client),
    get: (clientId) => clients.get(clientId.toLowerCase()),
    all: () => [...clients.values()],
  };
}

/**
 * Checks client id and secret, in the body (client_secret_post) or as Basic (RFC 6749 §2.3.1).
 * @throws AadstsRefusal 900144, 700016, 7000112, 700025, 7000218, 7000215, 7000222
 */
export function authenticateClient(
  clients: Clients,
  parameters: URLSearchParams,
  authorization: string | undefined,
): SandboxClient {
  const basic = readBasic(authorization);
  const clientId = basic?.clientId ?? parameters.get('client_id');
  const secret = basic?.secret ?? parameters.get('client_secret') ?? undefined;
  if (!clientId) throw new AadstsRefusal(900144, "Missing parameter: 'client_id'.");
  const client = clients.get(clientId);
  if (!client) throw new AadstsRefusal(700016, `Identifier: '${clientId}'.`);
  if (client.disabled) throw new AadstsRefusal(7000112, `Identifier: '${clientId}'.`);
  if (client.clientSecret === undefined) {
    if (secret) throw new AadstsRefusal(700025);
    return client;
  }
  if (!secret) throw new AadstsRefusal(7000218);
  if (secret !== client.clientSecret) throw new AadstsRefusal(7000215, `App: '${clientId}'.`);
  if (client.secretExpired) throw new AadstsRefusal(7000222, `App: '${clientId}'.`);
  return client;
}

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
