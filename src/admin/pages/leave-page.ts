/** On the way to the sign-in of the company; the header Refresh goes on by itself, and the link where it does not. */
import { type Html, html, safeUrl } from '../html.js';
import { page } from './layout.js';
import { words } from './words.js';

/** @param name what the provider is called */
export function leavePage(name: string, authorizationUrl: string): Html {
  return page({
    title: words.leave.title,
    body: html`<article><h1>${words.leave.title}</h1>
<p>${words.leave.text(name)}</p>
<p><a class="button" href="${safeUrl(authorizationUrl)}">${words.leave.act}</a></p></article>`,
  });
}
