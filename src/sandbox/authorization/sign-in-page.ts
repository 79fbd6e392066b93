/** The page on which a person chooses who to be, or declines; plain HTML, no script. */
import type { SandboxUser } from '../users.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c);

const page = (title: string, body: string): string => `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:12vh auto;padding:0 1rem}
button{display:block;width:100%;padding:.7rem;margin:.4rem 0;font:inherit;text-align:left}
.scope{color:#555;font-size:.9rem;overflow-wrap:anywhere}</style></head><body>${body}</body></html>`;

/**
 * @param request `loginHint` puts its account first; `action` is where the form goes, the authorization request's query in it
 */
export function signInPage(request: {
  users: SandboxUser[];
  loginHint: string | undefined;
  clientId: string;
  scope: string;
  action: string;
}): string {
  const hinted = request.loginHint?.toLowerCase();
  const isHinted = (user: SandboxUser): boolean =>
    hinted === user.upn.toLowerCase() || hinted === user.mail.toLowerCase();
  const users = [...request.users].sort((a, b) => Number(isHinted(b)) - Number(isHinted(a)));
  const buttons = users.map(
    (user) =>
      `<button name="as" value="${escapeHtml(user.upn)}"${isHinted(user) ? ' autofocus' : ''}>${escapeHtml(user.name)}<br><small>${escapeHtml(user.upn)}</small></button>`,
  );
  return page(
    'Sandbox: pick an account',
    `<h1>Pick an account</h1><p>This is Mailgrant's sandbox, not Microsoft. Application ${escapeHtml(request.clientId)} asks for:</p>
<p class="scope">${escapeHtml(request.scope)}</p>
<form method="post" action="${escapeHtml(request.action)}">${buttons.join('\n')}
<button name="decline" value="yes">Cancel: grant nothing</button></form>`,
  );
}

/** @param userCode filled in where the link carried it */
export const devicePage = (users: SandboxUser[], userCode: string): string =>
  page(
    'Sandbox: enter code',
    `<h1>Enter the code</h1><p>This is Mailgrant's sandbox, not Microsoft. Enter a code only if you asked for it yourself.</p>
<form method="post" action="/devicelogin"><p><label>Code <input name="user_code" value="${escapeHtml(userCode)}" autocomplete="off"></label></p>
${users.map((user) => `<button name="as" value="${escapeHtml(user.upn)}">Sign in as ${escapeHtml(user.upn)}</button>`).join('\n')}
<button name="decline" value="yes">Cancel: I did not ask for this</button></form>`,
  );

export const consentPage = (request: { clientId: string; scope: string; action: string }): string =>
  page(
    'Sandbox: permissions requested',
    `<h1>Permissions requested</h1><p>This is Mailgrant's sandbox, not Microsoft. As an administrator you accept for everybody what application ${escapeHtml(request.clientId)} asks for:</p>
<p class="scope">${escapeHtml(request.scope)}</p>
<form method="post" action="${escapeHtml(request.action)}"><button name="accept" value="yes">Accept</button>
<button name="decline" value="yes">Cancel</button></form>`,
  );

export const messagePage = (title: string, text: string): string =>
  page(title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`);

/** What a browser sees when the request is too wrong to be sent back. */
export const errorPage = (description: string): string =>
  page(
    'Sorry, but we are having trouble signing you in',
    `<h1>Sorry, but we are having trouble signing you in.</h1><p>${escapeHtml(description)}</p>`,
  );
