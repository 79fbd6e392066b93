/** Application. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function ApplicationScreen() {
  return <Page title={strings.applications.title}>{null}</Page>;
}
