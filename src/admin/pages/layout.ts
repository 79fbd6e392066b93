/** What every page has around it, and the pieces that several show. */
import { type Fill, type Html, html } from '../html.js';
import { STYLE_PATH } from './style.js';
import { words } from './words.js';

export interface PageFrame {
  title: string;
  body: Fill;
  /** Whether a person is signed in, so that there is something to sign out of. */
  isSignedIn?: boolean;
}

export function page({ title, body, isSignedIn = false }: PageFrame): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Mailgrant</title>
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<header><a href="/">Mailgrant</a>
${isSignedIn && html`<form method="post" action="/sign-out"><a href="/password">${words.frame.password}</a> <button>${words.frame.signOut}</button></form>`}</header>
<main>
${body}
</main>
</body>
</html>
`;
}

/** @param iso ISO 8601; `null` shows as a dash */
export function time(iso: string | null | undefined): Html {
  if (!iso) return html`<span class="dim">–</span>`;
  return html`<time datetime="${iso}">${words.utc(iso.slice(0, 16).replace('T', ' '))}</time>`;
}
