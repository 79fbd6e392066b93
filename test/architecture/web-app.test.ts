/** The web app is in step with the service: its client's types, and the addresses that the service answers with it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { WEB_APP_SECTIONS } from '../../src/admin/routes/web-app.js';
import { API_TYPES, apiTypes } from './api-types.js';
import { openApiDocument } from './openapi-document.js';
import { ROOT, sourceFiles } from './source-files.js';

it('has the types of the API as it is; else run npx tsx test/architecture/api-types.ts', async () => {
  const text = await apiTypes(await openApiDocument());
  expect(readFileSync(path.join(ROOT, API_TYPES), 'utf8') === text).toBe(true);
});

it('is served at each of its addresses', () => {
  const routes = readFileSync(path.join(ROOT, 'src/admin/ui/routes.tsx'), 'utf8');
  const sections = [...routes.matchAll(/path: '\/([a-z-]+)/g)].map(([, section]) => section);
  expect([...new Set(sections)].sort()).toEqual([...WEB_APP_SECTIONS].sort());
});

it('has every text in src/admin/ui/strings', () => {
  const faults = sourceFiles('src/admin/ui')
    .filter(({ path: file }) => file.endsWith('.tsx'))
    .flatMap(({ path: file, text }) =>
      [
        ...text.matchAll(
          />\s*([A-Z][a-z]+(?: [a-z]+)+[.!?]?)\s*<|(?:label|title|placeholder|aria-label)="([^"]*[a-z]{2}[^"]*)"/g,
        ),
      ].map(([whole]) => `${file}: ${whole.trim()}`),
    );
  expect(faults).toEqual([]);
});

it('has no sentence outside of them', () => {
  const faults = sourceFiles('src/admin/ui')
    .filter(({ path: file }) => !file.startsWith('src/admin/ui/strings/'))
    .flatMap(({ path: file, text }) =>
      [...text.matchAll(/\b(?:title|detail|next|label|text|message): ?(?:'|`)([A-Z][^'`]* [^'`]*)/g)].map(
        ([whole]) => `${file}: ${whole}`,
      ),
    );
  expect(faults).toEqual([]);
});

it('shows no markup that it did not make, and keeps the policy of its page', () => {
  const faults = sourceFiles('src/admin/ui').flatMap(({ path: file, text }) =>
    [
      ...text.matchAll(
        /dangerouslySetInnerHTML|\binnerHTML\b|\beval\(|new Function\(|document\.write|srcDoc/g,
      ),
    ].map(([found]) => `${file}: ${found}`),
  );
  expect(faults).toEqual([]);
});

it('has each of its pictures in docs/page.md, made by a browser test', () => {
  const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
  const shown = [...read('docs/page.md').matchAll(/\]\(screenshots\/([a-z0-9-]+)\.png\)/g)].map(
    ([, name]) => name,
  );
  const made = sourceFiles('test/browser').flatMap(({ text }) =>
    [...text.matchAll(/\bscreenshot\(\s*\w+,\s*'([a-z0-9-]+)'/g)].map(([, name]) => name),
  );
  const stored = readdirSync(path.join(ROOT, 'docs/screenshots')).map((file) => file.replace(/\.png$/, ''));
  expect([...shown].sort()).toEqual([...new Set(made)].sort());
  expect([...stored].sort()).toEqual([...shown].sort());
});
