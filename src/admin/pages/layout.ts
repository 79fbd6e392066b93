/** What every page has around it, and the pieces that several show. */
import type { Problem } from '../../contract/problem.js';
import { OWNER_WORDS } from '../../contract/problem-words.js';
import type { ProblemView } from '../../setup/view-parts.js';
import { type Fill, type Html, html } from '../html.js';
import { problemType } from '../problem-type.js';
import { STYLE_PATH } from './style.js';

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
${isSignedIn && html`<form method="post" action="/sign-out"><a href="/password">Password</a> <button>Sign out</button></form>`}</header>
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
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

/**
 * A problem: what happened, whose it is, what to do next, and the server's own words.
 * @param options `isTitled: false` where a heading says the title already
 */
export function problemSection(found: ProblemView, { isTitled = true } = {}): Html {
  return html`<section class="problem">
${isTitled && html`<p><strong>${found.title}</strong> <a href="${problemType(found.code)}">${found.code}</a></p>`}
<p>${found.detail}</p>
<p>What to do next: ${found.next}</p>
<p class="dim">Whose it is to fix: ${OWNER_WORDS[found.owner as Problem['owner']] ?? found.owner}.
${found.retryAt !== undefined && html` Next try: ${time(found.retryAt)}.`}</p>
${found.serverWords !== undefined && html`<p class="dim">The server's own words${found.unknown && ', which Mailgrant does not know and took by their class'}:</p><pre>${found.serverWords}</pre>`}
${found.correlationId !== undefined && html`<p class="dim">Correlation id: ${found.correlationId}</p>`}
</section>`;
}
