/** Test Connection for a connection: each protocol that it has an endpoint of, by the connector types that need it, with their default settings. */
import type { ConnectorType } from '../contract/connector-type.js';
import type { ConnectionId } from '../contract/ids.js';
import type { Connection } from '../setup/model.js';
import { checkedSettings } from '../setup/settings-check.js';
import { type BegunTest, beginTest, type TestOptions } from './begin-test.js';
import type { DiagnosisDependencies } from './dependencies.js';
import { testType } from './test-type.js';

/** @throws ProblemError `not-found`, `test-running` */
export async function testConnection(
  deps: DiagnosisDependencies,
  id: ConnectionId,
  options: TestOptions,
): Promise<BegunTest> {
  const connection = await deps.connections.read(id);
  return beginTest(deps, connection, {
    ...options,
    async walk(run) {
      for (const type of typesFor(connection, deps.connectorTypes)) {
        const { value: settings } = checkedSettings(type.settings, {});
        await testType(deps, run, { type, connection, connector: undefined, settings });
      }
    },
  });
}

/** One type for each protocol that has an endpoint. */
function typesFor({ settings }: Connection, types: readonly ConnectorType[]): ConnectorType[] {
  const covered = new Set<string>();
  return types.filter(({ needs }) => {
    if (!needs.every((protocol) => settings[protocol]) || needs.every((each) => covered.has(each)))
      return false;
    for (const protocol of needs) covered.add(protocol);
    return true;
  });
}
