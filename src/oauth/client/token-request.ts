/**
 * One request to a token endpoint through openid-client, with its answer recorded: what the library refuses is named
 * from what the server really said, and an answer is never lost because the library took exception to it.
 */
import { decodeJwt } from 'jose';
import {
  type Configuration,
  type CustomFetch,
  None,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client';
import { problemIn } from '../../contract/problem.js';
import { issuerOfTenant } from '../server/authorization-server.js';
import {
  clockAheadMs,
  failureOfAnswer,
  failureOfSilence,
  jsonObject,
  type RecordedAnswer,
  withoutSecrets,
} from '../server/server-answer.js';
import { refusesClientSecret, type ServerFailure } from '../server/server-errors.js';
import type { OAuthClient } from './client.js';
import type { ClientCredential } from './client-credential.js';
import { withEitherSecret } from './either-secret.js';

/** A token answer is a few kilobytes; more is no token answer. */
const LARGEST_ANSWER_BYTES = 1024 * 1024;

export interface GrantedTokens {
  accessToken: string;
  refreshToken: string | undefined;
  expiresInSeconds: number | undefined;
  /** `undefined`: as asked for (RFC 6749 §5.1). */
  scope: string[] | undefined;
  /** Claims of the id_token, validated; `undefined` where none came. */
  claims: Readonly<Record<string, unknown>> | undefined;
  /** The id_token itself. */
  idToken?: string;
}

/** tokens; failure: the server or the way to it failed; invalid: tokens came with an id_token that does not hold. */
export type TokenOutcome =
  | { kind: 'tokens'; tokens: GrantedTokens }
  | {
      kind: 'failure';
      failure: ServerFailure;
      /** Whether the server may have acted on the request all the same: no answer, or a 200 that cannot be read. */
      mayHaveActed: boolean;
    }
  | {
      kind: 'invalid';
      what: string;
      /** Came beside it, and may have taken the place of the old one. */
      refreshToken: string | undefined;
    };

export interface TokenRequest {
  /** Runs the grant of openid-client; called again on the recorded answer where that needs other expectations. */
  grant(
    configuration: Configuration,
    expect: { idToken: boolean },
  ): Promise<TokenEndpointResponse & TokenEndpointResponseHelpers>;
  /** What the request carries and no problem may show. */
  secrets: readonly string[];
  /** ms */
  deadlineMs: number;
}

/**
 * Asks with the client's credential; where that is one of two secrets and refused, at once again with the other one, in
 * what is left of the time. Only when both are refused is that what the request comes to.
 * @throws ProblemError what outgoing refuses (`address-refused`), or what keeps the client from proving itself
 */
export async function requestTokens(client: OAuthClient, request: TokenRequest): Promise<TokenOutcome> {
  const startedAt = performance.now();
  const { outcome, refused } = await withEitherSecret(
    client,
    (credential): Promise<TokenOutcome> => {
      const deadlineMs = Math.ceil(request.deadlineMs - (performance.now() - startedAt));
      return deadlineMs <= 0
        ? Promise.resolve(UNTRIED)
        : requestOnce(client, { ...request, deadlineMs }, { credential });
    },
    (each) => (each.kind === 'failure' ? each.failure.facts : undefined),
  );
  return refused ? bothRefused(refused) : outcome;
}

/** Entra takes clocks that are off by five minutes; others less. */
const MOST_CLOCK_OFF_SECONDS = 60;

/** One request with one credential; where that is dated and our clock is off, once more by the server's. */
async function requestOnce(
  client: OAuthClient,
  request: TokenRequest,
  proof: { credential: ClientCredential; clockSkewSeconds?: number },
): Promise<TokenOutcome> {
  const startedAt = performance.now();
  const recording = record(client.fetch, request.deadlineMs);
  const secrets = [...client.secrets, ...request.secrets];
  try {
    const configuration = client.configuration({ fetch: recording.fetch, ...proof });
    return granted(await request.grant(configuration, { idToken: true }));
  } catch (error) {
    const answer = recording.answer();
    if (!answer) {
      const cause = recording.cause() ?? error;
      const refusal = problemIn(cause);
      if (refusal) throw refusal;
      const failure = cleaned(failureOfSilence(cause), secrets);
      return { kind: 'failure', failure, mayHaveActed: failure.silence === 'other' };
    }
    const json = jsonObject(answer.body);
    if (answer.status !== 200 || typeof json?.access_token !== 'string') {
      const failure = failureOfAnswer(answer, secrets);
      const clockSkewSeconds = Math.round(clockAheadMs(answer.headers) / 1_000);
      const deadlineMs = Math.ceil(request.deadlineMs - (performance.now() - startedAt));
      const isClockOff =
        proof.credential.isDated && Math.abs(clockSkewSeconds) > MOST_CLOCK_OFF_SECONDS && deadlineMs > 0;
      if (isClockOff && proof.clockSkewSeconds === undefined && refusesClientSecret(failure.facts))
        return requestOnce(client, { ...request, deadlineMs }, { ...proof, clockSkewSeconds });
      return { kind: 'failure', failure, mayHaveActed: answer.status === 200 };
    }
    return again(client, { request, answer, json });
  }
}

/** The endpoint took so long to refuse the one secret that the other could not be tried: nothing is known. */
const UNTRIED: TokenOutcome = {
  kind: 'failure',
  failure: { facts: {}, words: 'no time was left to try the other client secret', silence: 'other' },
  mayHaveActed: false,
};

/** What the first secret's refusal is called, with the words about both. */
function bothRefused({ first, second }: { first: TokenOutcome; second: TokenOutcome }): TokenOutcome {
  if (first.kind !== 'failure' || second.kind !== 'failure') return first;
  const [one, two] = [first, second].map(({ failure }) => failure.words ?? failure.facts.error ?? 'refused');
  return {
    ...first,
    failure: { ...first.failure, words: `Client Secret: ${one}\nSecond Client Secret: ${two}` },
  };
}

/**
 * Tokens came, but the library refused them: looks once more with the issuer of the tenant, by the server's own clock
 * where ours is off, without an id_token where none came, and without minding the content type. What is refused then as
 * well does not hold; whatever else is lost here would cost a grant that was rotated.
 */
async function again(
  client: OAuthClient,
  { request, answer, json }: { request: TokenRequest; answer: RecordedAnswer; json: Record<string, unknown> },
): Promise<TokenOutcome> {
  const { id_token: idToken } = json;
  const refreshToken = typeof json.refresh_token === 'string' ? json.refresh_token : undefined;
  const hasIdToken = typeof idToken === 'string';
  const template = client.server.issuerTemplate;
  const issuer = template && hasIdToken ? issuerOfTenant(template, tidOf(idToken)) : undefined;
  if (template && hasIdToken && issuer === undefined)
    return { kind: 'invalid', what: 'its id_token names no tenant (tid)', refreshToken };
  const fetch: CustomFetch = async () =>
    new Response(answer.body, { status: answer.status, headers: { 'content-type': 'application/json' } });
  const clockSkewSeconds = Math.round(clockAheadMs(answer.headers) / 1_000);
  // Nothing is sent any more, so nothing is proved either: that would sign, or ask for a federated token, once more.
  const credential: ClientCredential = { which: 'first', authentication: None() };
  const configuration = client.configuration({ fetch, issuer, clockSkewSeconds, credential });
  try {
    return granted(await request.grant(configuration, { idToken: hasIdToken }));
  } catch (error) {
    return { kind: 'invalid', what: messageOf(error), refreshToken };
  }
}

function granted(answer: TokenEndpointResponse & TokenEndpointResponseHelpers): TokenOutcome {
  return {
    kind: 'tokens',
    tokens: {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      expiresInSeconds: answer.expires_in,
      scope: answer.scope?.split(/\s+/).filter((each) => each !== ''),
      claims: answer.claims(),
      ...(answer.id_token !== undefined && { idToken: answer.id_token }),
    },
  };
}

interface Recording {
  fetch: CustomFetch;
  answer(): RecordedAnswer | undefined;
  cause(): unknown;
}

/** Wraps fetch so that the whole answer, or what went wrong on the way, is known afterwards. */
export function record(fetch: CustomFetch, deadlineMs: number): Recording {
  let answer: RecordedAnswer | undefined;
  let cause: unknown;
  return {
    answer: () => answer,
    cause: () => cause,
    async fetch(url, options) {
      // Not AbortSignal.timeout: its timer outlives the answer, and thousands of refreshes would pile them up.
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(new Error('deadline')), deadlineMs);
      try {
        const response = await fetch(url, { ...options, signal: deadline.signal });
        answer = { status: response.status, headers: response.headers, body: await wholeBody(response) };
      } catch (error) {
        cause = deadline.signal.aborted
          ? new Error(`no answer within ${deadlineMs / 1_000} s`, { cause: error })
          : error;
        throw cause;
      } finally {
        clearTimeout(timer);
      }
      // A status that may carry no body cannot be rebuilt with one (Fetch standard, null body status).
      const body = [204, 205, 304].includes(answer.status) ? null : answer.body;
      return new Response(body, { status: answer.status, headers: answer.headers });
    },
  };
}

/** outgoing bounds what it reads; a token answer is far smaller still. */
async function wholeBody(response: Response): Promise<string> {
  const body = await response.text();
  if (body.length > LARGEST_ANSWER_BYTES) throw new Error(`the answer exceeds ${LARGEST_ANSWER_BYTES} bytes`);
  return body;
}

function tidOf(idToken: string): unknown {
  try {
    return decodeJwt(idToken).tid;
  } catch {
    return undefined;
  }
}

/** openid-client's own words name claims and attributes, never values of tokens. */
const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  const inner = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return withoutSecrets(`${error.message}${inner}`, []);
};

const cleaned = (failure: ServerFailure, secrets: readonly string[]): ServerFailure => ({
  ...failure,
  words: withoutSecrets(failure.words ?? '', secrets),
});
