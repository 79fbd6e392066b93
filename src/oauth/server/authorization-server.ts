/**
 * What is known of an application's authorization server: endpoints and issuer, from its settings and preset where they
 * say it all, else by discovery (OpenID Connect Discovery 1.0 §4), cached for an hour.
 */
import {
  allowInsecureRequests,
  type CustomFetch,
  customFetch,
  discovery,
  type ServerMetadata,
} from 'openid-client';
import { ProblemError, problemError } from '../../contract/problem.js';
import type { ProviderPreset } from '../../contract/provider.js';
import type { ApplicationSettings } from '../../setup/model.js';
import { presetUrl } from '../../setup/preset.js';
import { isLoopbackHost } from '../../setup/transport-rules.js';

const DISCOVERY_TIMEOUT_SECONDS = 10;
const CACHED_MS = 60 * 60_000;
const CACHED_SERVERS = 500;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface AuthorizationServer {
  metadata: ServerMetadata & { token_endpoint: string; authorization_endpoint: string };
  /** Where the tenant stands for many: the issuer with `{tenantid}` for the `tid` of whoever signs in. */
  issuerTemplate?: string;
  /** The tenant whose accounts may sign in, by its GUID where it has one; `undefined`: any, or the issuer alone says it. */
  tenant?: string;
}

export interface AuthorizationServers {
  /**
   * @param settings of the application, filled in from its preset
   * @throws ProblemError `issuer-unreachable`, `tls-required`
   */
  of(settings: ApplicationSettings, preset: ProviderPreset): Promise<AuthorizationServer>;
  /** The userinfo endpoint, by discovery where settings and preset do not lead there; `undefined`: there is none. */
  userinfoEndpoint(settings: ApplicationSettings, preset: ProviderPreset): Promise<string | undefined>;
  /**
   * An endpoint that few need, from the preset or by discovery; `undefined`: there is none.
   * @throws ProblemError `tls-required`
   */
  endpoint(
    settings: ApplicationSettings,
    preset: ProviderPreset,
    name: 'device_authorization_endpoint' | 'revocation_endpoint',
  ): Promise<string | undefined>;
  /**
   * Where the issuer publishes its keys, by discovery; `undefined`: nowhere.
   * @throws ProblemError `tls-required`
   */
  keysUrl(settings: ApplicationSettings): Promise<string | undefined>;
}

/** @param deps `fetch`: the guarded one of outgoing */
export function createAuthorizationServers(deps: { fetch: CustomFetch }): AuthorizationServers {
  const cache = new Map<string, { at: number; metadata: Promise<ServerMetadata> }>();

  function discovered(issuer: string): Promise<ServerMetadata> {
    const known = cache.get(issuer);
    if (known && performance.now() - known.at < CACHED_MS) return known.metadata;
    const metadata = discover(issuer, deps.fetch);
    cache.delete(issuer);
    cache.set(issuer, { at: performance.now(), metadata });
    const oldest = cache.keys().next().value;
    if (cache.size > CACHED_SERVERS && oldest !== undefined) cache.delete(oldest);
    metadata.catch(() => {
      if (cache.get(issuer)?.metadata === metadata) cache.delete(issuer);
    });
    return metadata;
  }

  return {
    async of(settings, preset) {
      const { tenant, issuer } = settings;
      const isForMany = tenant !== undefined && preset.multiTenantNames.includes(tenant.toLowerCase());
      const isTenantName = tenant !== undefined && !isForMany && !GUID.test(tenant) && preset.tenantRequired;
      const isComplete = settings.authUrl !== undefined && settings.accessTokenUrl !== undefined;
      if (isComplete && !isTenantName) {
        const known = { issuer: issuer ?? new URL(settings.accessTokenUrl ?? '').origin };
        return withEndpoints(settings, known, isForMany ? tenant : undefined);
      }
      if (issuer === undefined) {
        throw problemError('issuer-unreachable', {
          with: { issuer: 'none', what: 'the application names no issuer' },
        });
      }
      const metadata = await discovered(issuer);
      if (isTenantName) {
        const guid = metadata.issuer.split('/').find((part) => GUID.test(part));
        return { ...withEndpoints(settings, metadata, undefined), ...(guid && { tenant: guid }) };
      }
      return withEndpoints(settings, metadata, isForMany ? tenant : undefined);
    },
    async userinfoEndpoint(settings) {
      if (settings.issuer === undefined) return undefined;
      const metadata = await discovered(settings.issuer).catch(() => undefined);
      return metadata?.userinfo_endpoint;
    },
    async endpoint(settings, preset, name) {
      const ofPreset = name === 'revocation_endpoint' ? 'revocationUrl' : 'deviceAuthorizationUrl';
      const known = presetUrl(settings, preset, ofPreset);
      const { issuer } = settings;
      const metadata =
        known === undefined && issuer ? await discovered(issuer).catch(() => undefined) : undefined;
      const endpoint = known ?? metadata?.[name];
      if (endpoint !== undefined) refuseClearText(endpoint);
      return endpoint;
    },
    async keysUrl({ issuer }) {
      if (issuer === undefined) return undefined;
      const metadata = await discovered(issuer).catch(() => undefined);
      if (metadata?.jwks_uri !== undefined) refuseClearText(metadata.jwks_uri);
      return metadata?.jwks_uri;
    },
  };
}

