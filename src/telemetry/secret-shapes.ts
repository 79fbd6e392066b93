/**
 * Takes secrets out of text by their shape, and those registered by their value, as the last gate before a log line or a
 * stored text leaves the process (law 7). Code does not log secrets in the first place; this catches foreign words. It
 * works on whole JSON lines, which stay JSON: no shape reaches over the quote that ends its value.
 */
import { secretForms } from '../contract/without-secrets.js';

const REMOVED = '[removed]';

/** Shapes; each keeps the part that says what it was. */
const SHAPES: readonly { find: RegExp; keep: string }[] = [
  // RFC 6750 §2.1, RFC 7617 §2, RFC 7628 §3.1 (auth=Bearer …^A)
  { find: /\b(Bearer|Basic) +[A-Za-z0-9\-._~+/%]{8,}=*/gi, keep: '$1 ' },
  // Form bodies and query strings, RFC 6749 §4 and §6
  {
    find: /\b(refresh_token|access_token|id_token|client_secret|client_assertion|code_verifier|device_code|password|assertion|token)=[^&\s"'<>\\]+/gi,
    keep: '$1=',
  },
  { find: /\bcode=[^&\s"'<>\\]{8,}/gi, keep: 'code=' },
  // The same in JSON, escaped as often as it was put into other JSON: the value ends at a quote escaped as its own was
  {
    find: /(\\*)"(refresh_?token|access_?token|id_?token|client_?secret|client_?assertion|code_?verifier|device_?code|password|passphrase|private_?key|pfx|secret|api_?key)\1"(\s*:\s*)\1"(?:(?!(?<!\\)\1").)+/gi,
    keep: '$1"$2$1"$3$1"',
  },
  // SASL initial responses: XOAUTH2 begins `user=`, OAUTHBEARER `n,a=` or `n,,`; base64 of those
  { find: /\b(?:dXNlcj|bixhPX|bix[a-zA-Z0-9]|biwsA)[A-Za-z0-9+/]{16,}={0,2}/g, keep: '' },
  // AUTH and AUTHENTICATE with any initial response (PLAIN, LOGIN)
  { find: /\b(AUTH(?:ENTICATE)? +[A-Z0-9-]+) +[A-Za-z0-9+/]{8,}={0,2}/gi, keep: '$1 ' },
  // IMAP LOGIN user password
  { find: /\b(LOGIN +[^\s]+ +(?:\\*")?)[^\s"\\]+/g, keep: '$1' },
  // Compact JWS and JWE, RFC 7515 §7.1, and what begins like one and is long
  { find: /\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}|\beyJ[A-Za-z0-9_-]{60,}/g, keep: '' },
  // Opaque tokens of Entra (0.A…, 1.A…, M.C…) and Google (ya29., 1//)
  { find: /\b(?:[01]\.A[A-Za-z0-9_-]{40,}[A-Za-z0-9._-]*|M\.[A-Z]\d+_[\w.!*$-]{30,})/g, keep: '' },
  { find: /\b(?:ya29\.|1\/\/)[A-Za-z0-9_-]{20,}/g, keep: '' },
  // Webhook secrets (Standard Webhooks) and private keys
  { find: /\bwhsec_[A-Za-z0-9+/=]{8,}/g, keep: '' },
  { find: /-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?(?:-----END [A-Z ]*PRIVATE KEY-----|(?=")|$)/g, keep: '' },
  // user:password@ in URLs
  { find: /\b([a-z][a-z0-9+.-]*:\/\/)[^/\s:@"\\]*:[^/\s@"\\]+@/gi, keep: '$1' },
];

/** Text without what has the shape of a secret; for words of a server that may hold another one than it was just sent. */
export function withoutSecretShapes(text: string): string {
  let cleaned = text;
  for (const { find, keep } of SHAPES) cleaned = cleaned.replace(find, `${keep}${REMOVED}`);
  return cleaned;
}

export interface SecretFilter {
  /** The text without secrets. */
  clean(text: string): string;
  /** Values to take out wherever they appear, also in base64 and escaped: the API key, the encryption keys. */
  register(secret: string): void;
}

/** Shorter ones would take innocent words out. */
const SHORTEST_REGISTERED = 8;

export function createSecretFilter(): SecretFilter {
  const registered = new Set<string>();
  return {
    clean(text) {
      let cleaned = text;
      for (const secret of registered) {
        if (cleaned.includes(secret)) cleaned = cleaned.replaceAll(secret, REMOVED);
      }
      return withoutSecretShapes(cleaned);
    },
    register(secret) {
      if (secret.length < SHORTEST_REGISTERED) return;
      for (const form of secretForms(secret)) registered.add(form);
    },
  };
}
