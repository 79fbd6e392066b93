/** Asks an authorization server for a device code (RFC 8628 §3.1, §3.2). */
import { type DeviceAuthorizationResponse, initiateDeviceAuthorization } from 'openid-client';
import { ProblemError, problemError, problemIn } from '../../contract/problem.js';
import { effectiveScope } from '../../setup/effective-scope.js';
import type { Connection } from '../../setup/model.js';
import type { OAuthClient, OAuthClients } from '../client/client.js';
import type { ClientCredential } from '../client/client-credential.js';
import { withEitherSecret } from '../client/either-secret.js';
import { record } from '../client/token-request.js';
import { failureOfAnswer, failureOfSilence } from '../server/server-answer.js';
import { claimsChallenge, serverContext } from '../server/server-context.js';
import { problemOfServerError, type ServerFailure } from '../server/server-errors.js';
import { DEFAULT_INTERVAL_SECONDS } from './device-answers.js';
import type { WaitingDevice } from './device-attempts.js';

const DEADLINE_MS = 20_000;

/**
 * @param now ms since the epoch
 * @throws ProblemError `device-code-not-offered`, and by the table of server-errors
 */
export async function askDeviceCode(
  clients: OAuthClients,
  client: OAuthClient,
  { connection, now }: { connection: Connection; now: number },
): Promise<Omit<WaitingDevice, 'id'>> {
  const endpoint = await clients.endpoint(client, 'device_authorization_endpoint');
  const issuer = client.server.metadata.issuer;
  if (endpoint === undefined) throw problemError('device-code-not-offered', { with: { issuer } });
  const { outcome } = await withEitherSecret(
    client,
    (credential) => ask(client, { endpoint, connection, credential }),
    (each) => ('failure' in each ? each.failure.facts : undefined),
  );
  if ('failure' in outcome)
    throw new ProblemError(
      problemOfServerError(outcome.failure, serverContext(client, connection.settings)).problem,
    );
  const { given } = outcome;
  const intervalMs = (given.interval ?? DEFAULT_INTERVAL_SECONDS) * 1_000;
  return {
    state: 'waiting',
    deviceCode: given.device_code,
    userCode: given.user_code,
    verificationUri: given.verification_uri,
    ...(given.verification_uri_complete !== undefined && {
      verificationUriComplete: given.verification_uri_complete,
    }),
    intervalMs,
    expiresAt: now + given.expires_in * 1_000,
    nextPollAt: now + intervalMs,
    startedAt: now,
    failures: 0,
    epoch: connection.epoch,
  };
}

/** @throws ProblemError what outgoing refuses, or what keeps the client from proving itself */
async function ask(
  client: OAuthClient,
  of: { endpoint: string; connection: Connection; credential: ClientCredential },
): Promise<{ given: DeviceAuthorizationResponse } | { failure: ServerFailure }> {
  const { endpoint, connection, credential } = of;
  const recording = record(client.fetch, DEADLINE_MS);
  const configuration = client.configuration({
    fetch: recording.fetch,
    endpoints: { device_authorization_endpoint: endpoint },
    credential,
  });
  const claims = claimsChallenge(connection.authorization);
  try {
    const given = await initiateDeviceAuthorization(configuration, {
      scope: effectiveScope(connection.settings, client.preset).join(' '),
      ...(claims !== undefined && { claims }),
    });
    return { given };
  } catch (error) {
    const answer = recording.answer();
    const cause = recording.cause() ?? error;
    const refusal = answer ? undefined : problemIn(cause);
    if (refusal) throw refusal;
    return { failure: answer ? failureOfAnswer(answer, client.secrets) : failureOfSilence(cause) };
  }
}
