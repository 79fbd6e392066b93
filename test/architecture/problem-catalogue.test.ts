/** Every problem of the catalogue is raised somewhere, and worded for an admin. */
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/contract/problems/index.js';
import { sourceFiles } from './source-files.js';

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

  it('answers requests with an error status', () => {
    const faults = Object.entries(catalogue)
      .filter(([, { httpStatus }]) => httpStatus < 400 || httpStatus > 599)
      .map(([code]) => code);
    expect(faults).toEqual([]);
  });
});
