/** The admin-consent link of an application (EXCHANGE-ONLINE.md §1): for all its users at once, never at `common`. */
import type { ApplicationId } from '../../contract/ids.js';
import { problemError } from '../../contract/problem.js';
import type { OAuthClients } from '../client/client.js';
import { adminConsentUrl } from '../server/server-context.js';

/**
 * @param options `appOnly`: for the application permissions (roles) that app-only connections need, instead of what users
 *   sign in with
 * @returns where an administrator of the tenant accepts; the answer comes back to the Callback URL
 * @throws ProblemError `admin-consent-not-offered`, and of clients.of
 */
export type AdminConsent = (id: ApplicationId, options: { appOnly: boolean }) => Promise<string>;

export function createAdminConsent({ clients }: { clients: Pick<OAuthClients, 'of'> }): AdminConsent {
  return async (id, { appOnly }) => {
    const client = await clients.of(id, { fresh: true });
    const { preset } = client;
    const users = [...new Set([...(preset.scopes.imap ?? []), ...(preset.scopes.smtp ?? [])])];
    const url = adminConsentUrl(client, appOnly ? [preset.appOnlyScope ?? ''] : users);
    if (url === undefined)
      throw problemError('admin-consent-not-offered', { with: { provider: preset.title } });
    return url;
  };
}
