/** Which connections a person may sign in to, in a browser or with a device code. */
import { problemError } from '../../contract/problem.js';
import type { Connection } from '../../setup/model.js';
import type { OAuthClient, OAuthClients } from '../client/client.js';
import { isAppOnly } from '../refresh/renewal.js';

/**
 * The client to sign in through.
 * @throws ProblemError `invalid-request` (Basic), `app-only-signs-nobody-in`, `sign-in-not-started` (Token Mode),
 *   `managed-identity-signs-nobody-in`, and of clients.of
 */
export async function clientToSignIn(
  clients: Pick<OAuthClients, 'of'>,
  connection: Connection,
): Promise<OAuthClient> {
  const { user, tokenMode } = connection.settings;
  const client = await clientOfConnection(clients, connection);
  if (isAppOnly(connection.settings)) throw problemError('app-only-signs-nobody-in', { with: { user } });
  if (tokenMode !== 'getAndRefresh') throw problemError('sign-in-not-started', { with: { user, tokenMode } });
  const { clientAuth, name } = client.settings;
  if (clientAuth.method === 'managedIdentity')
    throw problemError('managed-identity-signs-nobody-in', { with: { application: name } });
  return client;
}

/** @throws ProblemError `invalid-request` (Basic), and of clients.of */
export async function clientOfConnection(
  clients: Pick<OAuthClients, 'of'>,
  { settings }: Connection,
): Promise<OAuthClient> {
  if (settings.application !== undefined) return clients.of(settings.application, { fresh: true });
  throw problemError('invalid-request', {
    detail: 'This connection uses Basic authentication; there is no sign-in.',
  });
}
