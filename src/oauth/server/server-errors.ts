/**
 * What an authorization server's errors mean: the table of EXCHANGE-ONLINE.md §2 as data, by AADSTS number, then by
 * suberror, then by error. This is the only file that knows their codes.
 */
import { type CodesNaming, type ForeignFacts, type Problem, problem } from '../../contract/problem.js';

/**
 * What the service does about it:
 * transient and loop keep the grant and wait; application stops every connection of it until mended; sign-in-again ends
 * the grant; callback concerns the link that was opened; unknown keeps the grant, since nobody said that it has ended.
 */
export type ServerErrorClass =
  | 'transient'
  | 'loop'
  | 'application'
  | 'sign-in-again'
  | 'callback'
  | 'unknown';

/** Values that the texts of the table's problems may name. */
type NamedValue = Exclude<keyof ServerErrorContext, 'onUnknownReply'> | 'correlationId' | 'error' | 'what';

export interface ServerErrorRow {
  code: CodesNaming<NamedValue>;
  class: ServerErrorClass;
  /** Found by the class of the answer: no row knows its number, suberror or error. */
  isUnknown?: true;
}

const row = (code: ServerErrorRow['code'], errorClass: ServerErrorClass): ServerErrorRow => ({
  code,
  class: errorClass,
});

/** One row of the table: the AADSTS numbers that mean the same. */
const AADSTS: readonly (readonly [row: ServerErrorRow, ...numbers: number[]])[] = [
  [
    row('token-endpoint-unavailable', 'transient'),
    90033,
    90024,
    90006,
    90012,
    90090,
    90055,
    50033,
    50087,
    70012,
  ],
  [row('token-request-loop', 'loop'), 50196],

  // sign in again
  [row('grant-unused', 'sign-in-again'), 700082],
  [row('grant-expired', 'sign-in-again'), 70008],
  [row('grant-revoked', 'sign-in-again'), 50173],
  [row('grant-invalid', 'sign-in-again'), 70000, 50089, 50085],
  [row('password-expired', 'sign-in-again'), 50055, 50144],
  [row('sign-in-frequency', 'sign-in-again'), 70043],
  [row('mfa-expired', 'sign-in-again'), 50078],
  [row('mfa-required', 'sign-in-again'), 50076, 50074],
  [row('mfa-enrolment-required', 'sign-in-again'), 50079, 50072],
  [row('consent-required', 'sign-in-again'), 65001],
  [row('consent-declined', 'sign-in-again'), 65004],
  [row('admin-consent-required', 'sign-in-again'), 90094, 90095],
  [row('blocked-by-policy', 'sign-in-again'), 53003, 530032],
  [row('device-not-compliant', 'sign-in-again'), 53000, 53001],
  [row('blocked-by-security-defaults', 'sign-in-again'), 530035],
  [row('user-not-assigned', 'sign-in-again'), 50105],
  [row('account-disabled', 'sign-in-again'), 50057],
  [row('account-not-found', 'sign-in-again'), 50034],
  [row('account-of-other-tenant', 'sign-in-again'), 50020],
  [row('account-locked', 'sign-in-again'), 50053],

  // the client credential
  [row('client-secret-wrong', 'application'), 7000215],
  [row('client-secret-expired', 'application'), 7000222],
  [row('client-credential-missing', 'application'), 7000218],
  [row('client-credential-unwanted', 'application'), 700025],
  [row('client-assertion-invalid', 'application'), 700027, 700023, 50027],
  [row('client-assertion-untimely', 'application'), 700024],
  [row('federated-credential-untrusted', 'application'), 70021, 700211, 700212, 700213],

  // the application's settings, for everybody
  [row('application-not-found', 'application'), 700016],
  [row('application-disabled', 'application'), 7000112],
  [row('tenant-for-many', 'application'), 50194],
  [row('tenant-not-found', 'application'), 90002],
  [row('tenant-not-named', 'application'), 50059, 50128],
  [row('cloud-wrong', 'application'), 90038, 900382],

  // the application's settings, as one connection's account, scope or grant meets them
  [row('account-type-unsupported', 'sign-in-again'), 9002332, 500208],
  [row('redirect-uri-unregistered', 'sign-in-again'), 50011],
  [row('scope-invalid', 'sign-in-again'), 70011, 28002],
  [row('scope-mixes-resources', 'sign-in-again'), 700022],
  [row('resource-not-permitted', 'sign-in-again'), 650057],
  [row('resource-not-found', 'sign-in-again'), 500011],
  [row('redirect-uri-spa', 'sign-in-again'), 700084],

  // a sign-in link
  [row('sign-in-link-used', 'callback'), 54005],
  [row('callback-invalid', 'callback'), 501481, 700005, 900144, 9002313],
];

