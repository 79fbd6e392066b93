/** Where the service is and with which key to ask it: MAILGRANT_URL, MAILGRANT_API_KEY, MAILGRANT_API_KEY_FILE. */
import path from 'node:path';
import { UsageError } from './failures.js';
import type { Terminal } from './terminal.js';

const DEFAULT_URL = 'http://127.0.0.1:8025';

/** Where the service writes the key that it makes at its first start, in its data directory. */
const KEY_FILE = 'api-key';

export interface ClientSettings {
  /** Without a trailing slash. */
  url: string;
  apiKey: string;
  /** Where the key came from, for whoever is told that it is refused. */
  apiKeySource: string;
}

/**
 * @param options `allowPlainHttp`: to another host than loopback; key and secrets then travel in clear text
 * @throws UsageError that never quotes the key
 */
export function clientSettings(
  terminal: Pick<Terminal, 'environment' | 'readFile' | 'exists'>,
  { allowPlainHttp = false }: { allowPlainHttp?: boolean } = {},
): ClientSettings {
  const url = serviceUrl(terminal.environment.MAILGRANT_URL || DEFAULT_URL, allowPlainHttp);
  const { value, source } = keyFrom(terminal, url);
  const apiKey = value.trim();
  if (apiKey === '') throw new UsageError(`The API key is empty (${source}).`);
  if (!/^[\x21-\x7e]+$/.test(apiKey))
    throw new UsageError(
      `What ${source} holds is no API key: it has spaces, line breaks or other characters.`,
    );
  return { url: url.href.replace(/\/+$/, ''), apiKey, apiKeySource: source };
}

export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);

function serviceUrl(text: string, allowPlainHttp: boolean): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError('MAILGRANT_URL is no http or https URL, such as http://127.0.0.1:8025.');
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash)
    throw new UsageError('MAILGRANT_URL carries more than an address; give it as https://mail.example.com.');
  if (url.protocol === 'http:' && !isLoopback(url) && !allowPlainHttp) {
    throw new UsageError(
      `MAILGRANT_URL is plain http to ${url.host}: the API key would travel in clear text. Use https, or add --allow-plain-http where the network is your own.`,
    );
  }
  return url;
}

function keyFrom(
  { environment, readFile, exists }: Pick<Terminal, 'environment' | 'readFile' | 'exists'>,
  url: URL,
): { value: string; source: string } {
  const { MAILGRANT_API_KEY: direct, MAILGRANT_API_KEY_FILE: file } = environment;
  if (direct && file)
    throw new UsageError('MAILGRANT_API_KEY and MAILGRANT_API_KEY_FILE are both set; keep one.');
  if (direct) return { value: direct, source: 'MAILGRANT_API_KEY' };
  if (file) return { value: readFile(file).toString('utf8'), source: file };
  // The key of a service on this machine is no other host's business.
  const found = path.join(environment.MAILGRANT_DATA_DIR || './data', KEY_FILE);
  if (isLoopback(url) && exists(found)) return { value: readFile(found).toString('utf8'), source: found };
  throw new UsageError(
    `There is no API key. Set MAILGRANT_API_KEY, or MAILGRANT_API_KEY_FILE to the path of a file that holds it. The first start of the service writes one to ${KEY_FILE} in its data directory; "mailgrant api-keys create" makes more.`,
  );
}
