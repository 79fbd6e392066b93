/** The page at the end of a sign-in that succeeded. */
import type { ConnectionView } from '../../setup/connection-view.js';
import { type Html, html } from '../html.js';
import { page, time } from './layout.js';

export function successPage(connection: ConnectionView): Html {
  return page({
    title: 'Success!',
    body: html`<article>
<h1 class="good">Success!</h1>
<p><strong>${connection.authenticatedUser}</strong> is signed in to the connection “${connection.name}”.</p>
<dl>
<dt>Mailbox</dt><dd>${connection.user}</dd>
<dt>Access token until</dt><dd>${time(connection.accessTokenExpiresAt)}; it is refreshed by itself from now on</dd>
</dl>
<p><a class="button" href="/">Back to the connections</a></p>
</article>`,
  });
}
