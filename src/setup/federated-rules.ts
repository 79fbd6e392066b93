/**
 * Where a federated token may come from and go to. It is a credential that nobody enters, so law 7's "enter it again" does
 * not help: it goes to the providers that are known, and says nothing but "this is the machine that you trust".
 */
import { problemError } from '../contract/problem.js';
import type { ProviderName, ProviderPreset } from '../contract/provider.js';
import type { ApplicationSettings, ConnectionSettings } from './model.js';
import { tokenOrigins } from './preset.js';
import type { Fault } from './settings-check.js';
import { isLoopbackHost, isMailHost } from './transport-rules.js';

/** What Entra wants such a token to be for; the other clouds append their name. */
export const TOKEN_EXCHANGE = 'api://AzureADTokenExchange';
export const isTokenExchange = (audience: string): boolean =>
  /^api:\/\/AzureADTokenExchange[A-Za-z]*$/.test(audience);

/** @param application filled in from its preset */
export function federatedFaults(
  application: ApplicationSettings,
  providers: Readonly<Record<ProviderName, ProviderPreset>>,
): Fault[] {
  const { clientAuth } = application;
  if (clientAuth.method !== 'federatedCredential') return [];
  const { source, audience = TOKEN_EXCHANGE } = clientAuth;
  // Any other audience would be a token of the machine for some service of Azure.
  if (source === 'managedIdentity' && !isTokenExchange(audience))
    return [{ path: '/clientAuth/audience', message: `must be ${TOKEN_EXCHANGE}, or that of another cloud` }];
  if (!isTokenExchange(audience)) return audienceFaults(application, audience);
  const known = new Set(
    Object.values(providers)
      .filter(({ appOnlyScope }) => appOnlyScope)
      .flatMap(({ accessTokenUrl }) => originOf(accessTokenUrl)),
  );
  const strangers = [...tokenOrigins(application)].filter(
    (origin) => !known.has(origin) && !isLoopbackHost(new URL(origin).hostname),
  );
  return strangers.map((origin) => ({
    path: application.accessTokenUrl?.startsWith(origin) ? '/accessTokenUrl' : '/issuer',
    message: `${origin} is no token endpoint of Microsoft: a token for ${audience} goes nowhere else`,
  }));
}

/**
 * A token for somebody else (a cloud, a vault) may lie on this machine as well: only one that is for the very server that it
 * is sent to goes there (RFC 7523 §3, 3).
 */
function audienceFaults({ accessTokenUrl, issuer }: ApplicationSettings, audience: string): Fault[] {
  const [origin] = originOf(accessTokenUrl ?? issuer);
  if (origin === undefined || isLoopbackHost(new URL(origin).hostname)) return [];
  if (URL.canParse(audience) && new URL(audience).origin === origin) return [];
  const message = `must be ${TOKEN_EXCHANGE}, or a URL of ${origin}, which is where the token is sent`;
  return [{ path: '/clientAuth/audience', message }];
}

/**
 * What such an application gets by itself opens every mailbox that it was let into, so only its provider's own servers are
 * shown it. A person's grant is another matter: a new host voids that (grant-change), and the person signs in again.
 * @throws ProblemError `machine-token-for-provider-only`
 */
export function refuseStrangeMailHost(
  { grant, imap, smtp }: Pick<ConnectionSettings, 'grant' | 'imap' | 'smtp'>,
  application: Pick<ApplicationSettings, 'name' | 'clientAuth'>,
  providers: Readonly<Record<ProviderName, ProviderPreset>>,
): void {
  const { name, clientAuth } = application;
  const isOfMachine =
    clientAuth.method === 'managedIdentity' ||
    (clientAuth.method === 'federatedCredential' && isTokenExchange(clientAuth.audience ?? TOKEN_EXCHANGE));
  if (grant !== 'clientCredentials' || !isOfMachine) return;
  const known = Object.values(providers).filter(({ appOnlyScope }) => appOnlyScope);
  for (const endpoint of [imap, smtp]) {
    const isKnown = (host: string): boolean =>
      isLoopbackHost(host) || known.some((preset) => isMailHost(host, preset));
    if (endpoint && !isKnown(endpoint.host))
      throw problemError('machine-token-for-provider-only', {
        with: { application: name, host: endpoint.host },
      });
  }
}

const originOf = (url: string | undefined): string[] =>
  url === undefined ? [] : [new URL(url.replaceAll('{tenant}', 'tenant')).origin];
