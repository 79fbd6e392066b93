/** The pages at the end of what succeeded: a sign-in, or an admin's consent. */
import type { ConnectionView } from '../../setup/connection-view.js';
import { type Html, html } from '../html.js';
import { page, time } from './layout.js';
import { words } from './words.js';

export function successPage(connection: ConnectionView): Html {
  return page({
    title: words.success.title,
    body: html`<article>
<h1 class="good">${words.success.title}</h1>
<p><strong>${connection.authenticatedUser}</strong> ${words.success.signedIn(connection.name)}</p>
<dl>
<dt>${words.success.mailbox}</dt><dd>${connection.user}</dd>
<dt>${words.success.until}</dt><dd>${time(connection.accessTokenExpiresAt)}${words.success.refreshed}</dd>
</dl>
<p>${words.success.close}</p>
<p><a class="button" href="/">${words.toHome}</a></p>
</article>`,
  });
}

/** A tenant admin accepted the permissions; nobody was signed in by that. */
export function consentedPage(): Html {
  return page({
    title: words.consented.title,
    body: html`<article>
<h1 class="good">${words.consented.title}</h1>
<p>${words.consented.text}</p>
<p><a class="button" href="/">${words.toHome}</a></p>
</article>`,
  });
}
