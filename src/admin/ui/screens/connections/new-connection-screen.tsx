/** NewConnection. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function NewConnectionScreen() {
  return <Page title={strings.connections.title}>{null}</Page>;
}
