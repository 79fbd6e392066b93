/**
 * The sign-in of people to the service itself, through the company's OpenID provider: authorization code with PKCE,
 * state and nonce (OpenID Connect Core §3.1), bound to the browser that began it. What it gives is issuer, subject and
 * claims, proved; who that is to us is for people/openid-people. No token is kept.
 */
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { ProblemError, problemError, problemIn } from '../../contract/problem.js';
import type { RedisClient } from '../../storage/redis.js';
import type { Vault } from '../../storage/vault.js';
import { failureOfSilence, jsonObject, withoutSecrets } from '../server/server-answer.js';
import { bindingDigest } from '../sign-in/sign-in-attempts.js';
import { checkBrowser, repeatedParameter } from '../sign-in/sign-in-checks.js';
import { createPersonAttempts } from './person-attempts.js';
import { createPersonProvider, type PersonOpenIdSettings, unreachable } from './person-provider.js';

export interface ProvedPerson {
  issuer: string;
  subject: string;
  /** Of the id_token, and of userinfo where those are not all that is needed. */
  claims: Readonly<Record<string, unknown>>;
}

export interface PersonOpenId {
  issuer: string;
  /**
   * The URL to open in the browser.
   * @param binding a random text that the browser keeps in a cookie and must show at the end
   * @throws ProblemError `openid-unreachable`, `address-refused`
   */
  authorizationUrl(binding: string): Promise<string>;
  /**
   * @param answer `parameters` that the browser came back with; `binding` that it shows
   * @throws ProblemError `openid-attempt-over`, `sign-in-other-browser`, `openid-answer-invalid`, `openid-declined`,
   *   `openid-client-refused`, `openid-unreachable`
   */
  finish(answer: { parameters: URLSearchParams; binding: string | undefined }): Promise<ProvedPerson>;
}

