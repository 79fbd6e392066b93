/** Reads what an authorization server answered into facts, whatever it answered; and takes every secret out of its words. */
import type { ForeignFacts } from '../../contract/problem.js';
import { withoutSecrets as withoutKnown } from '../../contract/without-secrets.js';
import { withoutSecretShapes } from '../../telemetry/secret-shapes.js';
import type { ServerFailure, Silence } from './server-errors.js';

/** An answer as it came, read to its end. */
export interface RecordedAnswer {
  status: number;
  headers: Headers;
  body: string;
}

/** Words longer than this are cut: an HTML page explains nothing beyond its first lines. */
const WORDS_LENGTH = 2_000;

/**
 * Retry-After beyond an hour is not believed: an access token lives about as long, and a proxy that asks for a day would
 * keep a mailbox silent for a day after the server is well again.
 */
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;

/**
 * The failure that an answer stands for.
 * @param answer the token endpoint's
 * @param secrets what the request carried; a server that echoes one does not get it into a problem
 */
export function failureOfAnswer(answer: RecordedAnswer, secrets: readonly string[]): ServerFailure {
  const json = jsonObject(answer.body);
  const retryAfterMs = retryAfterOf(answer.headers);
  if (typeof json?.error !== 'string' || json.error === '') {
    const type = answer.headers.get('content-type') ?? 'no content type';
    const what = json ? 'JSON without an access token' : `${type}, ${answer.body.length} characters`;
    const to = redirectOf(answer);
    if (to !== undefined)
      return {
        facts: { status: answer.status },
        words: withoutSecrets(`HTTP ${answer.status} to ${to}`, secrets),
      };
    return {
      facts: { status: answer.status },
      // The body of a 200 may hold tokens in any shape, so it is never kept.
      words: withoutSecrets(
        answer.status === 200 ? `HTTP 200, ${what}` : `HTTP ${answer.status}, ${what}\n${answer.body}`,
        secrets,
      ),
      retryAfterMs,
    };
  }
  const words = typeof json.error_description === 'string' ? json.error_description : json.error;
  return {
    facts: { ...errorFacts(json, secrets), status: answer.status },
    words: withoutSecrets(words, secrets),
    retryAfterMs,
  };
}

/** Where a redirect leads, without its query, which may carry anything. */
function redirectOf({ status, headers }: RecordedAnswer): string | undefined {
  const location = headers.get('location') ?? '';
  if (status < 300 || status >= 400 || !URL.canParse(location)) return undefined;
  const { origin, pathname } = new URL(location);
  return origin === 'null' ? undefined : origin + pathname;
}

/** The failure that an authorization response's parameters stand for (RFC 6749 §4.1.2.1). */
export function failureOfCallback(parameters: URLSearchParams, secrets: readonly string[]): ServerFailure {
  const error = parameters.get('error') ?? undefined;
  const words = parameters.get('error_description') ?? error ?? '';
  return {
    facts: errorFacts(
      { ...Object.fromEntries(parameters), suberror: parameters.get('error_subcode') },
      secrets,
    ),
    words: withoutSecrets(words, secrets),
  };
}

/** The failure of a request that got no answer. */
export function failureOfSilence(cause: unknown): ServerFailure {
  return { facts: {}, words: reasonOf(cause), silence: silenceOf(cause) };
}

/** Codes of Node's resolver, and of its TLS (OpenSSL's verify errors by their names). */
const UNKNOWN_HOST = /^(ENOTFOUND|EAI_AGAIN|EAI_NODATA|EAI_NONAME|ENODATA)$/;
const CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|HOSTNAME_MISMATCH)/;

function silenceOf(cause: unknown): Silence {
  for (let each = cause, depth = 0; each instanceof Error && depth < 6; each = each.cause, depth += 1) {
    const code = 'code' in each ? String(each.code) : '';
    if (UNKNOWN_HOST.test(code)) return 'unknown-host';
    if (CERTIFICATE.test(code)) return 'certificate';
  }
  return 'other';
}

/** Facts show in problems as the words do: whatever a server repeats in one of its fields is taken out there as well. */
function errorFacts(json: Record<string, unknown>, secrets: readonly string[]): ForeignFacts {
  const said = (name: string): string | undefined => {
    const value = json[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const text = (name: string): string | undefined => withoutSecrets(said(name) ?? '', secrets) || undefined;
  const listed = Array.isArray(json.error_codes) ? json.error_codes.filter(Number.isInteger) : [];
  // Authorize errors carry the number and the correlation id in the words only.
  const named = /AADSTS(\d{3,8})/.exec(said('error_description') ?? '')?.[1];
  const errorCodes: number[] = listed.length > 0 ? listed : named ? [Number(named)] : [];
  const facts: ForeignFacts = {};
  const [error, suberror] = [text('error'), text('suberror')];
  // Handed back word for word at the next sign-in, so nothing but known secrets is touched.
  const claims = withoutKnown(said('claims') ?? '', secrets);
  const inWords = /\bCorrelation ID: ([0-9a-f-]{36})/i.exec(said('error_description') ?? '')?.[1];
  const correlationId = text('correlation_id') ?? inWords;
  const [traceId, timestamp] = [text('trace_id'), text('timestamp')];
  if (error) facts.error = error;
  if (suberror) facts.suberror = suberror;
  if (errorCodes.length > 0) facts.errorCodes = errorCodes;
  if (correlationId) facts.correlationId = correlationId;
  if (traceId) facts.traceId = traceId;
  if (timestamp) facts.timestamp = timestamp;
  if (claims) facts.claims = claims;
  return facts;
}

/** @returns the parsed object, `undefined` for anything else (HTML, truncated JSON, an array) */
export function jsonObject(body: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces each secret, in whatever form, and anything that looks like a token. */
export function withoutSecrets(words: string, secrets: readonly string[]): string {
  const unknown = withoutKnown(words.slice(0, WORDS_LENGTH + 10_000), secrets);
  const clean = withoutSecretShapes(unknown.replace(/eyJ[\w-]+\.[\w-]*\.?[\w-]*/g, '[token]'));
  return clean.slice(0, WORDS_LENGTH).trim();
}

/** Retry-After (RFC 9110 §10.2.3): seconds, or a date by the server's own clock; in ms. */
function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1_000
    : Date.parse(value) - (Date.now() + clockAheadMs(headers));
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS) : undefined;
}

/** How far the server's clock is ahead of ours by its header Date (RFC 9110 §6.6.1); 0 where it says nothing. */
export function clockAheadMs(headers: Headers): number {
  const ahead = Date.parse(headers.get('date') ?? '') - Date.now();
  return Number.isFinite(ahead) ? ahead : 0;
}

/** The most telling message of a chain of causes: undici says only "fetch failed" at its top. */
function reasonOf(cause: unknown): string {
  const messages: string[] = [];
  for (let each = cause; each instanceof Error && messages.length < 5; each = each.cause) {
    if (each.message !== '' && each.message !== 'fetch failed') messages.push(each.message);
  }
  return messages.join(': ').slice(0, WORDS_LENGTH) || 'the request failed';
}
