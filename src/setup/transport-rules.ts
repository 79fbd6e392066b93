/** No sign-in without TLS except to loopback (law 7), and no passwords where the provider takes none. */
import type { Endpoint } from '../contract/connector-type.js';
import { problemError } from '../contract/problem.js';
import type { ProviderPreset } from '../contract/provider.js';
import type { Fault } from './settings-check.js';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Whether a host name can only mean this machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3). */
export const isLoopbackHost = (host: string): boolean => LOOPBACK.test(host);

/**
 * What is wrong with a URL that a secret or a code travels to.
 * @returns `undefined` when nothing is; a URL in clear text is refused by {@link refuseClearTextUrl}
 */
export function urlFault(value: string): string | undefined {
  if (!URL.canParse(value)) return 'must be an absolute URL';
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be an https URL';
  if (url.username || url.password) return 'must not carry a user name or password';
  if (url.hash) return 'must not carry a fragment';
  return undefined;
}

/** @throws ProblemError `tls-required` */
export function refuseClearTextUrl(path: string, value: string): void {
  const url = new URL(value);
  if (url.protocol === 'https:' || isLoopbackHost(url.hostname)) return;
  refuseClearText({ path, message: 'must be https; plain http is for loopback only' }, url.hostname);
}

/** @throws ProblemError `tls-required` */
export function refuseClearTextEndpoint(path: string, endpoint: Endpoint): void {
  if (endpoint.tlsType !== 'None' || isLoopbackHost(endpoint.host)) return;
  refuseClearText({ path: `${path}/tlsType`, message: 'None is for loopback only' }, endpoint.host);
}

function refuseClearText(fault: Fault, host: string): never {
  throw problemError('tls-required', { with: { host }, fields: [fault] });
}

/** Whether a host is one of a provider's own: of its preset, or under its domains. */
export function isMailHost(host: string, { imap, smtp, mailDomains = [] }: ProviderPreset): boolean {
  const asked = host.toLowerCase().replace(/\.$/, '');
  return (
    mailDomains.some((domain) => asked === domain || asked.endsWith(`.${domain}`)) ||
    [imap?.host, smtp?.host].some((known) => known === asked)
  );
}

/**
 * @param providers the presets; those that refuse Basic name their hosts
 * @throws ProblemError `basic-not-supported`
 */
export function refuseBasicHost(path: string, host: string, providers: Iterable<ProviderPreset>): void {
  for (const preset of providers) {
    if (!preset.basicRefused || !isMailHost(host, preset)) continue;
    throw problemError('basic-not-supported', {
      with: { host },
      fields: [{ path: `${path}/host`, message: 'takes OAuth 2.0 only' }],
    });
  }
}
