/** Changes a connector. */
import { atVersion } from '../../api/at-version.js';
import { answerOf, api, type Connector } from '../../api/client.js';

/** @param body merge patch (RFC 7396) made against the connector's version */
export const patchedConnector = (
  connector: Pick<Connector, 'id' | 'version'>,
  body: Record<string, unknown>,
): Promise<Connector> =>
  answerOf(api.PATCH('/api/v1/connectors/{id}', { params: atVersion(connector), body }));
