/** A failure as a page: at the callback, or after a button. */
import type { Problem } from '../../contract/problem.js';
import { OWNER_WORDS } from '../../contract/problem-words.js';
import { type ProblemView, problemView } from '../../setup/view-parts.js';
import { type Html, html } from '../html.js';
import { problemType } from '../problem-type.js';
import { page, time } from './layout.js';
import { words } from './words.js';

export interface WayBack {
  href: string;
  words: string;
}

const HOME: WayBack = { href: '/', words: words.toHome };

/** @param requestId to find the request in the log by; `back` where it leads back to */
export function problemPage(found: Problem, requestId: string, back: WayBack = HOME): Html {
  return page({
    title: found.title,
    body: html`<article>
<h1>${found.title}</h1>
${problemSection(problemView(found))}
<p class="dim">${words.problem.label} <a href="${problemType(found.code)}">${found.code}</a>${words.problem.request(requestId)}</p>
<p><a class="button" href="${back.href}">${back.words}</a></p>
</article>`,
  });
}

/** What happened, whose it is, what to do next, and the server's own words; the heading says the title. */
function problemSection(found: ProblemView): Html {
  return html`<section class="problem">
<p>${found.detail}</p>
<p>${words.problem.next(found.next)}</p>
<p class="dim">${words.problem.owner(OWNER_WORDS[found.owner as Problem['owner']] ?? found.owner)}
${found.retryAt !== undefined && html` ${words.problem.nextTry} ${time(found.retryAt)}.`}</p>
${found.serverWords !== undefined && html`<p class="dim">${words.problem.serverWords(found.unknown === true)}</p><pre>${found.serverWords}</pre>`}
${found.correlationId !== undefined && html`<p class="dim">${words.problem.correlationId(found.correlationId)}</p>`}
</section>`;
}
