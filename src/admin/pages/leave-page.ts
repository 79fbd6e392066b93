/** On the way to the sign-in of the company; the header Refresh goes on by itself, and the link where it does not. */
import { type Html, html, safeUrl } from '../html.js';
import { page } from './layout.js';

/** @param name what the provider is called */
export function leavePage(name: string, authorizationUrl: string): Html {
  return page({
    title: 'Sign in',
    body: html`<article><h1>Sign in</h1>
<p>Taking you to the sign-in of ${name}.</p>
<p><a class="button" href="${safeUrl(authorizationUrl)}">Go on</a></p></article>`,
  });
}
