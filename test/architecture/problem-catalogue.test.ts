/** Every problem of the catalogue is raised somewhere, and worded for an admin. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPLY_TABLE as IMAP_REPLIES } from '../../connectors/email-receive/replies.js';
import { BY_CLASS, REPLY_TABLE as SMTP_REPLIES } from '../../connectors/email-send/replies.js';
import { catalogue, type ProblemCode, type ProblemDefinition } from '../../src/contract/problems/index.js';
import { BY_AADSTS, BY_ERROR, BY_SUBERROR } from '../../src/oauth/server/server-errors.js';
import { PROBLEM_DOCUMENT, problemDocument } from './problem-document.js';
import { ROOT, sourceFiles } from './source-files.js';

const raisers = sourceFiles('src', 'connectors').filter(
  ({ path }) => !path.startsWith('src/contract/problems/'),
);

describe('the problem catalogue', () => {
  it('holds no code that nothing raises', () => {
    const code = raisers.map(({ text }) => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')).join('\n');
    const silent = Object.keys(catalogue).filter((name) => !code.includes(`'${name}'`));
    expect(silent).toEqual([]);
  });

  it('says of each what happened and what to do next, as sentences', () => {
    const faults = Object.entries(catalogue).flatMap(([code, { title, detail, next }]) => [
      ...(/^[A-Z{].*[^.]$/.test(title) ? [] : [`${code}: title "${title}"`]),
      ...(detail.trim() ? [] : [`${code}: no detail`]),
      ...(/^[A-Z{][\s\S]*[.}]$/.test(next) ? [] : [`${code}: next "${next}"`]),
    ]);
    expect(faults).toEqual([]);
  });

  it('shows the server’s words of every problem that a table of foreign words leads to', () => {
    const led: ProblemCode[] = [
      ...[...BY_AADSTS.values(), ...BY_SUBERROR.values(), ...BY_ERROR.values()].map(({ code }) => code),
      ...IMAP_REPLIES.map(({ code }) => code),
      ...[...SMTP_REPLIES, ...BY_CLASS].map((row) => row.problem),
    ];
    const silent = [...new Set(led)].filter((code) => {
      const { example }: ProblemDefinition = catalogue[code];
      return !example;
    });
    expect(silent).toEqual([]);
  });

  it('is written down in docs/problems.md as it is', () => {
    const written = readFileSync(path.join(ROOT, PROBLEM_DOCUMENT), 'utf8');
    expect(written === problemDocument(), 'run: npx tsx test/architecture/problem-document.ts').toBe(true);
  });

  it('answers requests with an error status', () => {
    const faults = Object.entries(catalogue)
      .filter(([, { httpStatus }]) => httpStatus < 400 || httpStatus > 599)
      .map(([code]) => code);
    expect(faults).toEqual([]);
  });
});
