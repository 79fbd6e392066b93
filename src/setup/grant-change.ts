/** Which changes of a connection's settings void its grant, and which send a password to another host (laws 1 and 7). */
import { sameAddress } from '../contract/address.js';
import type { ConnectionSettings } from './model.js';

const hostsOf = ({ imap, smtp }: ConnectionSettings): string[] =>
  [imap?.host, smtp?.host].filter((host) => host !== undefined).map((host) => host.toLowerCase());

/** Hosts that would get the grant's access token now and did not before. */
function addedHosts(before: ConnectionSettings, after: ConnectionSettings): string[] {
  const known = new Set(hostsOf(before));
  return hostsOf(after).filter((host) => !known.has(host));
}

const placesOf = ({ imap, smtp }: ConnectionSettings): string[] =>
  [imap, smtp].flatMap((endpoint) => (endpoint ? `${endpoint.host.toLowerCase()}:${endpoint.port}` : []));

/** Hosts with their ports that would get the password now and did not before: another port may be another server. */
export function addedPlaces(before: ConnectionSettings, after: ConnectionSettings): string[] {
  const known = new Set(placesOf(before));
  return placesOf(after).filter((place) => !known.has(place));
}

/**
 * What of a change voids the grant: a new User, Scope, application or host, another way to authenticate, and the change
 * from a person's grant to the application's own or back.
 * @returns each as a person reads it; empty: the grant stays
 */
export function voidingChanges(before: ConnectionSettings, after: ConnectionSettings): string[] {
  const hosts = addedHosts(before, after);
  const changes: string[] = [];
  if (!sameAddress(before.user, after.user)) changes.push(`User was ${before.user} and is ${after.user}`);
  if (before.authentication !== after.authentication) changes.push('Authentication was changed');
  else if (before.application !== after.application) changes.push('it uses another application');
  if (!sameSet(before.scope, after.scope))
    changes.push(`Scope was ${scopeText(before.scope)} and is ${scopeText(after.scope)}`);
  if (hosts.length > 0) changes.push(`the mail server ${hosts.join(' and ')} was not there before`);
  if (isAppOnly(before) !== isAppOnly(after)) changes.push(`Grant was ${before.grant} and is ${after.grant}`);
  return changes;
}

const isAppOnly = ({ grant }: ConnectionSettings): boolean => grant === 'clientCredentials';

const scopeText = (scope: readonly string[]): string => scope.join(' ') || 'the provider’s default';

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));
