/** Records as their readers see them, for the audit trail: what a change was made from; nothing secret is in a view. */
import type { SubjectKind } from '../audit/audit-entry.js';
import type { AlertChannelId, ApplicationId, ConnectionId, ConnectorId, PersonId } from '../contract/ids.js';
import { applicationView } from '../setup/application-view.js';
import { connectionView } from '../setup/connection-view.js';
import { type AdminDependencies, callbackUrlOf } from './dependencies.js';
import { personView } from './person-view.js';
import type { SubjectReader } from './plugins/audit.js';

type Services = Pick<
  AdminDependencies,
  'alertChannels' | 'applications' | 'connections' | 'connectors' | 'people' | 'publicUrl'
>;

export function subjectReaders(deps: Services): Partial<Record<SubjectKind, SubjectReader>> {
  const { alertChannels, applications, connections, connectors, people } = deps;
  return {
    application: async (id) =>
      applicationView(await applications.read(id as ApplicationId), callbackUrlOf(deps)),
    connection: async (id) => connectionView(await connections.read(id as ConnectionId), undefined),
    connector: async (id) => {
      const { name, type, connection, enabled, settings } = await connectors.read(id as ConnectorId);
      return { name, type, connection, enabled, settings };
    },
    person: async (id) => personView(await people.read(id as PersonId), undefined),
    'alert-channel': async (id) => (await alertChannels.read(id as AlertChannelId)).settings,
  };
}
