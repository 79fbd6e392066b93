/** The forms before and around a session: signing in, the first admin, an invitation, another password. */
import type { Problem } from '../../contract/problem.js';
import { type Html, html } from '../html.js';
import { page } from './layout.js';

const refusal = (refused: Problem | undefined): Html | false =>
  refused !== undefined &&
  html`<section class="problem"><p><strong>${refused.title}.</strong> ${refused.detail} ${refused.next}</p></section>`;

/**
 * @param given `refused`: why the attempt before was not accepted; `name` as it was entered then; `openIdName`: what the
 *   provider is called that people may come through; `hasPasswords: false`: they come through it alone
 */
export function signInPage({
  refused,
  name = 'admin',
  openIdName,
  hasPasswords = true,
}: {
  refused?: Problem;
  name?: string;
  openIdName?: string | undefined;
  hasPasswords?: boolean;
} = {}): Html {
  return page({
    title: 'Sign in',
    body: html`<article>
<h1>Sign in to Mailgrant</h1>
${refusal(refused)}
${
  openIdName !== undefined &&
  html`<form class="sign-in" method="post" action="/sign-in/openid"><button class="main">Sign in with ${openIdName}</button></form>
<p class="or">or</p>`
}
<form class="sign-in" method="post" action="/sign-in">
${
  hasPasswords
    ? html`<label>Name
<input name="name" autocomplete="username" value="${name}"></label>
<label>Password, or an API key
<input name="secret" type="password" autocomplete="current-password" required autofocus></label>`
    : html`<label>An API key with the scope admin
<input name="secret" type="password" autocomplete="off" required></label>`
}
<button class="${openIdName === undefined ? 'main' : ''}">Sign in</button>
</form>
</article>`,
  });
}

/** @param token of the set-up link; it is used up by the form, not by opening it */
export function setUpPage(
  token: string,
  { refused, name = '' }: { refused?: Problem; name?: string } = {},
): Html {
  return page({
    title: 'Set up',
    body: html`<article>
<h1>Set Mailgrant up</h1>
<p>Nobody can sign in yet. You become the first admin; others are invited by you.</p>
${refusal(refused)}
<form class="sign-in" method="post" action="/setup">
<input type="hidden" name="token" value="${token}">
<label>Name
<input name="name" autocomplete="username" value="${name}" required autofocus></label>
${newPasswordField}
<button class="main">Set up</button>
</form>
</article>`,
  });
}

/** @param name of whom the link is for */
export function invitationPage(token: string, { refused, name }: { refused?: Problem; name: string }): Html {
  return page({
    title: 'Set your password',
    body: html`<article>
<h1>Welcome, ${name}</h1>
<p>Choose the password that you sign in to Mailgrant with.</p>
${refusal(refused)}
<form class="sign-in" method="post" action="/invitation">
<input type="hidden" name="token" value="${token}">
<input type="hidden" name="username" autocomplete="username" value="${name}">
${newPasswordField}
<button class="main">Set password</button>
</form>
</article>`,
  });
}

/** @param refused why the attempt before was not accepted */
export function passwordPage(refused?: Problem): Html {
  return page({
    title: 'Change password',
    isSignedIn: true,
    body: html`<article>
<h1>Change your password</h1>
<p>Every other session of yours ends with it.</p>
${refusal(refused)}
<form class="sign-in" method="post" action="/password">
<label>Old password
<input name="old" type="password" autocomplete="current-password" required autofocus></label>
${newPasswordField}
<button class="main">Change password</button>
</form>
${signOutEverywhere}
</article>`,
  });
}

/** @param name of a person who comes through OpenID */
export function withoutPasswordPage(name: string): Html {
  return page({
    title: 'Your account',
    isSignedIn: true,
    body: html`<article>
<h1>Your account</h1>
<p>You are ${name}, and sign in through your company: there is no password here.</p>
${signOutEverywhere}
</article>`,
  });
}

const signOutEverywhere = html`<form method="post" action="/sign-out-everywhere"><button>Sign out everywhere</button></form>`;

const newPasswordField = html`<label>New password, at least 12 characters
<input name="password" type="password" autocomplete="new-password" minlength="12" required></label>`;
