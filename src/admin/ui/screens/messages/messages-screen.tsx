/** Messages. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function MessagesScreen() {
  return <Page title={strings.messages.title}>{null}</Page>;
}
