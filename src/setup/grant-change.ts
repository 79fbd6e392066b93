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

/** A new User, Scope, application or host voids the grant; so does another way to authenticate. */
export function voidsGrant(before: ConnectionSettings, after: ConnectionSettings): boolean {
  return (
    !sameAddress(before.user, after.user) ||
    before.authentication !== after.authentication ||
    before.application !== after.application ||
    !sameSet(before.scope, after.scope) ||
    addedHosts(before, after).length > 0
  );
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));
