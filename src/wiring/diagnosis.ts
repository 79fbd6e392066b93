/** Wires Test Connection: the contexts that workers get, the destinations that receivers have. */
import { connectorTypes } from '../../connectors/index.js';
import { systemClock } from '../contract/clock.js';
import type { ConnectionId, ConnectorId } from '../contract/ids.js';
import type { TestOptions } from '../diagnosis/begin-test.js';
import type { DiagnosisDependencies } from '../diagnosis/dependencies.js';
import { testConnection } from '../diagnosis/test-connection.js';
import { testConnector } from '../diagnosis/test-connector.js';
import type { OAuthServices } from './oauth.js';
import type { Parts } from './parts.js';
import type { SetupServices } from './setup.js';

export function wireDiagnosis(
  { storage, outgoing, log }: Parts,
  { setup, oauth }: { setup: SetupServices; oauth: OAuthServices },
) {
  const deps: DiagnosisDependencies = {
    redis: storage.redis.client,
    connections: setup.connections,
    connectors: setup.connectors,
    connectorTypes,
    mailContext: oauth.mailContext,
    addresses: outgoing.addresses,
    presetOf: setup.presetOf,
    dispatcher: outgoing.dispatcher,
    clock: systemClock,
    log,
  };
  return {
    testConnection: (id: ConnectionId, options: TestOptions) => testConnection(deps, id, options),
    testConnector: (id: ConnectorId, options: TestOptions) => testConnector(deps, id, options),
  };
}
