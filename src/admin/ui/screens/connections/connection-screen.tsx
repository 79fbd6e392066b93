/** Connection. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function ConnectionScreen() {
  return <Page title={strings.connections.title}>{null}</Page>;
}
