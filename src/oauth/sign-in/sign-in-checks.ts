/** The checks of a sign-in that need no network, in the order of the pipeline (sign-in). Each throws its own problem. */
import { timingSafeEqual } from 'node:crypto';
import { ProblemError, problemError } from '../../contract/problem.js';
import type { Connection } from '../../setup/model.js';
import type { OAuthClient } from '../client/client.js';
import type { GrantedTokens } from '../client/token-request.js';
import { issuerOfTenant } from '../server/authorization-server.js';
import { failureOfCallback } from '../server/server-answer.js';
import { serverContext } from '../server/server-context.js';
import { problemOfServerError } from '../server/server-errors.js';
import { bindingDigest, type SignInAttempt } from './sign-in-attempts.js';

/** What an authorization response may say, once each. */
const PARAMETERS = ['state', 'code', 'iss', 'error'] as const;

/**
 * No parameter comes twice (RFC 6749 §3.1): which of two was meant is nothing to guess. Checked before the state is
 * taken, so that nobody uses up another's link with a URL of their own.
 * @throws ProblemError `callback-invalid`
 */
export function checkOnce(parameters: URLSearchParams): void {
  const name = repeatedParameter(parameters);
  if (name !== undefined)
    throw problemError('callback-invalid', { with: { what: `the answer carries ${name} more than once` } });
}

/** The first parameter that comes twice, of those that count. */
export const repeatedParameter = (parameters: URLSearchParams): string | undefined =>
  PARAMETERS.find((name) => parameters.getAll(name).length > 1);

/** Started from a cookie session, it is finished in that browser. @throws ProblemError `sign-in-other-browser` */
export function checkBrowser(attempt: Pick<SignInAttempt, 'binding'>, binding: string | undefined): void {
  if (attempt.binding === undefined) return;
  const given = Buffer.from(bindingDigest(binding ?? ''));
  const expected = Buffer.from(attempt.binding);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw problemError('sign-in-other-browser');
}

/** The attempt belongs to one version of the connection. @throws ProblemError `sign-in-superseded` */
export function checkEpoch(attempt: SignInAttempt, connection: Connection): void {
  if (attempt.epoch !== connection.epoch) throw problemError('sign-in-superseded');
}

/** RFC 9207 §2.4: the answer names the server that was asked. @throws ProblemError `callback-invalid` */
export function checkIssuer(parameters: URLSearchParams, { server }: OAuthClient): void {
  const named = parameters.get('iss');
  if (named === null) {
    if (!server.metadata.authorization_response_iss_parameter_supported) return;
    throw problemError('callback-invalid', {
      with: { what: 'the answer does not name its issuer (RFC 9207)' },
    });
  }
  const isExpected = server.issuerTemplate
    ? named.split('/').some((tid) => issuerOfTenant(server.issuerTemplate ?? '', tid) === named)
    : named === server.metadata.issuer;
  if (!isExpected)
    throw problemError('callback-invalid', { with: { what: 'another issuer answered (RFC 9207)' } });
}

/** The issuer that answered the browser is the one whose id_token came. @throws ProblemError `callback-invalid` */
export function checkSameIssuer(parameters: URLSearchParams, { claims }: GrantedTokens): void {
  const named = parameters.get('iss');
  if (named === null || claims?.iss === undefined || claims.iss === named) return;
  throw problemError('callback-invalid', {
    with: { what: 'one issuer answered, and another signed (RFC 9207)' },
  });
}

/** The server may answer with an error instead of a code (RFC 6749 §4.1.2.1). @throws ProblemError by the table */
export function checkNoError(parameters: URLSearchParams, client: OAuthClient, connection: Connection): void {
  if (!parameters.has('error')) return;
  const failure = failureOfCallback(parameters, client.secrets);
  throw new ProblemError(problemOfServerError(failure, serverContext(client, connection.settings)).problem);
}
