/** Service. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function ServiceScreen() {
  return <Page title={strings.service.title}>{null}</Page>;
}
