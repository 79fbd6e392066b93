/**
 * The address that a client counts by: for the audit trail, the limits and the brake on sign-ins. It is the TCP peer's,
 * and only where that is a trusted proxy what it says in X-Forwarded-For: the right-most address that is no trusted
 * proxy, since whatever stands left of that one the client may have written itself.
 *
 * Not Fastify's `trustProxy`: that believes X-Forwarded-Host and -Proto as well, and hands on what is no address at all.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whom the request came from, trusted proxies left out; no other file reads `request.ip`. */
    readonly clientAddress: string;
  }
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Block = [Address, number];

/** More hops than any chain of proxies has; a header is up to 16 KB of them. */
const MOST_HOPS = 32;

/** @param trustedProxies blocks (CIDR); none: headers are never looked at */
export function knowClientAddresses(app: FastifyInstance, trustedProxies: readonly string[] = []): void {
  const addressOf = createClientAddress(trustedProxies);
  app.decorateRequest('clientAddress', {
    getter(this: FastifyRequest) {
      return addressOf(this.ip, this.headers['x-forwarded-for']);
    },
  });
}

/** @returns the address for a TCP peer and the value, or values, of X-Forwarded-For */
export function createClientAddress(
  trustedProxies: readonly string[],
): (peer: string, forwardedFor: string | string[] | undefined) => string {
  const blocks: Block[] = trustedProxies.map((block) => ipaddr.parseCIDR(block));
  const isTrusted = (address: Address): boolean =>
    blocks.some(([net, length]) => net.kind() === address.kind() && address.match([net, length] as never));
  return (peer, forwardedFor) => {
    const direct = parsed(peer);
    if (direct === undefined) return peer;
    let nearest = direct;
    const hops = [forwardedFor ?? []].flat().join(',').split(',').slice(-MOST_HOPS);
    while (isTrusted(nearest)) {
      // A proxy that names nobody, or nonsense, is as far as anybody can be followed.
      const next = parsed(hops.pop() ?? '');
      if (next === undefined) break;
      nearest = next;
    }
    return nearest.toString();
  };
}

/** An address as proxies write it: also with a port (`203.0.113.7:4711`, `[2001:db8::1]:4711`), or IPv4 in IPv6 form. */
function parsed(text: string): Address | undefined {
  const trimmed = text.trim();
  const [, bracketed, dotted] = /^(?:\[([^\]]*)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/.exec(trimmed) ?? [];
  const address = bracketed ?? dotted ?? trimmed;
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return undefined;
  return ipaddr.process(address);
}
