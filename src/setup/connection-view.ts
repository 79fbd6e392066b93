/** What the API answers for a connection: settings, status, and what is known of the sign-in; never a token. */
import { type Static, Type } from 'typebox';
import type { Problem } from '../contract/problem.js';
import type { Connection, ConnectionStatus } from './model.js';
import {
  isoTime,
  isoTimeOrNull,
  problemOrNullSchema,
  problemView,
  timeOrNullSchema,
  timeSchema,
  warningsSchema,
} from './view-parts.js';

const endpointView = Type.Object({ host: Type.String(), port: Type.Integer(), tlsType: Type.String() });

export const connectionViewSchema = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  name: Type.String(),
  authentication: Type.String({ description: 'oauth2 or basic' }),
  application: Type.Optional(Type.String()),
  user: Type.String(),
  scope: Type.Array(Type.String(), { description: "As entered; empty: the provider's." }),
  grant: Type.String({ description: 'authorizationCode, deviceCode or clientCredentials' }),
  tokenMode: Type.String({ description: 'getAndRefresh, refresh or off' }),
  imap: Type.Optional(endpointView),
  smtp: Type.Optional(endpointView),
  status: Type.String({
    description: 'unauthorized, authorized, reauthorization-required or application-error',
  }),
  problem: problemOrNullSchema,
  refreshProblem: problemOrNullSchema,
  warnings: warningsSchema,
  identity: Type.Union([Type.String(), Type.Null()], {
    description:
      'Who is behind the tokens: proved (the server said who signed in), asserted (an access token that was pasted; nobody proved whose it is), application (app-only), or null.',
  }),
  authenticatedUser: Type.Union([Type.String(), Type.Null()]),
  grantedScope: Type.Array(Type.String()),
  accessTokenExpiresAt: timeOrNullSchema,
  lastRefreshAt: timeOrNullSchema,
  createdAt: timeSchema,
});

export type ConnectionView = Static<typeof connectionViewSchema>;

/**
 * The status as people see it: an authorized connection whose application has a failure shows `application-error`.
 * @param applicationFailure of the connection's application
 */
export function shownStatus(
  { authorization }: Connection,
  applicationFailure: Problem | undefined,
): { status: ConnectionStatus; problem: Problem | undefined } {
  // A pasted access token is used as it is: no request of the application comes into it.
  const isOfApplication = authorization.identity !== 'asserted';
  if (applicationFailure && isOfApplication && authorization.status === 'authorized')
    return { status: 'application-error', problem: applicationFailure };
  return { status: authorization.status, problem: authorization.problem };
}

/**
 * @param applicationFailure of the connection's application, where it has one
 * @param warnings of setup/warnings
 */
export function connectionView(
  connection: Connection,
  applicationFailure: Problem | undefined,
  warnings: readonly Problem[] = [],
): ConnectionView {
  const { id, version, settings, authorization, createdAt } = connection;
  const { status, problem } = shownStatus(connection, applicationFailure);
  return {
    id,
    version,
    ...settings,
    status,
    problem: problem ? problemView(problem) : null,
    refreshProblem: authorization.refreshProblem ? problemView(authorization.refreshProblem) : null,
    warnings: warnings.map(problemView),
    identity: identityOf(connection),
    authenticatedUser: authorization.authenticatedUser ?? null,
    grantedScope: authorization.grantedScope,
    accessTokenExpiresAt: isoTimeOrNull(authorization.accessTokenExpiresAt),
    lastRefreshAt: isoTimeOrNull(authorization.lastRefreshAt),
    createdAt: isoTime(createdAt),
  };
}

/** Nobody is behind a connection without tokens, nor behind a password. */
function identityOf({ settings, authorization }: Connection): string | null {
  if (settings.authentication === 'basic' || authorization.status !== 'authorized') return null;
  return authorization.identity ?? 'proved';
}