export const BY_AADSTS: ReadonlyMap<number, ServerErrorRow> = new Map(
  AADSTS.flatMap(([meaning, ...numbers]) => numbers.map((number) => [number, meaning] as const)),
);

/** Suberrors of Entra, for AADSTS numbers that the table lacks. */
export const BY_SUBERROR: ReadonlyMap<string, ServerErrorRow> = new Map([
  ['bad_token', row('grant-revoked', 'sign-in-again')],
  ['token_expired', row('grant-expired', 'sign-in-again')],
  ['consent_required', row('consent-required', 'sign-in-again')],
  ['basic_action', row('mfa-required', 'sign-in-again')],
  ['additional_action', row('mfa-required', 'sign-in-again')],
  ['message_only', row('blocked-by-policy', 'sign-in-again')],
  ['protection_policy_required', row('blocked-by-policy', 'sign-in-again')],
  ['user_password_expired', row('password-expired', 'sign-in-again')],
  ['client_request_loop', row('token-request-loop', 'loop')],
]);

/** Errors of RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6, and Entra's consent_required. */
export const BY_ERROR: ReadonlyMap<string, ServerErrorRow> = new Map([
  ['temporarily_unavailable', row('token-endpoint-unavailable', 'transient')],
  ['server_error', row('token-endpoint-unavailable', 'transient')],
  ['slow_down', row('token-endpoint-unavailable', 'transient')],
  ['invalid_client', row('client-refused', 'application')],
  ['unauthorized_client', row('client-refused', 'application')],
  ['invalid_grant', row('grant-invalid', 'sign-in-again')],
  ['invalid_scope', row('scope-invalid', 'sign-in-again')],
  ['invalid_resource', row('resource-not-permitted', 'sign-in-again')],
  ['interaction_required', row('interaction-required', 'sign-in-again')],
  ['login_required', row('interaction-required', 'sign-in-again')],
  ['account_selection_required', row('interaction-required', 'sign-in-again')],
  ['consent_required', row('consent-required', 'sign-in-again')],
  ['access_denied', row('consent-declined', 'sign-in-again')],
]);

/** Refusals that another client secret may mend: of the secret itself, whatever the server calls it. */
const SECRET_REFUSED: ReadonlySet<number> = new Set([7000215, 7000222]);

export const refusesClientSecret = ({ error, errorCodes = [] }: ForeignFacts): boolean =>
  error === 'invalid_client' || errorCodes.some((number) => SECRET_REFUSED.has(number));

/** What kept an answer from coming, where that is more than silence. */
export type Silence = 'unknown-host' | 'certificate' | 'other';

const BY_SILENCE: Readonly<Record<Silence, ServerErrorRow>> = {
  'unknown-host': row('token-endpoint-unknown-host', 'transient'),
  certificate: row('token-endpoint-certificate', 'transient'),
  other: row('token-endpoint-unavailable', 'transient'),
};

const UNKNOWN = row('provider-refused', 'unknown');

/** What a failed request came to, before it is named. */
export interface ServerFailure {
  facts: ForeignFacts;
  /** `error_description`, or why there was no usable answer; secrets already taken out. */
  words?: string | undefined;
  /** Where no answer came. */
  silence?: Silence | undefined;
  /** Retry-After, in ms. */
  retryAfterMs?: number | undefined;
}

