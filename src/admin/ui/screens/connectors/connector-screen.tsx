/** Connector. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function ConnectorScreen() {
  return <Page title={strings.connectors.title}>{null}</Page>;
}
