/** Test Connection for a connector: its type's test with its own settings, then the destination of a receiver. */
import type { ConnectorId } from '../contract/ids.js';
import type { ReceiveSettings } from '../contract/receive-settings.js';
import { openDestination } from '../receive/destinations/index.js';
import { type BegunTest, beginTest, type TestOptions } from './begin-test.js';
import type { DiagnosisDependencies } from './dependencies.js';
import { testType } from './test-type.js';

/** @throws ProblemError `not-found`, `test-running` */
export async function testConnector(
  deps: DiagnosisDependencies,
  id: ConnectorId,
  options: TestOptions,
): Promise<BegunTest> {
  const { connectors, connections } = deps;
  const connector = await connectors.read(id);
  const type = connectors.typeOf(connector);
  const connection = await connections.read(connector.connection);
  return beginTest(deps, connection, {
    ...options,
    async walk(run) {
      await testType(deps, run, { type, connection, connector, settings: connector.settings });
      if (type.direction !== 'receive') return;
      const settings = (await connectors.settingsWithSecrets(id)) as unknown as ReceiveSettings;
      await run.run({ protocol: 'destination', step: settings.destination.type }, async () => {
        const detail = await openDestination(settings, deps).test(run.signal);
        return { detail, value: undefined };
      });
    },
  });
}
