/**
 * Imports a grant that was exported elsewhere: its refresh token is used once, and what comes back passes the same checks
 * as a sign-in (law 1), beside those of the file: its user, tenant, client and account. Nothing is stored before that.
 */
import type { ConnectionId } from '../contract/ids.js';
import { problemError } from '../contract/problem.js';
import type { OAuthClients } from '../oauth/client/client.js';
import type { AcceptGrant } from '../oauth/sign-in/accept-grant.js';
import { redeemRefreshToken } from '../oauth/sign-in/redeem-refresh-token.js';
import type { Connections } from '../setup/connections.js';
import type { Connection } from '../setup/model.js';
import { checkFits, exportedGrant } from './exported-grant.js';
import { openedFile } from './grant-file.js';

export interface ImportOptions {
  /** As it was exported. */
  file: unknown;
  passphrase: string;
}

export type ImportGrant = (id: ConnectionId, options: ImportOptions) => Promise<{ user: string | undefined }>;

/**
 * @returns a function that throws ProblemError of the first check that fails: `grant-not-importable`, `transfer-…`,
 *   `account-changed`, what the token endpoint refuses with, and what a sign-in is refused with
 */
export function createGrantImport(deps: {
  connections: Pick<Connections, 'read'>;
  clients: OAuthClients;
  acceptGrant: AcceptGrant;
}): ImportGrant {
  return async (id, { file, passphrase }) => {
    const connection = await deps.connections.read(id);
    const application = applicationOf(connection);
    const grant = exportedGrant(await openedFile(file, passphrase));
    const client = await deps.clients.of(application, { fresh: true });
    checkFits(grant, connection, client.settings);
    const { refreshToken, account } = grant;
    const tokens = await redeemRefreshToken(client, { refreshToken, connection });
    // The identity rule compares with the account that a connection had: here it is that of the file.
    const expected = { ...connection, authorization: { ...connection.authorization, account } };
    return deps.acceptGrant({ connection: expected, client, tokens, epoch: connection.epoch });
  };
}

/** @throws ProblemError `grant-not-importable` */
function applicationOf({ settings }: Connection) {
  const { user, application, grant, tokenMode } = settings;
  const refuse = (what: string) => problemError('grant-not-importable', { with: { user, what } });
  if (application === undefined) throw refuse('signs in with a password');
  if (grant === 'clientCredentials') throw refuse('signs in as the application itself, which has no grant');
  if (tokenMode === 'off') throw refuse('has the Token Mode off: nothing is refreshed');
  return application;
}