/** Values that the problems' texts name. */
export interface ServerErrorContext {
  user: string;
  application: string;
  clientId: string;
  scope: string;
  callbackUrl: string;
  adminConsentUrl: string | undefined;
  /** Host of the endpoint that answered. */
  host: string;
  /** As the application names it; where it names none, the endpoint. */
  tenant: string;
  /** Where the client is a certificate: its end, ISO 8601. */
  certificateExpiresAt?: string | undefined;
  /** Told when no row of the tables knows an answer. */
  onUnknownReply?: (() => void) | undefined;
}

/** A loop warning pauses a connection this long (EXCHANGE-ONLINE.md §2). */
export const LOOP_PAUSE_MS = 60 * 60_000;

/**
 * Classifies a failure.
 * An answer without `error` (timeout, 5xx, HTML, truncated JSON, a redirect) is transient, and so are 429 and 5xx whatever they say.
 * A number or suberror that no row knows leaves it to `error`, and an error that no row knows ends no grant.
 */
export function rowOfServerError(facts: ForeignFacts): ServerErrorRow {
  const unavailable = row('token-endpoint-unavailable', 'transient');
  const { status = 0 } = facts;
  if (facts.error === undefined && status >= 300 && status < 400)
    return row('token-endpoint-redirects', 'transient');
  if (facts.error === undefined) return unavailable;
  if (status === 429 || status >= 500) return unavailable;
  const numbered = facts.errorCodes
    ?.map((number) => BY_AADSTS.get(number))
    .find((known) => known !== undefined);
  if (numbered) return numbered;
  const refined = facts.suberror === undefined ? undefined : BY_SUBERROR.get(facts.suberror);
  const meaning = refined ?? BY_ERROR.get(facts.error);
  const says = (facts.errorCodes?.length ?? 0) > 0 || (facts.suberror !== undefined && !refined);
  return meaning && !says ? meaning : { ...(meaning ?? UNKNOWN), isUnknown: true };
}

/**
 * The problem of a failure, with the server's own words and facts.
 * @returns the problem and its class; with class `loop`, `retryAt` lies an hour ahead
 */
export function problemOfServerError(
  failure: ServerFailure,
  context: ServerErrorContext,
  now: number = Date.now(),
): { problem: Problem; class: ServerErrorClass } {
  const { facts, words, silence, retryAfterMs } = failure;
  const found = silence ? BY_SILENCE[silence] : rowOfServerError(facts);
  const meaning = isOfExpiredCertificate(found, context, now) ? CERTIFICATE_EXPIRED : found;
  const waitMs = meaning.class === 'loop' ? LOOP_PAUSE_MS : retryAfterMs;
  const error = facts.error ?? 'nothing usable';
  const { onUnknownReply, ...texts } = context;
  if (meaning.isUnknown) onUnknownReply?.();
  return {
    class: meaning.class,
    problem: problem(meaning.code, {
      with: {
        ...texts,
        certificateExpiresAt: context.certificateExpiresAt?.slice(0, 10) ?? 'its last day',
        adminConsentUrl: context.adminConsentUrl ?? 'the provider’s admin consent page',
        correlationId: facts.correlationId ?? 'that the sign-in page showed',
        error,
        what: words?.split('\n')[0] || error,
      },
      foreign: { ...facts, ...(meaning.isUnknown && { unknown: true }) },
      ...(words !== undefined && { serverWords: words }),
      ...(waitMs !== undefined && { retryAt: now + waitMs }),
    }),
  };
}

const CERTIFICATE_EXPIRED = row('client-certificate-expired', 'application');

/** Entra has one number for every assertion that it does not take, and other servers one error; the end of the certificate tells. */
const isOfExpiredCertificate = (
  { code }: ServerErrorRow,
  { certificateExpiresAt }: ServerErrorContext,
  now: number,
): boolean =>
  (code === 'client-assertion-invalid' || code === 'client-refused') &&
  certificateExpiresAt !== undefined &&
  Date.parse(certificateExpiresAt) <= now;
