/** The checks of what a token endpoint granted that need no network, whatever way it came. Each throws its own problem. */
import { problemError } from '../../contract/problem.js';
import { effectiveScope } from '../../setup/effective-scope.js';
import type { Connection } from '../../setup/model.js';
import type { OAuthClient } from '../client/client.js';
import type { GrantedTokens } from '../client/token-request.js';
import { graphScopes, missingScopes } from './granted-scope.js';

/** Without a refresh token the mailbox would go silent within the hour. @throws ProblemError `offline-access-not-granted` */
export function checkRefreshToken(
  tokens: GrantedTokens,
): asserts tokens is GrantedTokens & { refreshToken: string } {
  if (!tokens.refreshToken) throw problemError('offline-access-not-granted');
}

/**
 * What was granted covers what the connection asks for, and is for mail servers.
 * @returns the granted scope
 * @throws ProblemError `scope-for-graph`, `scope-not-granted`
 */
export function checkScope(tokens: GrantedTokens, client: OAuthClient, connection: Connection): string[] {
  const asked = effectiveScope(connection.settings, client.preset);
  const granted = tokens.scope ?? asked;
  const ofGraph = graphScopes(granted, asked);
  if (ofGraph.length > 0) throw problemError('scope-for-graph', { with: { granted: ofGraph.join(' ') } });
  const missing = missingScopes({ needed: asked, granted });
  if (missing.length > 0) {
    throw problemError('scope-not-granted', {
      with: { granted: granted.join(' ') || 'nothing', missing: missing.join(' ') },
    });
  }
  return granted;
}
