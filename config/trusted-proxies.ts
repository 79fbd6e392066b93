/** MAILGRANT_TRUSTED_PROXIES: addresses and CIDR blocks whose word about the client's address is taken. */
import ipaddr from 'ipaddr.js';

/**
 * @param members addresses and blocks as they were written
 * @returns what is wrong with the first that cannot be used; `undefined`: nothing
 */
export function faultOfProxies(members: readonly string[]): string | undefined {
  for (const member of members) {
    const [address = '', length, ...rest] = member.split('/');
    // Only the plain forms: 010.1 and 0x7f.1 are addresses to some parsers, and not the same to all.
    const bits = ipaddr.IPv4.isValidFourPartDecimal(address) ? 32 : ipaddr.IPv6.isValid(address) ? 128 : 0;
    const isBlock = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits);
    if (bits === 0 || !isBlock || rest.length > 0 || address.includes('%'))
      return `"${member}" is neither an address nor a block such as 10.0.0.0/8 or fd00::/8`;
    if (length !== undefined && Number(length) === 0)
      return `"${member}" is everybody, and whoever is trusted may claim any address; name your proxies`;
    if (bits === 128 && ipaddr.IPv6.parse(address).isIPv4MappedAddress())
      return `"${member}" is an IPv4 address in IPv6 form; write the IPv4 address`;
  }
  return undefined;
}

/** @param members without a fault @returns each as a block, `10.0.0.1/32` */
export const blocksOf = (members: readonly string[]): string[] =>
  members.map((member) => (member.includes('/') ? member : `${member}/${member.includes(':') ? 128 : 32}`));
