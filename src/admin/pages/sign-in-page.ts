/** The forms before and around a session: signing in, the first admin, an invitation, another password. */
import type { Problem } from '../../contract/problem.js';
import { type Html, html } from '../html.js';
import { page } from './layout.js';
import { words } from './words.js';

const REFUSED = 'refused';

const refusal = (refused: Problem | undefined): Html | false =>
  refused !== undefined &&
  html`<section class="problem" id="${REFUSED}" role="alert"><p><strong>${refused.title}.</strong> ${refused.detail} ${refused.next}</p></section>`;

/** Problems that are about one field of a form; else it is the fault of the fields that the problem names. */
const FIELD_OF: Partial<Record<Problem['code'], string>> = {
  'password-refused': 'secret',
  'password-sign-in-off': 'secret',
  'old-password-wrong': 'old',
  'password-too-weak': 'password',
};

/**
 * A field with its label, told of what is wrong with it.
 * @param of `name` in the form; `attributes` of the input; `hint` below the label
 */
function field(
  refused: Problem | undefined,
  of: { name: string; label: string; attributes: Html; hint?: string },
): Html {
  const { name, label, attributes, hint } = of;
  const isAtFault =
    refused !== undefined &&
    (FIELD_OF[refused.code] === name || (refused.fields ?? []).some(({ path }) => path === `/${name}`));
  const described = [isAtFault && REFUSED, hint !== undefined && `${name}-hint`].filter(Boolean).join(' ');
  return html`<div class="field"><label for="${name}">${label}</label>
${hint !== undefined && html`<p class="dim" id="${name}-hint">${hint}</p>`}
<input id="${name}" name="${name}" ${attributes}${isAtFault && html` aria-invalid="true"`}${described !== '' && html` aria-describedby="${described}"`}></div>`;
}

/** Names are no words: nothing is to be put right in them. */
const AS_TYPED = html`autocapitalize="none" autocorrect="off" spellcheck="false"`;

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
    title: words.signIn.tab,
    body: html`<article>
<h1>${words.signIn.title}</h1>
${refusal(refused)}
${
  openIdName !== undefined &&
  html`<form class="sign-in" method="post" action="/sign-in/openid"><button class="main">${words.signIn.withOpenId(openIdName)}</button></form>
<p class="or">${words.signIn.or}</p>`
}
<form class="sign-in" method="post" action="/sign-in">
${
  hasPasswords
    ? html`${field(refused, { name: 'name', label: words.signIn.name, attributes: html`autocomplete="username" ${AS_TYPED} value="${name}"` })}
${field(refused, { name: 'secret', label: words.signIn.secret, attributes: html`type="password" autocomplete="current-password" required autofocus` })}`
    : field(refused, {
        name: 'secret',
        label: words.signIn.apiKey,
        attributes: html`type="password" autocomplete="off" required`,
      })
}
<button class="${openIdName === undefined ? 'main' : ''}">${words.signIn.act}</button>
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
    title: words.setUp.tab,
    body: html`<article>
<h1>${words.setUp.title}</h1>
<p>${words.setUp.text}</p>
${refusal(refused)}
<form class="sign-in" method="post" action="/setup">
<input type="hidden" name="token" value="${token}">
${field(refused, { name: 'name', label: words.signIn.name, attributes: html`autocomplete="username" ${AS_TYPED} value="${name}" required autofocus` })}
${newPasswordField(refused)}
<button class="main">${words.setUp.act}</button>
</form>
</article>`,
  });
}

/** @param name of whom the link is for */
export function invitationPage(token: string, { refused, name }: { refused?: Problem; name: string }): Html {
  return page({
    title: words.invitation.tab,
    body: html`<article>
<h1>${words.invitation.title(name)}</h1>
<p>${words.invitation.text}</p>
${refusal(refused)}
<form class="sign-in" method="post" action="/invitation">
<input type="hidden" name="token" value="${token}">
${ownName(name)}
${newPasswordField(refused)}
<button class="main">${words.invitation.act}</button>
</form>
</article>`,
  });
}

/** @param name of whose it is; `refused`: why the attempt before was not accepted */
export function passwordPage(name: string, refused?: Problem): Html {
  return page({
    title: words.password.tab,
    isSignedIn: true,
    body: html`<article>
<h1>${words.password.title}</h1>
<p>${words.password.text}</p>
${refusal(refused)}
<form class="sign-in" method="post" action="/password">
${ownName(name)}
${field(refused, { name: 'old', label: words.password.old, attributes: html`type="password" autocomplete="current-password" required autofocus` })}
${newPasswordField(refused)}
<button class="main">${words.password.act}</button>
</form>
${signOutEverywhere}
</article>`,
  });
}

/** @param name of a person who comes through OpenID */
export function withoutPasswordPage(name: string): Html {
  return page({
    title: words.account.title,
    isSignedIn: true,
    body: html`<article>
<h1>${words.account.title}</h1>
<p>${words.account.text(name)}</p>
${signOutEverywhere}
</article>`,
  });
}

const signOutEverywhere = html`<form method="post" action="/sign-out-everywhere"><button>${words.account.signOutEverywhere}</button></form>`;

const newPasswordField = (refused: Problem | undefined): Html =>
  field(refused, {
    name: 'password',
    label: words.password.new,
    hint: words.password.newHint,
    attributes: html`type="password" autocomplete="new-password" minlength="12" required`,
  });

/** So that a password manager knows whose password it keeps; it looks for a text field, not for a hidden one. */
const ownName = (name: string): Html =>
  html`<input class="unseen" type="text" name="username" autocomplete="username" value="${name}" readonly tabindex="-1" aria-hidden="true">`;
