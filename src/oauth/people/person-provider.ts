/** What is known of the OpenID provider that people sign in through: by discovery, kept for an hour, ready for openid-client. */
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  clockTolerance,
  customFetch,
  enableNonRepudiationChecks,
  None,
  type ServerMetadata,
} from 'openid-client';
import { type ProblemError, problemError, problemIn } from '../../contract/problem.js';
import { isLoopbackHost } from '../../setup/transport-rules.js';
import { discover } from '../server/authorization-server.js';

const CACHED_MS = 60 * 60_000;
const TIMEOUT_SECONDS = 15;
/** Clocks that are off a little sign people in all the same. */
const CLOCK_TOLERANCE_SECONDS = 60;

export interface PersonOpenIdSettings {
  issuer: string;
  clientId: string;
  /** Absent: a public client. */
  clientSecret?: string | undefined;
  /** Separated by spaces; with openid. */
  scope: string;
}

/** @returns the configuration; @throws ProblemError `openid-unreachable`, `address-refused` */
export type PersonProvider = () => Promise<Configuration>;

export const unreachable = (issuer: string, what: string): ProblemError =>
  problemError('openid-unreachable', { with: { issuer, what } });

/** @param deps `fetch`: the guarded one of outgoing */
export function createPersonProvider(deps: {
  settings: PersonOpenIdSettings;
  fetch: CustomFetch;
}): PersonProvider {
  const { settings, fetch } = deps;
  let known: { at: number; configuration: Promise<Configuration> } | undefined;
  return () => {
    if (known && performance.now() - known.at < CACHED_MS) return known.configuration;
    const asked = { at: performance.now(), configuration: configured(settings, fetch) };
    known = asked;
    asked.configuration.catch(() => {
      if (known === asked) known = undefined;
    });
    return asked.configuration;
  };
}

async function configured(settings: PersonOpenIdSettings, fetch: CustomFetch): Promise<Configuration> {
  const { issuer, clientId, clientSecret } = settings;
  const metadata = await discover(issuer, fetch).catch((error: unknown) => {
    const found = problemIn(error)?.problem;
    if (found?.code === 'address-refused') throw error;
    throw unreachable(issuer, found?.detail ?? 'discovery failed.');
  });
  refuseUnfit(issuer, metadata);
  const configuration = new Configuration(
    { ...metadata, id_token_signing_alg_values_supported: asymmetric(metadata) },
    clientId,
    {
      [clockTolerance]: CLOCK_TOLERANCE_SECONDS,
      ...(clientSecret !== undefined && { client_secret: clientSecret }),
    },
    authenticationOf(clientSecret, metadata),
  );
  configuration[customFetch] = fetch;
  configuration.timeout = TIMEOUT_SECONDS;
  // The id_token is who somebody is: its signature counts, and not only the TLS that it came over.
  enableNonRepudiationChecks(configuration);
  // Checked above: only of this machine.
  if (issuer.startsWith('http:')) allowInsecureRequests(configuration);
  return configuration;
}

/** Every endpoint that a secret or a code goes to, or whose word is believed. */
const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

function refuseUnfit(issuer: string, metadata: ServerMetadata): void {
  if (/\{tenantid\}|%7Btenantid%7D/i.test(metadata.issuer))
    throw unreachable(
      issuer,
      'it stands for the accounts of every tenant; name your own in MAILGRANT_OPENID_ISSUER.',
    );
  for (const name of ENDPOINTS) {
    if (metadata[name] === undefined) throw unreachable(issuer, `its metadata names no ${name}.`);
  }
  for (const name of [...ENDPOINTS, 'userinfo_endpoint'] as const) {
    const url = metadata[name];
    if (url === undefined) continue;
    const { protocol, hostname } = new URL(url);
    if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackHost(hostname)))
      throw unreachable(issuer, `its ${name} is not https.`);
  }
}

/** What anybody can sign with (HS256, whose key is the client secret, or none) proves no issuer. RFC 8725 §3.2. */
function asymmetric({ id_token_signing_alg_values_supported: named }: ServerMetadata): string[] {
  const fit = (named ?? []).filter((each) => !/^(none|HS\d+)$/i.test(each));
  return fit.length > 0 ? fit : ['RS256'];
}

/** OpenID Connect Discovery 1.0 §3: without a word client_secret_basic. */
function authenticationOf(secret: string | undefined, metadata: ServerMetadata) {
  if (secret === undefined) return None();
  const { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] } = metadata;
  return methods.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret);
}
