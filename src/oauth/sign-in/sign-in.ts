/**
 * Signing a mailbox in: authorization code with PKCE, state and nonce (RFC 6749 §4.1, RFC 7636, OpenID Connect Core §3.1).
 * The pipeline is {@link createSignIn}'s `complete`; each step is one check, and nothing is stored before the last.
 */
import {
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
} from 'openid-client';
import type { ConnectionId } from '../../contract/ids.js';
import { ProblemError, problemError } from '../../contract/problem.js';
import type { Connections } from '../../setup/connections.js';
import { effectiveScope } from '../../setup/effective-scope.js';
import type { RedisClient } from '../../storage/redis.js';
import type { Vault } from '../../storage/vault.js';
import type { ApplicationFailures } from '../application-failure.js';
import type { OAuthClient, OAuthClients } from '../client/client.js';
import { failureOfCallback } from '../server/server-answer.js';
import { ADMIN_CONSENT_STATE, claimsChallenge } from '../server/server-context.js';
import { problemOfServerError } from '../server/server-errors.js';
import type { AcceptGrant } from './accept-grant.js';
import { redeemCode } from './redeem-code.js';
import { clientOfConnection, clientToSignIn } from './sign-in-allowed.js';
import {
  bindingDigest,
  connectionOfState,
  createSignInAttempts,
  type SignInAttempt,
} from './sign-in-attempts.js';
import {
  checkBrowser,
  checkEpoch,
  checkIssuer,
  checkNoError,
  checkOnce,
  checkSameIssuer,
} from './sign-in-checks.js';
import { type SignInEnded, told } from './sign-in-ended.js';

/** signed-in: the connection is authorized. admin-consented: a tenant admin accepted; nobody was signed in. */
export type SignInResult =
  | { kind: 'signed-in'; connection: ConnectionId; user: string }
  | { kind: 'admin-consented' };

export interface SignIn {
  /**
   * The URL to open in a browser.
   * @param options `binding`: a random text that the browser keeps in a cookie and must show at the callback
   * @throws ProblemError `not-found`, `issuer-unreachable`, `tls-required`, and of clientToSignIn
   */
  authorizationUrl(id: ConnectionId, options?: { binding?: string }): Promise<string>;
  /**
   * Finishes at the Callback URL.
   * @param answer `parameters` of the callback's query; `binding` that the browser shows
   * @throws ProblemError of the first check that fails; nothing is stored then
   */
  finish(answer: { parameters: URLSearchParams; binding?: string | undefined }): Promise<SignInResult>;
  /**
   * Finishes without a browser of ours: the caller pastes the code, or the whole URL it was redirected to.
   * @throws as finish; `callback-invalid` when the URL belongs to another connection
   */
  exchange(id: ConnectionId, answer: { code: string } | { redirectedUrl: string }): Promise<SignInResult>;
}

