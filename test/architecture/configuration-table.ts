/** The configuration table of README.md, made from config/schema.ts. Run this file to write it there. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { VARIABLES, type Variable } from '../../config/schema.js';

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** @returns Markdown, one row per variable in the schema's order */
export function configurationTable(): string {
  const rows = Object.entries(VARIABLES as Record<string, Variable>).map(([name, variable]) => {
    const fallback = variable.default === undefined ? '' : `\`${variable.default}\``;
    const allowed =
      variable.kind === 'text' && variable.allowed ? ` One of ${variable.allowed.join(', ')}.` : '';
    const secret = variable.secret ? ' Secret.' : '';
    return `| \`${name}\` | ${fallback} | ${cell(variable.meaning)}${allowed}${secret} |`;
  });
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const readme = path.resolve(import.meta.dirname, '../../README.md');
  const text = readFileSync(readme, 'utf8');
  const marked = /(<!-- configuration:begin[^>]*-->\n)[\s\S]*?(<!-- configuration:end -->)/;
  writeFileSync(
    readme,
    text.replace(marked, (_whole, begin, end) => `${begin}${configurationTable()}\n${end}`),
  );
}
