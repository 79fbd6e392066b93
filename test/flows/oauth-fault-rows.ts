/** The rows of the fault matrix: what goes wrong at the token endpoint, and what is to come of it. */
import type { ProblemCode } from '../../src/contract/problem.js';
import type { TokenFault } from '../../src/sandbox/authorization/token-faults.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import type { CertificateAuthority } from '../servers/certificate-authority.js';
import type { FrontFault, TokenFront } from '../servers/token-front.js';

export const TOKEN_HOST = 'login.sandbox.test';

/** What a fault is made with. */
export interface FaultPlace {
  tenant: Tenant;
  front: TokenFront;
  authority: CertificateAuthority;
  /** Nobody trusts this one. */
  stranger: CertificateAuthority;
  /** Another host, which must never be asked for anything. */
  elsewhere: string;
  /** What names resolve to; `undefined`: to nothing; `never`: there is no answer. */
  names: { address: string | undefined | 'never' };
  /** Sets the clock of Mailgrant, ms from the right time. */
  clockOff(ms: number): void;
}

export interface FaultRow {
  name: string;
  /** Makes it happen. @returns a function that ends it */
  make(place: FaultPlace): Promise<() => void> | (() => void);
  /** What a refresh comes to; `works`: it goes through all the same. */
  refresh: ProblemCode | 'works';
  /** What the code exchange at the callback comes to. */
  callback: ProblemCode | 'works';
  /** When the server wants to be asked again, ms from now; else the wait of its own. */
  asksToWaitMs?: number;
  /** ms; only where the deadline is what ends the request. */
  deadlineMs?: number;
}

const HOUR_MS = 60 * 60_000;
const unavailable = { refresh: 'token-endpoint-unavailable', callback: 'sign-in-unfinished' } as const;
const untrusted = { refresh: 'token-endpoint-certificate', callback: 'token-endpoint-certificate' } as const;
const redirected = { refresh: 'token-endpoint-redirects', callback: 'token-endpoint-redirects' } as const;
const works = { refresh: 'works', callback: 'works' } as const;

const endpoint =
  (fault: TokenFault): FaultRow['make'] =>
  ({ tenant }) =>
    tenant.misbehave.token(fault);
const front =
  (fault: FrontFault): FaultRow['make'] =>
  (place) =>
    place.front.break(fault);
/** @param address that names resolve to from now on */
const resolvingTo =
  (address: string | undefined): FaultRow['make'] =>
  ({ names }) => {
    const { address: right } = names;
    names.address = address;
    return () => {
      names.address = right;
    };
  };
const status = (code: number): FaultRow['make'] => endpoint({ kind: 'status', status: code });

export const FAULT_ROWS: readonly FaultRow[] = [
  { name: 'no answer', make: endpoint({ kind: 'hang' }), deadlineMs: 1_000, ...unavailable },
  { name: 'half of an answer', make: endpoint({ kind: 'stall' }), deadlineMs: 1_000, ...unavailable },
  { name: 'a resolver that is silent', make: resolvingTo('never'), deadlineMs: 1_000, ...unavailable },
  { name: 'nobody listening', make: resolvingTo('127.0.0.77'), ...unavailable },
  {
    name: 'an answer of eight megabytes',
    make: endpoint({ kind: 'status', status: 200, body: `{"access_token":"${'x'.repeat(8_400_000)}"}` }),
    ...unavailable,
  },
  { name: 'reset at accept', make: front({ kind: 'reset-at-accept' }), ...unavailable },
  { name: 'reset before the request is read', make: front({ kind: 'reset-before-request' }), ...unavailable },
  { name: 'reset after the request was read', make: endpoint({ kind: 'drop' }), ...unavailable },
  { name: 'reset after the request took effect', make: endpoint({ kind: 'lost-answer' }), ...unavailable },
  {
    name: 'an expired certificate',
    make: async (place) =>
      place.front.break({
        kind: 'certificate',
        certificate: await place.authority.issue([TOKEN_HOST], -1),
      }),
    ...untrusted,
  },
  {
    name: 'a certificate for another name',
    make: async (place) =>
      place.front.break({ kind: 'certificate', certificate: await place.authority.issue(['other.test']) }),
    ...untrusted,
  },
  {
    name: 'a certificate by an authority that nobody trusts',
    make: async (place) =>
      place.front.break({ kind: 'certificate', certificate: await place.stranger.issue([TOKEN_HOST]) }),
    ...untrusted,
  },
  {
    name: '429 with Retry-After in seconds',
    make: endpoint({ kind: 'status', status: 429, retryAfterSeconds: 120 }),
    asksToWaitMs: 120_000,
    ...unavailable,
  },
  {
    name: '429 with Retry-After as a date',
    make: endpoint({ kind: 'status', status: 429, retryAfterSeconds: 120, retryAfterAs: 'date' }),
    asksToWaitMs: 120_000,
    ...unavailable,
  },
  {
    name: '429 with Retry-After: 0, which is no leave to hammer',
    make: endpoint({ kind: 'status', status: 429, retryAfterSeconds: 0 }),
    ...unavailable,
  },
  { name: '429 without Retry-After', make: status(429), ...unavailable },
  { name: '500', make: status(500), ...unavailable },
  { name: '502', make: status(502), ...unavailable },
  { name: '503, as HTML', make: status(503), ...unavailable },
  { name: 'HTML with 200', make: endpoint({ kind: 'html' }), ...unavailable },
  { name: 'truncated JSON', make: endpoint({ kind: 'truncated' }), ...unavailable },
  { name: 'the wrong content type', make: endpoint({ kind: 'wrong-content-type' }), ...works },
  {
    name: '200 with the body of an error',
    make: endpoint({ kind: 'error-with-200', code: 90033 }),
    ...unavailable,
  },
  {
    name: 'a server whose clock is an hour ahead',
    make: endpoint({ kind: 'clock-off', ms: HOUR_MS }),
    ...works,
  },
  {
    name: 'a server whose clock is an hour behind',
    make: endpoint({ kind: 'clock-off', ms: -HOUR_MS }),
    ...works,
  },
  {
    name: 'a clock of ours that is an hour ahead',
    make: (place) => {
      place.clockOff(HOUR_MS);
      return () => place.clockOff(0);
    },
    ...works,
  },
  {
    name: 'a clock of ours that is an hour behind',
    make: (place) => {
      place.clockOff(-HOUR_MS);
      return () => place.clockOff(0);
    },
    ...works,
  },
  {
    name: 'a name that does not resolve',
    make: resolvingTo(undefined),
    refresh: 'token-endpoint-unknown-host',
    callback: 'token-endpoint-unknown-host',
  },
  ...[302, 307, 308].map(
    (code): FaultRow => ({
      name: `redirect ${code} to another host`,
      make: (place) =>
        place.tenant.misbehave.token({ kind: 'redirect', status: code, location: place.elsewhere }),
      ...redirected,
    }),
  ),
];
