/** People. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function PeopleScreen() {
  return <Page title={strings.people.title}>{null}</Page>;
}
