/** The pages at the end of what succeeded: a sign-in, or an admin's consent. */
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
<p>You may close this tab: the page that you came from knows already.</p>
<p><a class="button" href="/">Go to Mailgrant</a></p>
</article>`,
  });
}

/** A tenant admin accepted the permissions; nobody was signed in by that. */
export function consentedPage(): Html {
  return page({
    title: 'Consent given',
    body: html`<article>
<h1 class="good">Consent given</h1>
<p>The permissions are accepted for the tenant. Nobody was signed in by that: go back to the connection and sign in. You may close this tab.</p>
<p><a class="button" href="/">Go to Mailgrant</a></p>
</article>`,
  });
}
