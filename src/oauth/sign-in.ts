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
import type { ConnectionId } from '../contract/ids.js';
import { ProblemError, problemError } from '../contract/problem.js';
import type { Connections } from '../setup/connections.js';
import { effectiveScope } from '../setup/effective-scope.js';
import type { Connection } from '../setup/model.js';
import type { RedisClient } from '../storage/redis.js';
import type { Vault } from '../storage/vault.js';
import type { AcceptGrant } from './accept-grant.js';
import type { OAuthClient, OAuthClients } from './client.js';
import { redeemCode } from './redeem-code.js';
import { failureOfCallback } from './server-answer.js';
import { ADMIN_CONSENT_STATE } from './server-context.js';
import { problemOfServerError } from './server-errors.js';
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

/** signed-in: the connection is authorized. admin-consented: a tenant admin accepted; nobody was signed in. */
export type SignInResult =
  | { kind: 'signed-in'; connection: ConnectionId; user: string }
  | { kind: 'admin-consented' };

export interface SignIn {
  /**
   * The URL to open in a browser.
   * @param options `binding`: a random text that the browser keeps in a cookie and must show at the callback
   * @throws ProblemError `not-found`, `invalid-request` (Basic), `issuer-unreachable`, `tls-required`
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
  /** ms; 20 seconds unless given */
  requestDeadlineMs?: number;
}): SignIn {
  const { connections, clients, acceptGrant } = deps;
  const attempts = createSignInAttempts(deps);

  /** The pipeline, from an attempt that has just been taken. */
  async function complete(
    attempt: SignInAttempt,
    id: ConnectionId,
    parameters: URLSearchParams,
    { isBareCode = false }: { isBareCode?: boolean } = {},
  ): Promise<SignInResult> {
    const connection = await connections.read(id);
    checkEpoch(attempt, connection);
    const client = await clientOf(connection);
    // A bare code comes without what RFC 9207 adds to it.
    if (!isBareCode) checkIssuer(parameters, client);
    checkNoError(parameters, client, connection);
    const tokens = await redeemCode(clients, client, {
      code: codeOf(parameters),
      attempt,
      connection,
      deadlineMs: deps.requestDeadlineMs,
    });
    if (!isBareCode) checkSameIssuer(parameters, tokens);
    const { user } = await acceptGrant({ connection, client, tokens, epoch: attempt.epoch });
    return { kind: 'signed-in', connection: id, user: user ?? connection.settings.user };
  }

  async function clientOf({ settings }: Connection): Promise<OAuthClient> {
    if (settings.application !== undefined) return clients.of(settings.application, { fresh: true });
    throw problemError('invalid-request', {
      detail: 'This connection uses Basic authentication; there is no sign-in.',
    });
  }

  return {
    async authorizationUrl(id, { binding } = {}) {
      const connection = await connections.read(id);
      const client = await clientOf(connection);
      const codeVerifier = randomPKCECodeVerifier();
      const attempt = await attempts.open(id, {
        codeVerifier,
        nonce: randomNonce(),
        epoch: connection.epoch,
        redirectUri: client.callbackUrl,
        ...(binding !== undefined && { binding: bindingDigest(binding) }),
      });
      // A claims challenge of the failure that ended the grant is answered by the next sign-in (EXCHANGE-ONLINE.md §2).
      const claims = connection.authorization.problem?.foreign?.claims;
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
      const { connection, ...attempt } = await attempts.take(state);
      checkBrowser(attempt, binding);
      return complete(attempt, connection, parameters);
    },

    async exchange(id, answer) {
      if ('code' in answer) {
        const attempt = await attempts.takeNewest(id);
        return complete(attempt, id, new URLSearchParams({ code: answer.code }), { isBareCode: true });
      }
      const parameters = parametersOf(answer.redirectedUrl);
      checkOnce(parameters);
      const state = parameters.get('state') ?? '';
      const named = connectionOfState(state);
      if (named !== undefined && named !== id) {
        throw problemError('callback-invalid', { with: { what: 'the URL belongs to another connection' } });
      }
      const { connection: _, ...attempt } = await attempts.take(state);
      return complete(attempt, id, parameters);
    },
  };
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