function withEndpoints(
  settings: ApplicationSettings,
  metadata: ServerMetadata,
  nameForMany: string | undefined,
): AuthorizationServer {
  const authorizationEndpoint = settings.authUrl ?? metadata.authorization_endpoint;
  const tokenEndpoint = settings.accessTokenUrl ?? metadata.token_endpoint;
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined) {
    const what = 'its metadata names no authorization or token endpoint';
    throw problemError('issuer-unreachable', { with: { issuer: metadata.issuer, what } });
  }
  for (const url of [authorizationEndpoint, tokenEndpoint]) refuseClearText(url);
  const complete = {
    ...metadata,
    authorization_endpoint: authorizationEndpoint,
    token_endpoint: tokenEndpoint,
  };
  if (nameForMany !== undefined) {
    return { metadata: complete, issuerTemplate: templateOf(metadata.issuer, nameForMany) };
  }
  const isGuid = settings.tenant !== undefined && GUID.test(settings.tenant);
  return { metadata: complete, ...(isGuid && settings.tenant && { tenant: settings.tenant }) };
}

/** `https://login…/common/v2.0` and what discovery says, `https://login…/{tenantid}/v2.0`, mean the same. */
const templateOf = (issuer: string, nameForMany: string): string =>
  issuer.replaceAll('%7Btenantid%7D', '{tenantid}').replace(`/${nameForMany}/`, '/{tenantid}/');

/**
 * The issuer that an id_token of a tenant must name.
 * @param tid claim `tid`, which must be a GUID
 */
export function issuerOfTenant(template: string, tid: unknown): string | undefined {
  return typeof tid === 'string' && GUID.test(tid) ? template.replace('{tenantid}', tid) : undefined;
}

/** @throws ProblemError `tls-required` for plain http to anything but loopback (law 7) */
function refuseClearText(endpoint: string): void {
  const url = new URL(endpoint);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))) return;
  throw problemError('tls-required', { with: { host: url.host } });
}

/**
 * The metadata of an issuer, fetched now.
 * @throws ProblemError `issuer-unreachable`, also where it calls itself otherwise; `tls-required`
 */
export async function discover(issuer: string, fetch: CustomFetch): Promise<ServerMetadata> {
  refuseClearText(issuer);
  const wellKnown = new URL(
    issuer.includes('/.well-known/')
      ? issuer
      : `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
  );
  try {
    const options = {
      [customFetch]: fetch,
      timeout: DISCOVERY_TIMEOUT_SECONDS,
      ...(wellKnown.protocol === 'http:' && { execute: [allowInsecureRequests] }),
    };
    // The client id is not part of the request; the metadata is used for every application of the issuer.
    const metadata = (
      await discovery(wellKnown, 'discovery', undefined, undefined, options)
    ).serverMetadata();
    refuseOtherIssuer(issuer, metadata.issuer);
    const { supportsPKCE: _, ...plain } = metadata;
    return plain;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    if (error instanceof Error && error.cause instanceof ProblemError) throw error.cause;
    const what = error instanceof Error ? error.message : 'no answer';
    throw problemError('issuer-unreachable', { with: { issuer, what }, cause: error });
  }
}

/** Discovery §4.3: the issuer must be the one asked. Entra answers for a tenant's name with its GUID, or `{tenantid}`. */
function refuseOtherIssuer(asked: string, named: string): void {
  const comparable = (issuer: string): string =>
    issuer
      .replace(/\/$/, '')
      .replace(/\/\.well-known\/.*$/, '')
      .toLowerCase();
  if (comparable(asked) === comparable(named)) return;
  const [left, right] = [asked, named].map((issuer) => comparable(issuer).split('/'));
  const differing = right?.filter((part, index) => part !== left?.[index]) ?? [];
  const isSameShape = left?.length === right?.length && differing.length === 1;
  const part = differing[0] ?? '';
  if (isSameShape && (GUID.test(part) || part === '{tenantid}' || part === '%7btenantid%7d')) return;
  throw problemError('issuer-unreachable', { with: { issuer: asked, what: `it calls itself ${named}` } });
}
