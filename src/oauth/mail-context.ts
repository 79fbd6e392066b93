/** Builds what a connector gets to work with: one connection's endpoints and credentials, and nothing of the platform. */
import type { ConnectorLog, MailContext, MailCredentials } from '../contract/connector-type.js';
import type { ConnectionId, ConnectorId } from '../contract/ids.js';
import { ProblemError, problemError } from '../contract/problem.js';
import type { Applications } from '../setup/applications.js';
import type { Connections } from '../setup/connections.js';
import { refuseStrangeMailHost } from '../setup/federated-rules.js';
import { refuseOtherTenant } from '../setup/identity.js';
import type { ApplicationSettings, Connection } from '../setup/model.js';
import type { Providers } from '../setup/preset.js';
import type { AccessTokens } from './refresh/access-tokens.js';
import { graphScopes, missingScopes } from './sign-in/granted-scope.js';

export interface MailContextOptions {
  signal: AbortSignal;
  log: ConnectorLog;
  /** What the connector type needs; a grant that does not cover it is `scope-missing`. */
  needs?: readonly ('imap' | 'smtp')[];
  /** `credentials()` throws what is wrong with the grant, instead of mailContext(): a test looks at the server first. */
  checksGrantLate?: boolean;
}

export interface MailContexts {
  /**
   * @throws ProblemError `not-signed-in`, the problem that ended the grant, `tenant-changed`,
   *   `machine-token-for-provider-only`, `scope-missing`. What only shows when a token is needed (the application's failure, a transient one) is thrown by `credentials()`
   */
  mailContext(
    connection: Connection,
    connector: ConnectorId | undefined,
    options: MailContextOptions,
  ): Promise<MailContext>;
}

/** @param deps `resolve`: of outgoing */
export function createMailContexts(deps: {
  accessTokens: Pick<AccessTokens, 'accessToken'>;
  applications: Pick<Applications, 'read'>;
  connections: Pick<Connections, 'password'>;
  providers: Providers;
  resolve(host: string): Promise<string>;
  /** When mail was last read over a connection, ms since the epoch; `undefined` where no receiver works over it. */
  lastReceivedAt?(id: ConnectionId): Promise<number | undefined>;
  /** Told of each reply that no row of a table knows. */
  onUnknownReply?(protocol: 'imap' | 'smtp'): void;
}): MailContexts {
  const { accessTokens, applications, connections, providers, onUnknownReply } = deps;
  return {
    async mailContext(connection, connector, { signal, log, needs = [], checksGrantLate = false }) {
      const { id, settings, authorization } = connection;
      if (!checksGrantLate) refuseWithoutGrant(connection);
      const application =
        settings.application === undefined ? undefined : await applications.read(settings.application);
      const preset = providers[application?.settings.provider ?? 'custom'];
      const ofGraph = graphScopes(authorization.grantedScope, settings.scope);
      const checkGrant = (): void => {
        refuseWithoutGrant(connection);
        refuseOtherTenant({
          account: authorization.account,
          tenant: application?.settings.tenant,
          user: settings.user,
          application: application?.settings.name ?? '',
        });
        if (settings.authentication !== 'oauth2') return;
        if (application) refuseStrangeMailHost(settings, application.settings, providers);
        // Roles of an application, or a token of which nobody says what it is for: the mail server will tell.
        if (authorization.identity === 'application' || authorization.identity === 'asserted') return;
        const needed = needs.flatMap((need) => preset.scopes[need] ?? []);
        const missing = missingScopes({ needed, granted: authorization.grantedScope });
        if (missing.length > 0 && ofGraph.length > 0) {
          const what = 'it does not cover the mail server';
          throw problemError('grant-for-graph', {
            with: { user: settings.user, granted: ofGraph.join(' '), what },
          });
        }
        if (missing.length > 0)
          throw problemError('scope-missing', { with: { user: settings.user, scope: missing.join(' ') } });
      };
      if (!checksGrantLate) checkGrant();

      const bearer = async (rejected: number | undefined): Promise<MailCredentials> => {
        const token = await accessTokens.accessToken(id, {
          signal,
          ...(rejected !== undefined && { rejected }),
        });
        return {
          kind: 'xoauth2',
          user: token.saslUser,
          accessToken: token.accessToken,
          version: token.version,
        };
      };
      const basic = async (): Promise<MailCredentials> => {
        const password = await connections.password(id);
        if (password === undefined) throw problemError('password-missing', { with: { user: settings.user } });
        return { kind: 'basic', user: authorization.saslUser ?? settings.user, password };
      };
      return {
        connection: id,
        connector,
        user: settings.user,
        authenticatedUser: authorization.authenticatedUser,
        identity: authorization.identity,
        clientId: shownClientId(authorization.clientId, application?.settings),
        graphScopes: ofGraph,
        lastReceivedAt: async () => deps.lastReceivedAt?.(id),
        ...(onUnknownReply && { onUnknownReply }),
        imap: settings.imap,
        smtp: settings.smtp,
        limits: preset.limits,
        async credentials({ rejected } = {}) {
          if (checksGrantLate) checkGrant();
          return settings.authentication === 'basic' ? basic() : bearer(rejected);
        },
        resolve: deps.resolve,
        log,
        signal,
      };
    },
  };
}

function refuseWithoutGrant({ settings, authorization }: Connection): void {
  if (authorization.status === 'authorized') return;
  if (authorization.problem) throw new ProblemError(authorization.problem);
  throw problemError('not-signed-in', { with: { user: settings.user } });
}

/** What a cmdlet names the application by. The Client Id of an identity that the system assigned is only a name here. */
function shownClientId(
  granted: string | undefined,
  settings: Pick<ApplicationSettings, 'clientId' | 'clientAuth'> | undefined,
): string | undefined {
  const { clientAuth, clientId } = settings ?? {};
  if (clientAuth?.method === 'managedIdentity' && clientAuth.identity !== 'userAssigned')
    return 'APPLICATION-ID';
  return granted ?? clientId;
}
