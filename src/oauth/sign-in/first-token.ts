/** Get New Access Token of an app-only connection: the application asks for its own token, and no browser is involved. */
import type { ConnectionId } from '../../contract/ids.js';
import { ProblemError, problemError } from '../../contract/problem.js';
import type { Connections } from '../../setup/connections.js';
import type { Connection } from '../../setup/model.js';
import type { OAuthClient, OAuthClients } from '../client/client.js';
import type { GrantedTokens } from '../client/token-request.js';
import { appOnlyRefused } from '../refresh/refresh-problems.js';
import type { Renewals } from '../refresh/renewal.js';
import { serverContext } from '../server/server-context.js';
import { problemOfServerError } from '../server/server-errors.js';
import type { AcceptGrant } from './accept-grant.js';
import { clientOfConnection } from './sign-in-allowed.js';

const DEADLINE_MS = 20_000;

/**
 * @throws ProblemError by the table of server-errors, `app-only-token-refused`, what keeps a managed identity from its
 *   token, `sign-in-superseded` when the settings changed meanwhile
 */
export type FirstToken = (id: ConnectionId) => Promise<void>;

export function createFirstToken(deps: {
  connections: Pick<Connections, 'read'>;
  clients: OAuthClients;
  renewals: Renewals;
  acceptGrant: AcceptGrant;
}): FirstToken {
  const { connections, clients, renewals, acceptGrant } = deps;
  return async (id) => {
    const connection = await connections.read(id);
    const client = await clientOfConnection(clients, connection);
    const renewal = renewals.of({ settings: connection.settings, tokens: undefined }, client);
    if (!renewal) throw problemError('not-signed-in', { with: { user: connection.settings.user } });
    const outcome = await renewal.request(DEADLINE_MS);
    if (outcome.kind === 'invalid') throw problemError('callback-invalid', { with: { what: outcome.what } });
    if (outcome.kind === 'failure') {
      const context = serverContext(client, connection.settings);
      const { problem, class: errorClass } = problemOfServerError(outcome.failure, context);
      throw new ProblemError(
        errorClass === 'sign-in-again'
          ? appOnlyRefused(problem, { grant: connection, client, now: Date.now() })
          : problem,
      );
    }
    await accept(connection, client, outcome.tokens);
  };

  /** Two that asked at the same moment got two good tokens: the one that is stored will do. */
  async function accept(connection: Connection, client: OAuthClient, tokens: GrantedTokens): Promise<void> {
    try {
      await acceptGrant({ connection, client, tokens, epoch: connection.epoch });
    } catch (error) {
      const isOvertaken = error instanceof ProblemError && error.problem.code === 'sign-in-superseded';
      const now = isOvertaken ? await connections.read(connection.id) : undefined;
      const isSame = now?.version === connection.version && now.authorization.status === 'authorized';
      if (!isSame) throw error;
    }
  }
}
