/** Exchanges the authorization code for tokens (RFC 6749 §4.1.3), with PKCE and nonce of its attempt. */
import { authorizationCodeGrant, type Configuration, customFetch } from 'openid-client';
import { type Problem, ProblemError, problemError } from '../../contract/problem.js';
import type { Connection } from '../../setup/model.js';
import type { OAuthClient, OAuthClients } from '../client/client.js';
import { type GrantedTokens, requestTokens } from '../client/token-request.js';
import { checkSignature } from '../server/id-token-signature.js';
import { serverContext } from '../server/server-context.js';
import { problemOfServerError } from '../server/server-errors.js';
import type { SignInAttempt } from './sign-in-attempts.js';

const DEADLINE_MS = 20_000;

export interface CodeToRedeem {
  code: string;
  attempt: SignInAttempt;
  connection: Connection;
  /** ms; 20 seconds unless given */
  deadlineMs?: number | undefined;
}

/**
 * @throws ProblemError by the table of server-errors, `callback-invalid` when the id_token does not hold,
 *   `sign-in-unfinished` when there was no usable answer
 */
export async function redeemCode(
  clients: OAuthClients,
  client: OAuthClient,
  { code, attempt, connection, deadlineMs = DEADLINE_MS }: CodeToRedeem,
): Promise<GrantedTokens> {
  const current = new URL(attempt.redirectUri);
  current.search = new URLSearchParams({ code, state: attempt.state }).toString();
  const outcome = await requestTokens(client, {
    grant(configuration, { idToken }) {
      keepRedirectUri(configuration, attempt.redirectUri);
      return authorizationCodeGrant(configuration, current, {
        pkceCodeVerifier: attempt.codeVerifier,
        expectedState: attempt.state,
        ...(idToken && { expectedNonce: attempt.nonce, idTokenExpected: true }),
      });
    },
    secrets: [code, attempt.codeVerifier, attempt.nonce, attempt.state],
    deadlineMs,
  });
  if (outcome.kind === 'tokens') {
    const { idToken } = outcome.tokens;
    if (idToken !== undefined) await checkSignature(clients, client, idToken);
    return outcome.tokens;
  }
  if (outcome.kind === 'invalid') throw problemError('callback-invalid', { with: { what: outcome.what } });
  const context = serverContext(client, connection.settings);
  const { problem, class: errorClass } = problemOfServerError(outcome.failure, context);
  // A code that is refused without a word more: it expired, was used, or was never given.
  if (problem.code === 'grant-invalid' && errorClass === 'sign-in-again') {
    throw problemError('callback-invalid', {
      with: { what: 'the server does not accept the code' },
      ...(problem.serverWords !== undefined && { serverWords: problem.serverWords }),
      ...(problem.foreign !== undefined && { foreign: problem.foreign }),
    });
  }
  if (problem.code === 'grant-expired') throw tooLate(problem);
  if (problem.code === 'token-endpoint-unavailable') throw unfinished(problem, context.host);
  throw new ProblemError(problem);
}

/** 70008 and token_expired speak of whichever was sent: here the code, and no grant that was ever held. */
const tooLate = ({ serverWords, foreign }: Problem): ProblemError =>
  problemError('sign-in-link-expired', {
    detail: 'The sign-in took too long: its code had expired when it came. Nothing was changed.',
    ...(serverWords !== undefined && { serverWords }),
    ...(foreign !== undefined && { foreign }),
  });

/** At a refresh the next try is made by itself; here nobody makes one but the user. */
const unfinished = ({ serverWords, foreign, retryAt }: Problem, host: string): ProblemError =>
  problemError('sign-in-unfinished', {
    with: { host, what: serverWords?.split('\n')[0] || 'nothing' },
    ...(serverWords !== undefined && { serverWords }),
    ...(foreign !== undefined && { foreign }),
    ...(retryAt !== undefined && { retryAt }),
  });

/** The redirect URI must be the very text of the authorize request (RFC 6749 §4.1.3); a URL object adds a slash to a bare origin. */
function keepRedirectUri(configuration: Configuration, redirectUri: string): void {
  const send = configuration[customFetch];
  if (!send) return;
  configuration[customFetch] = (url, options) => {
    if (options.body instanceof URLSearchParams) options.body.set('redirect_uri', redirectUri);
    return send(url, options);
  };
}
