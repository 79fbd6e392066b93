/** A problem as a terminal shows it: what happened, whose it is, what to do next, and the server's own words. */
import type { ProblemOwner } from '../contract/problem.js';
import { OWNER_WORDS } from '../contract/problem-words.js';
import type { ShownProblem } from './failures.js';
import { harmless, indented, time } from './text.js';

/** What the API says to programs, as the terminal's user has to read it. */
const NEXT: Readonly<Record<string, (settings: { apiKeySource: string }) => string>> = {
  unauthenticated: ({ apiKeySource }) =>
    `The key was taken from ${apiKeySource}. Set MAILGRANT_API_KEY or MAILGRANT_API_KEY_FILE to a key that this service knows.`,
  'version-conflict': () =>
    'Look at it again with "show" to see what changed, then give your command again: it takes the new version by itself (with --if-version, give the new one).',
};

/** @param options `apiKeySource`: where the key came from, for an answer of the API to this very command */
export function problemText(problem: ShownProblem, options: { apiKeySource?: string } = {}): string {
  const { apiKeySource } = options;
  const next = (apiKeySource !== undefined && NEXT[problem.code]?.({ apiKeySource })) || problem.next;
  const lines = [
    problem.title,
    `  ${problem.detail}`,
    ...(problem.fields ?? []).map(({ path, message }) => `    ${path || '/'}: ${message}`),
    `  What to do next: ${next}`,
    `  Whose it is to fix: ${OWNER_WORDS[problem.owner as ProblemOwner] ?? problem.owner}`,
    problem.retryAt && `  Next try: ${time(problem.retryAt)}`,
    problem.serverWords &&
      `  The server's own words${problem.unknown ? ', which Mailgrant does not know and took by their class' : ''}:\n${indented(problem.serverWords.trim(), '    ')}`,
    problem.correlationId && `  Correlation id: ${problem.correlationId}`,
    `  (${problem.code})`,
  ];
  return harmless(lines.filter(Boolean).join('\n'));
}
