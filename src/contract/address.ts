/** Mail addresses, as the identity rule compares them: ASCII case-insensitively, domains as A-labels (RFC 5890 §2.3.2.1). */
import { domainToASCII } from 'node:url';

/**
 * An address in the form that comparisons use.
 * @param address one bare addr-spec, no display name
 * @returns local part lower-cased in ASCII only, domain as lower-case A-label; `undefined` when it is no address
 */
export function normalizedAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  if (at < 1 || at === address.length - 1) return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get through
  if (/[\s<>,;:"()\\[\]\u0000-\u001f\u007f]/u.test(address)) return undefined;
  const localPart = address.slice(0, at).replace(/[A-Z]/g, (c) => c.toLowerCase());
  if (localPart.includes('@')) return undefined;
  const domain = domainToASCII(address.slice(at + 1));
  if (!domain) return undefined;
  return `${localPart}@${domain}`;
}

/** Whether two addresses name the same mailbox by the identity rule (law 1). Anything that is no address equals nothing. */
export function sameAddress(a: string | undefined, b: string | undefined): boolean {
  if (!a || !b) return false;
  const left = normalizedAddress(a);
  return left !== undefined && left === normalizedAddress(b);
}