export function createSignIn(deps: {
  redis: RedisClient;
  vault: Vault;
  connections: Pick<Connections, 'read'>;
  clients: OAuthClients;
  acceptGrant: AcceptGrant;
  failures: Pick<ApplicationFailures, 'told'>;
  /** Told of each one that had begun. */
  onEnded?: SignInEnded;
  /** ms; 20 seconds unless given */
  requestDeadlineMs?: number;
}): SignIn {
  const { connections, clients, acceptGrant } = deps;
  const attempts = createSignInAttempts(deps);

  /** What is refused for the application's sake says whom else it stops. */
  async function withWhatItStops(error: unknown, { application }: OAuthClient): Promise<unknown> {
    if (!(error instanceof ProblemError) || error.problem.reach !== 'application') return error;
    return new ProblemError(await deps.failures.told(application.id, error.problem), error);
  }

  /** The pipeline, from an attempt that has just been taken. */
  async function complete(
    attempt: SignInAttempt,
    id: ConnectionId,
    parameters: URLSearchParams,
    { isBareCode = false }: { isBareCode?: boolean } = {},
  ): Promise<SignInResult> {
    const connection = await connections.read(id);
    checkEpoch(attempt, connection);
    const client = await clientOfConnection(clients, connection);
    // A bare code comes without what RFC 9207 adds to it.
    if (!isBareCode) checkIssuer(parameters, client);
    checkNoError(parameters, client, connection);
    const tokens = await redeemCode(clients, client, {
      code: codeOf(parameters),
      attempt,
      connection,
      deadlineMs: deps.requestDeadlineMs,
    }).catch(async (error: unknown) => {
      throw await withWhatItStops(error, client);
    });
    if (!isBareCode) checkSameIssuer(parameters, tokens);
    const { user } = await acceptGrant({ connection, client, tokens, epoch: attempt.epoch });
    return { kind: 'signed-in', connection: id, user: user ?? connection.settings.user };
  }

  return {
    async authorizationUrl(id, { binding } = {}) {
      const connection = await connections.read(id);
      const client = await clientToSignIn(clients, connection);
      const codeVerifier = randomPKCECodeVerifier();
      const attempt = await attempts.open(id, {
        codeVerifier,
        nonce: randomNonce(),
        epoch: connection.epoch,
        redirectUri: client.callbackUrl,
        ...(binding !== undefined && { binding: bindingDigest(binding) }),
      });
      const claims = claimsChallenge(connection.authorization);
      const url = buildAuthorizationUrl(client.configuration({ fetch: client.fetch }), {
        ...client.preset.authorizeParameters,
        redirect_uri: attempt.redirectUri,
        scope: effectiveScope(connection.settings, client.preset).join(' '),
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        login_hint: connection.settings.user,
        ...(claims !== undefined && { claims }),
      });
      return url.href;
    },

    async finish({ parameters, binding }) {
      checkOnce(parameters);
      const state = parameters.get('state') ?? '';
      if (state === ADMIN_CONSENT_STATE) return adminConsent(parameters);
      // Told from here on: what comes before, anybody can make up.
      const { connection, ...attempt } = await attempts.take(state);
      return told(deps.onEnded, connection, async () => {
        checkBrowser(attempt, binding);
        return complete(attempt, connection, parameters);
      });
    },

    exchange: (id, answer) => told(deps.onEnded, id, () => exchanged(id, answer)),
  };

  async function exchanged(
    id: ConnectionId,
    answer: { code: string } | { redirectedUrl: string },
  ): Promise<SignInResult> {
    if ('code' in answer) {
      const attempt = await attempts.takeNewest(id);
      return complete(attempt, id, new URLSearchParams({ code: answer.code }), { isBareCode: true });
    }
    const parameters = parametersOf(answer.redirectedUrl);
    checkOnce(parameters);
    const state = parameters.get('state') ?? '';
    if (state === '') {
      const what = 'it has no state: paste the whole address that the browser ended on';
      throw problemError('callback-invalid', { with: { what } });
    }
    const named = connectionOfState(state);
    if (named !== undefined && named !== id) {
      throw problemError('callback-invalid', { with: { what: 'the URL belongs to another connection' } });
    }
    const { connection: _, ...attempt } = await attempts.take(state);
    return complete(attempt, id, parameters);
  }
}

/**
 * The tenant that this answer names is never trusted; the sign-in that follows shows what the consent is worth. Anybody
 * can make such a link, so none of its words are shown as the server's: only what the table knows of its codes.
 */
function adminConsent(parameters: URLSearchParams): SignInResult {
  const given = parameters.get('error');
  if (given === null) return { kind: 'admin-consented' };
  const error = /^[a-z_]{1,60}$/.test(given) ? given : 'an error';
  const { errorCodes } = failureOfCallback(parameters, []).facts;
  const nobody = {
    user: 'the user',
    application: 'the application',
    clientId: 'of the application',
    scope: 'the application',
    callbackUrl: 'the Callback URL',
    tenant: 'the tenant',
  };
  const context = { ...nobody, adminConsentUrl: undefined, host: 'the authorization server' };
  const facts = { error, ...(errorCodes && { errorCodes }) };
  throw new ProblemError(problemOfServerError({ facts }, context).problem);
}

function codeOf(parameters: URLSearchParams): string {
  const code = parameters.get('code');
  if (code) return code;
  throw problemError('callback-invalid', {
    with: { what: 'the answer carries neither a code nor an error' },
  });
}

function parametersOf(redirectedUrl: string): URLSearchParams {
  if (!URL.canParse(redirectedUrl)) {
    throw problemError('callback-invalid', { with: { what: 'what was pasted is no URL' } });
  }
  return new URL(redirectedUrl).searchParams;
}
