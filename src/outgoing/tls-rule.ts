/** No sign-in without TLS except to loopback (law 7). */
import { problemError } from '../contract/problem.js';

/** Whether a host means this machine: `localhost` and names below it (RFC 6761 §6.3), 127.0.0.0/8, ::1. */
export function isLoopbackHost(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name)
  );
}

/**
 * Refuses a URL that would carry secrets in clear text.
 * @param url absolute
 * @throws ProblemError `tls-required` for anything but https, and http to loopback
 */
export function requireTlsOrLoopback(url: string | URL): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname))) return;
  throw problemError('tls-required', { with: { host: hostname } });
}
