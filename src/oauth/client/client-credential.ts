/**
 * How the client of an application proves itself to its token endpoint: one credential, or two secrets of which the one
 * that is refused hands over to the other at once (rotation without a gap).
 */
import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None } from 'openid-client';
import { problemError } from '../../contract/problem.js';
import type { ApplicationSecrets } from '../../setup/application-record.js';
import type { Application, ApplicationSettings, SecretTransport } from '../../setup/model.js';
import type { AuthorizationServer } from '../server/authorization-server.js';
import { certificateAssertion } from './client-credential-certificate.js';
import { type FederatedTokens, federatedAssertion } from './client-credential-federated.js';

export interface ClientCredential {
  /** Which of two secrets. */
  which: 'first' | 'second';
  /** It says when it is valid: by a clock that is off it is refused. */
  isDated?: true;
  /** Puts the proof into a request; made anew for each. It may throw a ProblemError. */
  authentication: ClientAuth;
}

export interface ClientCredentials {
  /** In the order in which they are to be tried: the one that worked last comes first. */
  inOrder(): readonly [ClientCredential, ...ClientCredential[]];
  /** Notes which one the server took. @returns whether that is news */
  worked(credential: ClientCredential): boolean;
}

/**
 * @param of the application, filled in from its preset, with its secrets and its server
 * @throws TypeError for a private key that cannot be read any more
 */
export async function createClientCredentials(
  of: {
    application: Pick<Application, 'secondSecret'>;
    settings: ApplicationSettings;
    secrets: ApplicationSecrets;
    server: AuthorizationServer;
  },
  tokens: FederatedTokens,
): Promise<ClientCredentials> {
  const all = await credentialsOf(of, tokens);
  let preferred = of.application.secondSecret === 'inUse' ? 'second' : 'first';
  return {
    inOrder() {
      const [first, second] = all;
      return second && preferred === 'second' ? [second, first] : all;
    },
    worked({ which }) {
      if (all.length === 1 || which === preferred) return false;
      preferred = which;
      return true;
    },
  };
}

async function credentialsOf(
  { settings, secrets, server }: Parameters<typeof createClientCredentials>[0],
  tokens: FederatedTokens,
): Promise<[ClientCredential, ...ClientCredential[]]> {
  const only = (authentication: ClientAuth): [ClientCredential] => [{ which: 'first', authentication }];
  const { clientAuth } = settings;
  const endpoint = server.metadata.token_endpoint;
  switch (clientAuth.method) {
    case 'clientSecret': {
      const { clientSecret, secondClientSecret } = secrets;
      if (clientSecret === undefined) return only(None());
      const carry = carrierOf(clientAuth.transport, server);
      const first = { which: 'first', authentication: carry(clientSecret) } as const;
      if (secondClientSecret === undefined) return [first];
      return [first, { which: 'second', authentication: carry(secondClientSecret) }];
    }
    case 'certificate':
      return [
        {
          which: 'first',
          isDated: true,
          authentication: await certificateAssertion(clientAuth, secrets.privateKey ?? '', endpoint),
        },
      ];
    case 'federatedCredential':
      return only(federatedAssertion(clientAuth, settings.name, tokens));
    case 'managedIdentity':
      return only(() => {
        throw problemError('managed-identity-signs-nobody-in', { with: { application: settings.name } });
      });
    case 'none':
      return only(None());
  }
}

/** In the body (RFC 6749 §2.3.1), or Basic where that is asked for, or where the metadata offers that and not the body. */
function carrierOf(
  transport: SecretTransport = 'automatic',
  server: AuthorizationServer,
): (secret: string) => ClientAuth {
  if (transport === 'body') return ClientSecretPost;
  if (transport === 'basic') return ClientSecretBasic;
  const offered = server.metadata.token_endpoint_auth_methods_supported;
  const isBasicOnly =
    offered?.includes('client_secret_basic') === true && !offered.includes('client_secret_post');
  return isBasicOnly ? ClientSecretBasic : ClientSecretPost;
}
