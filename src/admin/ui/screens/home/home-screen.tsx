/** Home. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function HomeScreen() {
  return <Page title={strings.home.title}>{null}</Page>;
}
