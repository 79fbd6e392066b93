/** A failure as a page: at the callback, or after a button. */
import type { Problem } from '../../contract/problem.js';
import { problemView } from '../../setup/view-parts.js';
import { type Html, html } from '../html.js';
import { problemType } from '../problem-type.js';
import { page, problemSection } from './layout.js';

export interface WayBack {
  href: string;
  words: string;
}

const HOME: WayBack = { href: '/', words: 'Go to Mailgrant' };

/** @param requestId to find the request in the log by; `back` where it leads back to */
export function problemPage(found: Problem, requestId: string, back: WayBack = HOME): Html {
  return page({
    title: found.title,
    body: html`<article>
<h1>${found.title}</h1>
${problemSection(problemView(found), { isTitled: false })}
<p class="dim">Problem <a href="${problemType(found.code)}">${found.code}</a>, request ${requestId}</p>
<p><a class="button" href="${back.href}">${back.words}</a></p>
</article>`,
  });
}
