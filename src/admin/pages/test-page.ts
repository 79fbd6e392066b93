/** The result of Test Connection on a page: each step, what it saw, and what to do about the one that failed. */
import type { TestResult } from '../../diagnosis/begin-test.js';
import type { StepReport } from '../../diagnosis/steps.js';
import { problemView } from '../../setup/view-parts.js';
import { type Html, html } from '../html.js';
import { page, problemSection } from './layout.js';

/** @param connection its id and name */
export function testPage(
  connection: { id: string; name: string },
  steps: readonly StepReport[],
  result: TestResult,
): Html {
  const [look, words] = result === 'ok' ? ['good', 'Everything works'] : ['bad', 'Failed'];
  return page({
    title: 'Test Connection',
    isSignedIn: true,
    body: html`<h1>Test Connection</h1>
<article><div class="head"><h2>${connection.name} <span class="badge ${look}">${words}</span></h2>
<div><form method="post" action="/connections/${encodeURIComponent(connection.id)}/test-connection"><button>Test again</button></form>
<a class="button" href="/#${encodeURIComponent(connection.id)}">Back</a></div></div>
<table><thead><tr><th>Step</th><th>Result</th><th>Took</th><th>What was seen</th></tr></thead>
<tbody>${steps.map(stepRow)}</tbody></table></article>`,
  });
}

const stepRow = ({ step, protocol, status, durationMs, detail, problem }: StepReport): Html => html`<tr>
<td>${step}<br><span class="dim">${protocol}</span></td>
<td><span class="badge ${status === 'ok' ? 'good' : 'bad'}">${status}</span></td>
<td>${durationMs} ms</td>
<td>${problem ? problemSection(problemView(problem)) : detail}</td></tr>`;
