/** Activity: every message of every connector. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { MessageList } from './message-list.js';

export function MessagesScreen() {
  return (
    <Page title={strings.messages.title}>
      <MessageList />
    </Page>
  );
}
