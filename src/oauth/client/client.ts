/** The client of each application: its registration, credential and authorization server, ready for openid-client 6. */
import {
  allowInsecureRequests,
  Configuration,
  type CustomFetch,
  clockSkew,
  customFetch,
  type ServerMetadata,
} from 'openid-client';
import type { ApplicationId } from '../../contract/ids.js';
import type { ProviderPreset } from '../../contract/provider.js';
import type { Applications } from '../../setup/applications.js';
import type { Application, ApplicationSettings, ClientAuth } from '../../setup/model.js';
import { type Providers, withPreset } from '../../setup/preset.js';
import {
  type AuthorizationServer,
  type AuthorizationServers,
  createAuthorizationServers,
} from '../server/authorization-server.js';
import { type ClientCredential, createClientCredentials } from './client-credential.js';
import type { FederatedTokens } from './client-credential-federated.js';

/**
 * How long an application that was healthy when read is not read again. A refusal of its credential reads it anew
 * before it is believed, so that a secret pasted this very moment is not reported as wrong.
 */
const FRESH_MS = 1_000;

/**
 * Clients that prove themselves with an assertion, which is good at the token endpoint that it names, whoever has it: it
 * goes nowhere else, whatever the metadata of an issuer says. RFC 7523 §3 (3) leaves the audience to the server.
 */
const ASSERTS: ReadonlySet<ClientAuth['method']> = new Set(['certificate', 'federatedCredential']);

export interface OAuthClient {
  application: Application;
  /** Filled in from the preset. */
  settings: ApplicationSettings;
  preset: ProviderPreset;
  server: AuthorizationServer;
  callbackUrl: string;
  /** What must never show in words of the server. */
  secrets: readonly string[];
  /** Its credentials in the order to be tried: one, or two secrets. */
  credentials(): readonly [ClientCredential, ...ClientCredential[]];
  /** Remembers which of two secrets the server took, so that the refused one does not go first again. */
  accepted(credential: ClientCredential): void;
  /** The guarded fetch. */
  fetch: CustomFetch;
  /** Told of each answer that no row of the tables knows, for metrics. */
  onUnknownReply?: (() => void) | undefined;
  /**
   * A configuration for one request.
   * @param options `fetch` that carries it; `issuer` in place of the server's, where that stands for many tenants;
   *   `endpoints` that were found later; `clockSkewSeconds`: how far the server's clock is ahead of ours;
   *   `credential`: the first in order unless given
   */
  configuration(options: {
    fetch: CustomFetch;
    issuer?: string | undefined;
    endpoints?: Partial<ServerMetadata>;
    clockSkewSeconds?: number;
    credential?: ClientCredential;
  }): Configuration;
}

export interface OAuthClients {
  /**
   * @param options `fresh`: reads the application even if it was read a moment ago
   * @throws ProblemError `not-found`, `issuer-unreachable`, `tls-required`
   */
  of(id: ApplicationId, options?: { fresh?: boolean }): Promise<OAuthClient>;
  userinfoEndpoint(client: OAuthClient): Promise<string | undefined>;
  /**
   * An endpoint that few need; `undefined`: there is none, or none that this client may prove itself to.
   * @throws ProblemError `tls-required`
   */
  endpoint(
    client: OAuthClient,
    name: 'device_authorization_endpoint' | 'revocation_endpoint',
  ): Promise<string | undefined>;
  /** Where the issuer publishes the keys of its id_tokens; `undefined`: nowhere. @throws ProblemError `tls-required` */
  keysUrl(client: OAuthClient): Promise<string | undefined>;
  /** Forgets what was read of an application, after its failure was set or cleared here. */
  forget(id: ApplicationId): void;
}

