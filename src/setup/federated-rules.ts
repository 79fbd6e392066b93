/**
 * Where a federated token may come from and go to. It is a credential that nobody enters, so law 7's "enter it again" does
 * not help: it goes to the providers that are known, and says nothing but "this is the machine that you trust".
 */
import type { ProviderName, ProviderPreset } from '../contract/provider.js';
import type { ApplicationSettings } from './model.js';
import { tokenOrigins } from './preset.js';
import type { Fault } from './settings-check.js';
import { isLoopbackHost } from './transport-rules.js';

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
  if (!isTokenExchange(audience)) return [];
  const known = new Set(Object.values(providers).flatMap(({ accessTokenUrl }) => originOf(accessTokenUrl)));
  const strangers = [...tokenOrigins(application)].filter(
    (origin) => !known.has(origin) && !isLoopbackHost(new URL(origin).hostname),
  );
  return strangers.map((origin) => ({
    path: application.accessTokenUrl?.startsWith(origin) ? '/accessTokenUrl' : '/issuer',
    message: `${origin} is no token endpoint of Microsoft: a token for ${audience} goes nowhere else`,
  }));
}

const originOf = (url: string | undefined): string[] =>
  url === undefined ? [] : [new URL(url.replaceAll('{tenant}', 'tenant')).origin];
