/**
 * A real authorization server for a test: oidc-provider (OpenID certified) on loopback, with authorization code and
 * PKCE, rotating refresh tokens, introspection for the mail servers, and a plain sign-in page that asks who you are.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type ClientMetadata, Provider } from 'oidc-provider';

export interface TestUser {
  /** What `sub` names; opaque. */
  sub: string;
  /** `preferred_username` and `email` */
  address: string;
  /** Further claims, as they are when a token is made: `groups`, or another name. */
  claims?: Record<string, unknown>;
}

/** A client registered at the server. */
export interface TestClient {
  clientId: string;
  clientSecret: string;
}

/** What the token endpoint granted or refused, in order. */
export interface TokenEvent {
  clientId: string | undefined;
  grantType: string;
  granted: boolean;
  /** `error` of a refusal */
  error?: string;
  /** ms since the epoch */
  at: number;
}

export interface TestAuthorizationServer {
  issuer: string;
  client: TestClient;
  /** URL with the resource server's credentials in it, for Dovecot. */
  introspectionUrl: string;
  users: readonly TestUser[];
  tokenEvents: readonly TokenEvent[];
  /** May be changed while it runs. */
  switches: {
    accessTokenSeconds: number;
    /** true: each refresh replaces the refresh token, and a second use of an old one revokes the whole grant */
    rotateStrictly: boolean;
  };
  stop(): Promise<void>;
}

export interface AuthorizationServerOptions {
  users: readonly TestUser[];
  redirectUris: string[];
  /** default 3600 */
  accessTokenSeconds?: number;
  /** default true */
  rotateStrictly?: boolean;
  /** As the OpenID Connect Core has it: the id_token names the subject alone. Default false, as Entra does. */
  claimsAtUserinfoOnly?: boolean;
  /** Further clients, as dynamic registration would have them (RFC 7591); code, refresh token and the redirect URIs unless they say otherwise. */
  clients?: readonly ClientMetadata[];
}

/** Scopes that stand for mailbox access, as IMAP.AccessAsUser.All and SMTP.Send do at Entra. */
export const MAIL_SCOPES = ['https://mail.test/IMAP', 'https://mail.test/SMTP'] as const;

const CLIENT: TestClient = { clientId: 'mailgrant', clientSecret: 'client-secret-of-the-test-lane' };
const RESOURCE_SERVER: TestClient = { clientId: 'dovecot', clientSecret: 'introspection-secret' };
const IDP_SESSION_SECONDS = 3_600;
const GRANT_SECONDS = 90 * 24 * 3_600;

export async function startAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<TestAuthorizationServer> {
  const { users, redirectUris, accessTokenSeconds = 3_600, rotateStrictly = true } = options;
  const switches = { accessTokenSeconds, rotateStrictly };
  const tokenEvents: TokenEvent[] = [];
  // The issuer must be known before the provider is made, and the port only once the server listens.
  let handle: (request: IncomingMessage, response: ServerResponse) => unknown = () => undefined;
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `http://${host}`;

  const provider = new Provider(
    issuer,
    configuration({
      ...{ users, redirectUris, switches, clients: options.clients ?? [] },
      claimsAtUserinfoOnly: options.claimsAtUserinfoOnly ?? false,
    }),
  );
  answerUserNames(provider, users);
  recordTokenEvents(provider, tokenEvents);
  const callback = provider.callback();
  handle = (request, response) =>
    request.url?.startsWith('/interaction/')
      ? interaction({ provider, users, request, response }).catch((error: unknown) => {
          response.writeHead(400, { 'content-type': 'text/plain' }).end(String(error));
        })
      : callback(request, response);

  return {
    issuer,
    client: CLIENT,
    introspectionUrl: `http://${RESOURCE_SERVER.clientId}:${RESOURCE_SERVER.clientSecret}@${host}/token/introspection`,
    users,
    tokenEvents,
    switches,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function configuration(of: {
  users: readonly TestUser[];
  redirectUris: string[];
  switches: TestAuthorizationServer['switches'];
  clients: readonly ClientMetadata[];
  claimsAtUserinfoOnly: boolean;
}): ConstructorParameters<typeof Provider>[1] {
  return {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: of.redirectUris,
        grant_types: ['authorization_code', 'refresh_token'],
      },
      {
        client_id: RESOURCE_SERVER.clientId,
        client_secret: RESOURCE_SERVER.clientSecret,
        redirect_uris: [],
        response_types: [],
        grant_types: [],
      },
      ...of.clients.map((client) => ({
        redirect_uris: of.redirectUris,
        grant_types: ['authorization_code', 'refresh_token'],
        ...client,
      })),
    ],
    scopes: ['openid', 'offline_access', ...MAIL_SCOPES],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'groups'],
      email: ['email', 'email_verified'],
    },
    // As Entra does: what the scopes ask for is in the id_token, not at userinfo only.
    conformIdTokenClaims: of.claimsAtUserinfoOnly,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
    },
    cookies: { keys: ['cookie key of the test lane'] },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount(_context, sub) {
      const user = of.users.find((candidate) => candidate.sub === sub);
      if (!user) return undefined;
      const { address } = user;
      const claims = {
        sub,
        name: address,
        preferred_username: address,
        email: address,
        email_verified: true,
        ...user.claims,
      };
      return { accountId: sub, claims: () => claims };
    },
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: () => of.switches.rotateStrictly,
    ttl: {
      AccessToken: () => of.switches.accessTokenSeconds,
      IdToken: 3_600,
      RefreshToken: GRANT_SECONDS,
      Interaction: IDP_SESSION_SECONDS,
      Session: IDP_SESSION_SECONDS,
      Grant: GRANT_SECONDS,
    },
  };
}

