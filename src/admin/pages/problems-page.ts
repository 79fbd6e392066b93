/** The catalogue of problems as a page: where `type` of a problem answer leads (RFC 9457 §3.1.1). */
import { OWNER_WORDS, REACH_WORDS, VERDICT_WORDS } from '../../contract/problem-words.js';
import { withBlanks } from '../../contract/problems/definition.js';
import { catalogue, type ProblemDefinition } from '../../contract/problems/index.js';
import { type Html, html } from '../html.js';
import { page } from './layout.js';

export function problemsPage(): Html {
  const rows = Object.entries<ProblemDefinition>(catalogue).sort(([a], [b]) => a.localeCompare(b));
  return page({
    title: 'Problems',
    body: html`<h1>Problems</h1>
<p>Everything that Mailgrant can report, by code. ‹So› stands what is filled in when it happens.</p>
${rows.map(entry)}`,
  });
}

const entry = ([code, definition]: [string, ProblemDefinition]): Html => html`<article id="${code}">
<h2>${withBlanks(definition.title)}</h2>
<p><code>${code}</code></p>
<p>${withBlanks(definition.detail)}</p>
<p>What to do next: ${withBlanks(definition.next)}</p>
<p class="dim">Whose it is to fix: ${OWNER_WORDS[definition.owner]}. Mailgrant ${VERDICT_WORDS[definition.verdict]}.
It stops ${REACH_WORDS[definition.reach]}. HTTP ${definition.httpStatus}.</p>
${definition.example !== undefined && html`<p class="dim">Such as the server says it:</p><pre>${definition.example}</pre>`}
</article>`;
