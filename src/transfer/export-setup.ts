/** Exports the whole set-up as a document without secrets. */
import type { ConnectionId } from '../contract/ids.js';
import type { AlertChannels } from '../setup/alert-channels.js';
import { enteredApplication } from '../setup/application-record.js';
import type { Applications } from '../setup/applications.js';
import type { Connections } from '../setup/connections.js';
import type { Connectors } from '../setup/connectors.js';
import type { ClientAuth, Connection, Connector } from '../setup/model.js';
import type { JsonObject } from '../setup/schema-node.js';
import { applicationStore } from '../setup/stores.js';
import type { RedisClient } from '../storage/redis.js';
import { SETUP_FORMAT, SETUP_VERSION, type SetupDocument } from './setup-document.js';

export function createSetupExport(deps: {
  redis: RedisClient;
  applications: Pick<Applications, 'all'>;
  connections: Pick<Connections, 'all'>;
  connectors: Pick<Connectors, 'all' | 'typeOf' | 'settingsWithSecrets'>;
  alertChannels: Pick<AlertChannels, 'all'>;
}): () => Promise<SetupDocument> {
  const store = applicationStore(deps.redis);
  return async () => {
    const document: SetupDocument = {
      format: SETUP_FORMAT,
      version: SETUP_VERSION,
      exportedAt: new Date().toISOString(),
      applications: [],
      connections: [],
      connectors: [],
      alertChannels: [],
    };
    for await (const { id } of deps.applications.all()) {
      const record = await store.read(id);
      if (!record) continue;
      // As entered: what a preset fills in follows another tenant by itself.
      const { clientAuth, name, ...settings } = enteredApplication(record);
      const credential = { clientAuth: enteredClientAuth(clientAuth) };
      document.applications.push({ ref: id, name, ...settings, ...credential, ...secretsOf(clientAuth) });
    }
    for await (const connection of deps.connections.all())
      document.connections.push(connectionItem(connection));
    for await (const connector of deps.connectors.all())
      document.connectors.push(await connectorItem(deps.connectors, connector));
    for await (const { id, settings } of deps.alertChannels.all()) {
      const secrets = settings.type === 'webhook' && { secrets: ['/secret'] };
      document.alertChannels.push({ ref: id, ...settings, ...secrets });
    }
    return document;
  };
}

/** What an admin enters, without what was read from a certificate, and without what belongs to a secret. */
function enteredClientAuth(clientAuth: ClientAuth): JsonObject {
  if (clientAuth.method === 'clientSecret') {
    const { method, transport } = clientAuth;
    return { method, ...(transport && { transport }) };
  }
  if (clientAuth.method !== 'certificate') return { ...clientAuth };
  const { method, algorithm, certificate } = clientAuth;
  return { method, ...(algorithm && { algorithm }), certificate };
}

function secretsOf({ method }: ClientAuth): { secrets?: string[] } {
  if (method === 'clientSecret') return { secrets: ['/clientAuth/clientSecret'] };
  return method === 'certificate' ? { secrets: ['/clientAuth/privateKey'] } : {};
}

function connectionItem({ id, settings }: Connection): SetupDocument['connections'][number] {
  const { authentication, application, ...others } = settings;
  return {
    ref: id,
    ...others,
    ...(application !== undefined && { application }),
    ...(authentication === 'basic' && { basic: {}, secrets: ['/basic/password'] }),
  };
}

async function connectorItem(
  connectors: Pick<Connectors, 'typeOf' | 'settingsWithSecrets'>,
  connector: Connector,
): Promise<SetupDocument['connectors'][number]> {
  const { id, name, type, connection, enabled, settings } = connector;
  const whole = await connectors.settingsWithSecrets(id);
  const secrets = connectors
    .typeOf(connector)
    .secrets.filter((pointer) => pointsAtText(whole, pointer))
    .map((pointer) => `/settings${pointer}`);
  const ref: ConnectionId = connection;
  return {
    ref: id,
    name,
    type,
    connection: ref,
    enabled,
    settings,
    ...(secrets.length > 0 && { secrets }),
  };
}

function pointsAtText(settings: unknown, pointer: string): boolean {
  let value: unknown = settings;
  for (const name of pointer.split('/').slice(1))
    value = typeof value === 'object' && value !== null ? (value as JsonObject)[name] : undefined;
  return typeof value === 'string';
}