/** @param deps `callbackUrl`: the service's own; `fetch`: the guarded one of outgoing */
export function createOAuthClients(deps: {
  applications: Pick<Applications, 'read' | 'secrets' | 'setSecretInUse'>;
  /** Where federated credentials come from. */
  federated: FederatedTokens;
  providers: Providers;
  fetch: CustomFetch;
  callbackUrl: string;
  /** Told of each answer of a token endpoint that no row of the tables knows, for metrics. */
  onUnknownReply?: () => void;
}): OAuthClients {
  const { applications, providers } = deps;
  const servers: AuthorizationServers = createAuthorizationServers(deps);
  const known = new Map<ApplicationId, { readAt: number; client: OAuthClient }>();
  const reading = new Map<ApplicationId, Promise<OAuthClient>>();

  async function read(id: ApplicationId): Promise<OAuthClient> {
    const readAt = performance.now();
    const application = await applications.read(id);
    const before = known.get(id)?.client;
    if (before?.application.version === application.version)
      return remembered(id, { readAt, client: { ...before, application } });
    const client = await build(application);
    // Settings and secrets are two reads. A secret that was entered for another server between them goes there alone.
    const { version } = await applications.read(id);
    return version === application.version ? remembered(id, { readAt, client }) : read(id);
  }

  function remembered(id: ApplicationId, reading: { readAt: number; client: OAuthClient }): OAuthClient {
    known.set(id, reading);
    return reading.client;
  }

  async function build(application: Application): Promise<OAuthClient> {
    const preset = providers[application.settings.provider];
    const settings = withPreset(application.settings, preset);
    const [server, secrets] = await Promise.all([
      servers.of(settings, preset),
      applications.secrets(application.id),
    ]);
    const credentials = await createClientCredentials(
      { application, settings, secrets, server },
      deps.federated,
    );
    return {
      application,
      settings,
      preset,
      server,
      callbackUrl: settings.callbackUrl ?? deps.callbackUrl,
      secrets: Object.values(secrets),
      credentials: credentials.inOrder,
      accepted(credential) {
        if (!credentials.worked(credential)) return;
        const { id, version } = application;
        // Only a hint for the next process: where it is lost, that one finds out by itself.
        applications.setSecretInUse(id, credential.which, version).catch(() => undefined);
      },
      fetch: deps.fetch,
      onUnknownReply: deps.onUnknownReply,
      configuration({ fetch, issuer, endpoints, clockSkewSeconds = 0, credential }) {
        // RFC 9207's parameter is checked by the sign-in itself (sign-in-checks), which also knows of many tenants.
        const { authorization_response_iss_parameter_supported: _, ...others } = server.metadata;
        const metadata = {
          ...others,
          ...(issuer !== undefined && { issuer }),
          ...endpoints,
        };
        const configuration = new Configuration(
          metadata,
          settings.clientId,
          clockSkewSeconds === 0 ? undefined : { [clockSkew]: clockSkewSeconds },
          (credential ?? credentials.inOrder()[0]).authentication,
        );
        configuration[customFetch] = fetch;
        // The deadline is the request's own (token-request).
        configuration.timeout = 0;
        // Plain http was refused for anything but loopback when the server was looked up.
        const { token_endpoint, authorization_endpoint } = server.metadata;
        if ([token_endpoint, authorization_endpoint].some((url) => url.startsWith('http:')))
          allowInsecureRequests(configuration);
        return configuration;
      },
    };
  }

  return {
    async of(id, { fresh = false } = {}) {
      const cached = known.get(id);
      const isFresh = cached !== undefined && performance.now() - cached.readAt < FRESH_MS;
      if (!fresh && isFresh && !cached.client.application.failure) return cached.client;
      if (fresh) return read(id);
      const running = reading.get(id) ?? read(id).finally(() => reading.delete(id));
      reading.set(id, running);
      return running;
    },
    async userinfoEndpoint({ server, settings, preset }) {
      return server.metadata.userinfo_endpoint ?? (await servers.userinfoEndpoint(settings, preset));
    },
    async endpoint({ settings, preset, server }, name) {
      const endpoint = await servers.endpoint(settings, preset, name);
      const isElsewhere =
        endpoint !== undefined && new URL(endpoint).origin !== new URL(server.metadata.token_endpoint).origin;
      return isElsewhere && ASSERTS.has(settings.clientAuth.method) ? undefined : endpoint;
    },
    keysUrl: ({ settings }) => servers.keysUrl(settings),
    forget: (id) => void known.delete(id),
  };
}
