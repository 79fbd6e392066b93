/** The catalogue of problems as a page: where `type` of a problem answer leads (RFC 9457 §3.1.1). */
import { OWNER_WORDS, REACH_WORDS, VERDICT_WORDS } from '../../contract/problem-words.js';
import { withBlanks } from '../../contract/problems/definition.js';
import { catalogue, type ProblemDefinition } from '../../contract/problems/index.js';
import { type Html, html } from '../html.js';
import { page } from './layout.js';
import { words } from './words.js';

export function problemsPage(): Html {
  const rows = Object.entries<ProblemDefinition>(catalogue).sort(([a], [b]) => a.localeCompare(b));
  return page({
    title: words.problems.title,
    body: html`<h1>${words.problems.title}</h1>
<p>${words.problems.text}</p>
${rows.map(entry)}`,
  });
}

const entry = ([code, definition]: [string, ProblemDefinition]): Html => html`<article id="${code}">
<h2>${withBlanks(definition.title)}</h2>
<p><code>${code}</code></p>
<p>${withBlanks(definition.detail)}</p>
<p>${words.problem.next(withBlanks(definition.next))}</p>
<p class="dim">${words.problem.owner(OWNER_WORDS[definition.owner])} ${words.problems.verdict(VERDICT_WORDS[definition.verdict])}
${words.problems.reach(REACH_WORDS[definition.reach])} ${words.problems.status(definition.httpStatus)}</p>
${definition.example !== undefined && html`<p class="dim">${words.problems.example}</p><pre>${definition.example}</pre>`}
</article>`;
