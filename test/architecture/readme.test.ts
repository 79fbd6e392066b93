/** What README.md and the container files say is checked against what the code has. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/load.js';
import { VARIABLES } from '../../config/schema.js';
import { configurationTable } from './configuration-table.js';
import { ROOT } from './source-files.js';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

describe('README.md', () => {
  it('has the configuration table that config/schema.ts makes', () => {
    const table = /<!-- configuration:begin[^>]*-->\n([\s\S]*?)<!-- configuration:end -->/.exec(
      read('README.md'),
    );
    expect(table?.[1]?.trim(), 'run: npx tsx test/architecture/configuration-table.ts').toBe(
      configurationTable(),
    );
  });

  it('links to files that exist', () => {
    const broken = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)]
        .map(([, target = '']) => target)
        .filter((target) => {
          try {
            read(target);
            return false;
          } catch (error) {
            return (error as NodeJS.ErrnoException).code !== 'EISDIR';
          }
        })
        .map((target) => `${file}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', '.ci/run'].flatMap((file) =>
      [...read(file).matchAll(/npm (?:run (?:--\S+ )?)?(test|start|[a-z]+(?::[a-z]+)?)\b(?= |`|$|\n)/g)]
        .map(([whole, script = '']) => ({ whole, script }))
        .filter(({ whole, script }) => whole.startsWith('npm run') || script === 'test' || script === 'start')
        .map(({ script }) => script),
    );
    expect(named.length).toBeGreaterThan(0);
    expect([...new Set(named)].filter((script) => !(script in scripts))).toEqual([]);
  });
});

describe('the container files', () => {
  it('set only variables that exist, to values that are accepted', () => {
    const known = (name: string): boolean => name.replace(/_FILE$/, '') in VARIABLES;
    for (const file of ['Dockerfile', 'compose.yaml']) {
      const names = [...read(file).matchAll(/\bMAILGRANT_[A-Z_]+/g)].map(([name]) => name);
      expect(names.length, file).toBeGreaterThan(0);
      expect(
        names.filter((name) => !known(name)),
        file,
      ).toEqual([]);
    }
    const given = Object.fromEntries(
      [...read('Dockerfile').matchAll(/^(?:ENV)?\s+(MAILGRANT_\w+)=(\S+)/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
    expect(loadConfig(given)).toMatchObject({ host: '0.0.0.0', dataDir: '/data' });
  });
});
