/** Resolves a host name to the addresses that may be connected to. */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP } from 'node:net';
import { problemError } from '../contract/problem.js';
import { isAllowedAddress } from './address-rules.js';

export interface Resolver {
  /**
   * The addresses of a host that may be connected to, IPv4 first.
   * @param host a name or an address; an IPv6 address also in brackets
   * @throws ProblemError `address-refused` when every address is refused
   * @throws what the system's resolver throws (ENOTFOUND, EAI_AGAIN); whoever connects translates it as it does ECONNREFUSED
   */
  addresses(host: string): Promise<LookupAddress[]>;
}

/** As node:dns has it, for tests to stand in. */
export type Lookup = (host: string) => Promise<LookupAddress[]>;

const lookupAll: Lookup = (host) =>
  new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

export function createResolver(options: { allowPrivateNetworks: boolean; lookup?: Lookup }): Resolver {
  const lookup = options.lookup ?? lookupAll;
  return {
    async addresses(given) {
      const host = given.replace(/^\[(.*)\]$/, '$1');
      const family = isIP(host);
      // What is no plain address goes through the resolver, which reads 0x7f.1 or 2130706433 as the system would.
      const found = family === 0 ? await lookup(host) : [{ address: host, family }];
      const allowed = found.filter(({ address }) => isAllowedAddress(address, options.allowPrivateNetworks));
      if (allowed.length === 0) {
        const address = found[0]?.address ?? 'no address';
        throw problemError('address-refused', { with: { host, address } });
      }
      return allowed.sort((a, b) => a.family - b.family);
    },
  };
}
