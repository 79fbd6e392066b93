/**
 * Sends the browser to the authorization server. A page and no redirect: the answer to a form may not redirect to
 * another origin under our Content-Security-Policy (form-action), whichever origin that is.
 */
import { type Html, html, safeUrl } from '../html.js';
import { page } from './layout.js';

export function continuePage(authorizationUrl: string): Html {
  const url = safeUrl(authorizationUrl);
  return page({
    title: 'Sign in',
    goOnTo: url,
    body: html`<article><h1>Sign in</h1>
<p>Taking you to the sign-in page of your mail provider.</p>
<p><a class="button" href="${url}">Go on</a></p></article>`,
  });
}
