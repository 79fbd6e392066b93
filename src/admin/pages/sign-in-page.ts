/** Signing in to the page itself. */
import type { Problem } from '../../contract/problem.js';
import { type Html, html } from '../html.js';
import { page } from './layout.js';

/** @param refused why the attempt before was not accepted */
export function signInPage(refused?: Problem): Html {
  return page({
    title: 'Sign in',
    body: html`<article>
<h1>Sign in to Mailgrant</h1>
${refused && html`<section class="problem"><p><strong>${refused.title}.</strong> ${refused.next}</p></section>`}
<form class="sign-in" method="post" action="/sign-in">
<input type="hidden" name="username" autocomplete="username" value="admin">
<label>Admin password or API key
<input name="secret" type="password" autocomplete="current-password" required autofocus></label>
<button class="main">Sign in</button>
</form>
</article>`,
  });
}
