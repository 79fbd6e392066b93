/**
 * Which addresses Mailgrant connects to: public ones; private ranges and loopback where a setting allows them; all else
 * (link-local, metadata, unspecified, multicast, reserved, tunnels) never. An allow-list: a range unknown here is refused.
 */
import ipaddr from 'ipaddr.js';

/** Ranges of ipaddr.js (IANA special-purpose registries) that MAILGRANT_ALLOW_PRIVATE_NETWORKS opens. */
const PRIVATE_RANGES: ReadonlySet<string> = new Set([
  'loopback',
  'private',
  'carrierGradeNat',
  'uniqueLocal',
]);

/** Metadata and platform services of clouds that lie outside the link-local range. */
const METADATA_ADDRESSES: ReadonlySet<string> = new Set([
  '100.100.100.200', // Alibaba Cloud
  '168.63.129.16', // Azure platform
  'fd00:ec2::254', // AWS, instance metadata
  'fd00:ec2::23', // AWS, EKS pod identity
  'fd20:ce::254', // Google Cloud
  'fd00:42::42', // Scaleway
]);

/**
 * Whether an address may be connected to.
 * @param address as a resolver or a socket names it: IPv4 dotted, or IPv6, also with a zone
 * @param allowPrivateNetworks whether private ranges and loopback are allowed
 * @returns false as well for what is no address
 */
export function isAllowedAddress(address: string, allowPrivateNetworks: boolean): boolean {
  // Only the plain forms: what else a parser might take for an address (octal, decimal) has to be resolved first.
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return false;
  const parsed = embeddedIPv4(ipaddr.parse(address));
  if (METADATA_ADDRESSES.has(parsed.toString())) return false;
  const range = parsed.range();
  if (range === 'unicast') return !isIPv4Compatible(parsed);
  return allowPrivateNetworks && PRIVATE_RANGES.has(range);
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The IPv4 address that a packet would really go to: IPv4-mapped (RFC 4291 §2.5.5.2), NAT64 (RFC 6052 §2.1), 6to4 (RFC 3056 §2). */
function embeddedIPv4(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const bytes = address.toByteArray();
  const wellKnownNat64 = address.range() === 'rfc6052' && bytes.slice(4, 12).every((byte) => byte === 0);
  if (wellKnownNat64) return new ipaddr.IPv4(bytes.slice(12));
  if (address.range() === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6));
  return address;
}

/** `::a.b.c.d`, deprecated by RFC 4291 §2.5.5.1; ipaddr.js counts it as unicast. */
const isIPv4Compatible = (address: Address): boolean =>
  address instanceof ipaddr.IPv6 &&
  address
    .toByteArray()
    .slice(0, 12)
    .every((byte) => byte === 0);