/** @param deps `claims`: names of those that decide; `redirectUri`: the service's own; `fetch`: the guarded one */
export function createPersonOpenId(deps: {
  settings: PersonOpenIdSettings;
  claims: readonly string[];
  redirectUri: string;
  redis: RedisClient;
  vault: Vault;
  fetch: CustomFetch;
}): PersonOpenId {
  const { settings, redirectUri } = deps;
  const { issuer, clientId } = settings;
  const provider = createPersonProvider(deps);
  const attempts = createPersonAttempts(deps);

  /** Where the id_token lacks what decides, or a name, userinfo may have it; it has to be of the same subject. */
  async function completed(configuration: Configuration, tokens: Tokens): Promise<ProvedPerson> {
    const claims = tokens.claims();
    if (claims === undefined) throw invalid(issuer, 'it has no id_token');
    const proved = { issuer: claims.iss, subject: claims.sub };
    const isNamed = claims.preferred_username !== undefined || claims.email !== undefined;
    const isEnough = isNamed && deps.claims.every((each) => isThere(claims, each));
    if (isEnough || configuration.serverMetadata().userinfo_endpoint === undefined)
      return { ...proved, claims };
    const userinfo = await fetchUserInfo(configuration, tokens.access_token, claims.sub).catch((error) => {
      // At the token endpoint the same would be the client's fault.
      if (error instanceof WWWAuthenticateChallengeError)
        throw unreachable(issuer, `userinfo answered HTTP ${error.status}.`);
      throw error;
    });
    return { ...proved, claims: { ...userinfo, ...claims } };
  }

  /** Foreign errors by what they mean; the words of the provider go along, secrets taken out. */
  async function translated(error: unknown, secrets: readonly string[]): Promise<ProblemError> {
    const known = problemIn(error);
    if (known) return known;
    const clean = (words: string): string => withoutSecrets(words, [...secrets, settings.clientSecret ?? '']);
    if (error instanceof AuthorizationResponseError) {
      const words = clean(error.error_description ?? error.error);
      const named = /^[a-z_]{1,60}$/.test(error.error) ? error.error : 'an error';
      return problemError('openid-declined', { with: { issuer, error: named }, serverWords: words });
    }
    const refused = (words: string): ProblemError =>
      problemError('openid-client-refused', {
        with: { issuer, clientId, redirectUri },
        serverWords: clean(words),
      });
    // RFC 6749 §5.2: to a client that came by Basic the refusal is a challenge.
    if (error instanceof WWWAuthenticateChallengeError) return refused(await wordsOf(error.response));
    if (error instanceof ResponseBodyError) {
      const serverWords = clean(error.error_description ?? error.error);
      if (CLIENT_REFUSED.has(error.error)) return refused(serverWords);
      if (error.status >= 500) return unreachable(issuer, `HTTP ${error.status}: ${serverWords}`);
      const what = 'its token endpoint does not accept the code';
      return problemError('openid-answer-invalid', { with: { issuer, what }, serverWords });
    }
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (CHECKED.has(code)) return invalid(issuer, clean(messagesOf(error)));
    return unreachable(issuer, clean(answerOf(error) ?? failureOfSilence(error).words ?? 'nothing'));
  }

  return {
    issuer,
    async authorizationUrl(binding) {
      const configuration = await provider();
      const codeVerifier = randomPKCECodeVerifier();
      const { state, nonce } = await attempts.open({
        ...{ codeVerifier, nonce: randomNonce(), binding: bindingDigest(binding) },
      });
      const url = buildAuthorizationUrl(configuration, {
        ...{ redirect_uri: redirectUri, scope: settings.scope, state, nonce },
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return url.href;
    },
    async finish({ parameters, binding }) {
      // Before the state is taken: nobody uses up another's sign-in with an address of their own.
      const repeated = repeatedParameter(parameters);
      if (repeated !== undefined) throw invalid(issuer, `it carries ${repeated} more than once`);
      const attempt = await attempts.take(parameters.get('state') ?? '');
      checkBrowser(attempt, binding);
      const configuration = await provider();
      const current = new URL(redirectUri);
      current.search = parameters.toString();
      try {
        const tokens = await authorizationCodeGrant(configuration, current, {
          pkceCodeVerifier: attempt.codeVerifier,
          expectedState: attempt.state,
          expectedNonce: attempt.nonce,
          idTokenExpected: true,
        });
        return await completed(configuration, tokens);
      } catch (error) {
        if (error instanceof ProblemError) throw error;
        const { codeVerifier, nonce, state } = attempt;
        throw await translated(error, [codeVerifier, nonce, state, parameters.get('code') ?? '']);
      }
    },
  };
}

type Tokens = Awaited<ReturnType<typeof authorizationCodeGrant>>;

/** Errors of RFC 6749 §5.2 that are about the client, whoever signs in. */
const CLIENT_REFUSED: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client']);

/** Codes of openid-client for what came and does not hold, as against what did not come. */
const CHECKED: ReadonlySet<string> = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
  'OAUTH_UNSUPPORTED_OPERATION',
  'OAUTH_INVALID_SIGNATURE',
]);

const invalid = (issuer: string, what: string): ProblemError =>
  problemError('openid-answer-invalid', { with: { issuer, what } });

/** The whole name, or the first part of a way into a claim. */
const isThere = (claims: object, name: string): boolean =>
  Object.hasOwn(claims, name) || Object.hasOwn(claims, name.split('.')[0] ?? name);

/** An answer that came and is none: an HTML page, HTTP 503. openid-client keeps the response as the cause. */
function answerOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Response)) return undefined;
  return `HTTP ${cause.status}, ${cause.headers.get('content-type') ?? 'no content type'}`;
}

/** What a refusal says of itself, where it is JSON. */
async function wordsOf(response: Response): Promise<string> {
  const json = jsonObject(await response.text().catch(() => ''));
  const said = [json?.error_description, json?.error].find((each) => typeof each === 'string');
  return typeof said === 'string' ? said : `HTTP ${response.status}`;
}

/** openid-client's own words name claims and attributes, never values of tokens. */
function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