/** Introspection answers `username` (RFC 7662 §2.2), by which Dovecot knows the mailbox; only access tokens are active. */
function answerUserNames(provider: Provider, users: readonly TestUser[]): void {
  provider.use(async (context, next) => {
    await next();
    if (context.oidc?.route !== 'introspection') return;
    const answer = context.body as { active?: boolean; sub?: string; username?: string };
    if (!answer.active) return;
    const user = users.find(({ sub }) => sub === answer.sub);
    context.body =
      context.oidc.entities.AccessToken && user ? { ...answer, username: user.address } : { active: false };
  });
}

function recordTokenEvents(provider: Provider, events: TokenEvent[]): void {
  const grantType = (context: { oidc: { params?: Record<string, unknown> | undefined } }): string =>
    String(context.oidc.params?.grant_type);
  provider.on('grant.success', (context) => {
    const clientId = context.oidc.client?.clientId;
    events.push({ clientId, grantType: grantType(context), granted: true, at: Date.now() });
  });
  provider.on('grant.error', (context, error) => {
    const clientId = context.oidc.client?.clientId;
    const refused = { granted: false, error: error.message, at: Date.now() };
    events.push({ clientId, grantType: grantType(context), ...refused });
  });
}

/** The sign-in page: GET shows a form, POST `user=<address>` signs in and consents, `decline=yes` declines. */
async function interaction(of: {
  provider: Provider;
  users: readonly TestUser[];
  request: IncomingMessage;
  response: ServerResponse;
}): Promise<void> {
  const { provider, users, request, response } = of;
  const { params, grantId } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(signInPage(users, String(params.login_hint ?? '')));
    return;
  }
  const form = new URLSearchParams(await text(request));
  if (form.get('decline')) {
    const declined = { error: 'access_denied', error_description: 'The user declined.' };
    return provider.interactionFinished(request, response, declined, { mergeWithLastSubmission: false });
  }
  const user = users.find(({ address }) => address === form.get('user'));
  if (!user) throw new Error(`no user ${form.get('user')}`);
  const existing = grantId ? await provider.Grant.find(grantId) : undefined;
  const grant = existing ?? new provider.Grant({ accountId: user.sub, clientId: String(params.client_id) });
  grant.addOIDCScope(String(params.scope));
  const result = { login: { accountId: user.sub }, consent: { grantId: await grant.save() } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

const escaped = (value: string): string =>
  value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const signInPage = (users: readonly TestUser[], hint: string): string => `<!doctype html>
<title>Sign in</title>
<h1>Who are you?</h1>
<form method="post">
<label>User <input name="user" list="users" value="${escaped(hint)}"></label>
<datalist id="users">${users.map(({ address }) => `<option value="${escaped(address)}">`).join('')}</datalist>
<button>Sign in</button>
<button name="decline" value="yes">Decline</button>
</form>`;
