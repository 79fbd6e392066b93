/** NewConnector. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function NewConnectorScreen() {
  return <Page title={strings.connectors.title}>{null}</Page>;
}
