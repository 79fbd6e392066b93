/** A failure as a page: at the callback, or after a button. */
import type { Problem } from '../../contract/problem.js';
import { problemView } from '../../setup/view-parts.js';
import { type Html, html } from '../html.js';
import { problemType } from '../problem-type.js';
import { page, problemSection } from './layout.js';

/** @param requestId to find the request in the log by */
export function problemPage(found: Problem, requestId: string): Html {
  return page({
    title: found.title,
    body: html`<article>
<h1>${found.title}</h1>
${problemSection(problemView(found), { isTitled: false })}
<p class="dim">Problem <a href="${problemType(found.code)}">${found.code}</a>, request ${requestId}</p>
<p><a class="button" href="/">Back to the connections</a></p>
</article>`,
  });
}
