/** What every endpoint of the authorization server works with. */
import type { Clock } from '../../contract/clock.js';
import type { Faults } from '../faults.js';
import type { Users } from '../users.js';
import type { Clients } from './clients.js';
import type { DeviceCodes } from './device-codes.js';
import type { Grants } from './grants.js';
import type { IdTokenSigner } from './id-token.js';
import type { ManagedIdentities } from './managed-identities.js';
import type { TokenRequest } from './request-log.js';
import type { RevocationSwitch } from './revocation.js';
import type { TokenFault } from './token-faults.js';

/** What the authorize endpoint can be made to answer once somebody has signed in. */
export interface AuthorizeFault {
  /** AADSTS number that the redirect carries. */
  code: number;
}

export interface AuthorizationContext {
  clock: Clock;
  origin: string;
  issuer: string;
  tenantId: string;
  domain: string;
  users: Users;
  clients: Clients;
  grants: Grants;
  signer: IdTokenSigner;
  identities: ManagedIdentities;
  deviceCodes: DeviceCodes;
  revocation: RevocationSwitch;
  /** What discovery says in the place of the truth, or how it fails. */
  discoveryFault: { says?: Record<string, unknown>; status?: number };
  /** An access token of an application for a resource; `undefined`: the tenant has no such resource. */
  applicationToken?(clientId: string, resource: string): string | undefined;
  tokenFaults: Faults<TokenFault>;
  authorizeFaults: Faults<AuthorizeFault>;
  log: TokenRequest[];
  /** Seconds that the next access token lives; Entra draws 60 to 90 minutes at random. */
  accessTokenSeconds(): number;
}
