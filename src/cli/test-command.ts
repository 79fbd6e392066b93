/** `test` of a connection and of a connector: shows each step as it ends; the exit code says the result. */
import { type Command, command } from './command.js';
import { type ShownProblem, Unfinished } from './failures.js';
import { problemText } from './problem-text.js';
import { harmless, indented } from './text.js';

interface ShownStep {
  step: string;
  protocol: string;
  status: 'ok' | 'failed';
  durationMs: number;
  detail: string;
  problem?: ShownProblem;
}

type Line = ShownStep | { result: 'ok' | 'failed' };

/** @param options `plural` as in the path; `one`: with its article; `argument`: meaning of the id */
export const testCommand = (options: {
  plural: 'connections' | 'connectors';
  one: string;
  argument: string;
  notes: readonly string[];
}): Command =>
  command({
    name: `${options.plural} test`,
    summary: `Test Connection: walk the path of ${options.one} step by step, and say what is broken.`,
    args: { id: options.argument },
    notes: [
      ...options.notes,
      'The real token and the real path are used, and nothing is sent or changed. It stops at the first step that fails. Exit code 0: everything works; 1: something does not.',
      'With --json each step is one line as it ends, and the last line holds the result.',
    ],
    async run({ args, api, terminal, showLine }) {
      let failed: string | undefined;
      let isEnded = false;
      await api.lines('POST', `/${options.plural}/${encodeURIComponent(args.id)}/test`, (text) => {
        const line = JSON.parse(text) as Line;
        if ('result' in line) {
          isEnded = true;
          if (line.result === 'failed') failed ??= 'unknown step';
          return showLine(text, line.result === 'ok' ? 'Everything works.' : 'Failed.');
        }
        if (line.status === 'failed') failed = `${line.protocol} ${line.step}`;
        showLine(text, stepText(line, terminal.hasColours));
      });
      if (failed !== undefined) throw new Unfinished(`The test failed at: ${harmless(failed)}.`);
      if (!isEnded) throw new Unfinished('The answer broke off before the result.');
    },
  });

/** Green and red are said in words as well. */
const LOOKS = {
  ok: { word: 'ok    ', colour: '32' },
  failed: { word: 'FAILED', colour: '31' },
} as const;

function stepText(
  { step, protocol, status, durationMs, detail, problem }: ShownStep,
  hasColours: boolean,
): string {
  const { word, colour } = LOOKS[status] ?? LOOKS.failed;
  const shown = hasColours ? `\u001b[${colour}m${word}\u001b[0m` : word;
  const name = `${protocol} ${step}`.padEnd(22);
  const head = harmless(`${name} ${String(durationMs).padStart(6)} ms`);
  const told = problem ? `\n${indented(problemText(problem))}` : `  ${harmless(detail).replace(/\s+/g, ' ')}`;
  return `${shown}  ${head}${told}`;
}
