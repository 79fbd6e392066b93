/** What a connection lacks for a connector type: an endpoint, or a scope in what was granted (or will be asked for). */
import type { Application, Connection, ConnectorType, Provider } from '../../api/schema.js';

export interface Lacking {
  /** Protocols without an endpoint; the service refuses the connector. */
  endpoints: string[];
  /** Scopes that the grant does not cover; the service holds the connector. */
  scopes: string[];
}

type Needs = Pick<ConnectorType, 'needs'>;

/** @param provider of its application; unknown: scopes are not looked at */
export function lacking(connection: Connection, { needs }: Needs, provider: Provider | undefined): Lacking {
  const protocols = needs.filter((each): each is 'imap' | 'smtp' => each === 'imap' || each === 'smtp');
  const needed = protocols.flatMap((each) => provider?.scope[each] ?? []);
  const given = scopesOf(connection);
  return {
    endpoints: protocols.filter((each) => connection[each] === undefined),
    scopes: given === undefined ? [] : needed.filter((scope) => !given.has(permissionOf(scope))),
  };
}

/** What it holds, else what a sign-in will ask for; `undefined` where that is the provider's own choice, or nobody can say. */
function scopesOf({ authentication, grant, identity, status, grantedScope, scope }: Connection) {
  const isUsers = authentication === 'oauth2' && grant !== 'clientCredentials' && identity !== 'asserted';
  if (!isUsers) return undefined;
  const known = status === 'authorized' && grantedScope.length > 0 ? grantedScope : scope;
  return known.length === 0 ? undefined : new Set(known.map(permissionOf));
}

/** Hosts of one mail resource have several names; the permission is what comes after. */
function permissionOf(scope: string): string {
  const lower = scope.toLowerCase();
  const name = URL.canParse(lower) ? new URL(lower).pathname.slice(1) : lower;
  return name === '' ? lower : name;
}

/** The preset that a connection's application is made from. */
export const providerOf = (
  connection: Connection,
  applications: readonly Application[],
  providers: readonly Provider[],
): Provider | undefined => {
  const application = applications.find(({ id }) => id === connection.application);
  return providers.find(({ name }) => name === application?.provider);
};
