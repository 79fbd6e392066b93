/**
 * What stands in the place of a secret that an import did not bring, and what is shown until it is entered: nothing is
 * sent anywhere by it. An application fails with its problem, a connection with Basic is held, a connector or an alert channel is off.
 */
import { randomBytes } from 'node:crypto';
import type { ApplicationId, ConnectionId } from '../contract/ids.js';
import { ProblemError, problem } from '../contract/problem.js';
import type { TokenStore } from '../oauth/token-store.js';
import type { Applications } from '../setup/applications.js';

/** No secret: known to everybody, and good for nothing. */
export const NO_CLIENT_SECRET = 'enter-the-client-secret';
export const NO_PASSWORD = 'enter-the-password';

/** Nobody knows it, so nobody can sign with it. */
export const unknownSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

export interface MissingSecrets {
  /** @param what is to be entered */
  holdApplication(id: ApplicationId, named: { name: string; what: string }): Promise<void>;
  holdConnection(id: ConnectionId, named: { name: string }): Promise<void>;
  /** After a change of an application: what was missing may be there now. */
  applicationChanged(id: ApplicationId): Promise<void>;
}

export function createMissingSecrets(deps: {
  applications: Pick<Applications, 'read' | 'setFailure' | 'secrets'>;
  tokenStore: Pick<TokenStore, 'read' | 'end'>;
}): MissingSecrets {
  const { applications, tokenStore } = deps;
  const missing = (name: string, what: string) => problem('secret-to-be-entered', { with: { name, what } });
  return {
    holdApplication: async (id, { name, what }) =>
      void (await applications.setFailure(id, missing(name, what))),
    holdConnection: async (id, { name }) =>
      void (await tokenStore.end(await tokenStore.read(id), missing(name, 'password'))),
    async applicationChanged(id) {
      const application = await applications.read(id).catch((error) => {
        if (error instanceof ProblemError && error.problem.code === 'not-found') return undefined;
        throw error;
      });
      if (application?.failure?.code !== 'secret-to-be-entered') return;
      const { clientSecret } = await applications.secrets(id);
      if (clientSecret !== NO_CLIENT_SECRET) await applications.setFailure(id, undefined);
    },
  };
}
