/** docs/problems.md, made from the catalogue of problems. Run this file to write it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { OWNER_WORDS, REACH_WORDS, VERDICT_WORDS } from '../../src/contract/problem-words.js';
import { withBlanks } from '../../src/contract/problems/definition.js';
import { catalogue, type ProblemDefinition } from '../../src/contract/problems/index.js';
import { ROOT } from './source-files.js';

export const PROBLEM_DOCUMENT = 'docs/problems.md';

const HEAD = `# Problems

Everything that Mailgrant can report, by code. A problem says what happened, whose it is to fix and what to do next; it
is shown with the record that it stops, on the pages, and answered as RFC 9457 problem+json, whose \`type\` is
\`/problems#<code>\`: the same catalogue, on the service itself. ‹So› stands what is filled in when it happens.

Words of a foreign server that no table knows are taken by their class: for OAuth by \`suberror\` and \`error\`, for SMTP by
stage and first digit (4 is tried again, 5 is not), for IMAP by what was refused (the sign-in, a command, the session).
Such a problem has \`unknown: true\`, shows the words whole, and counts in \`mailgrant_unknown_replies_total\`.

Made from the catalogue by \`npx tsx test/architecture/problem-document.ts\`; do not edit.
`;

/** Text as Markdown: nothing in it marks anything up. */
const text = (words: string): string => withBlanks(words).replace(/[<>*_`[\]|\\]/g, '\\$&');

const entry = ([code, definition]: [string, ProblemDefinition]): string =>
  [
    `## ${code}`,
    `**${text(definition.title)}**`,
    text(definition.detail),
    `What to do next: ${text(definition.next)}`,
    [
      `- whose it is to fix: ${OWNER_WORDS[definition.owner]} (\`${definition.owner}\`)`,
      `- Mailgrant ${VERDICT_WORDS[definition.verdict]} (\`${definition.verdict}\`)`,
      `- it stops ${REACH_WORDS[definition.reach]}`,
      `- HTTP status ${definition.httpStatus}`,
    ].join('\n'),
    ...(definition.example === undefined
      ? []
      : [`The server's words, as seen:\n\n    ${definition.example}`]),
  ].join('\n\n');

/** @returns Markdown, by code */
export function problemDocument(): string {
  const rows = Object.entries<ProblemDefinition>(catalogue).sort(([a], [b]) => a.localeCompare(b));
  return `${HEAD}\n${rows.map(entry).join('\n\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.join(ROOT, PROBLEM_DOCUMENT);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, problemDocument());
}
