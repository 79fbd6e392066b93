/** The project's own TypeScript files, read once: path from the root, text, and what each imports. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface SourceFile {
  /** from the root, with slashes: `src/storage/keys.ts` */
  path: string;
  text: string;
  imports: readonly Import[];
}

export interface Import {
  /** as written */
  specifier: string;
  /** for a relative one: the file meant, from the root */
  file?: string;
  /** for a package: its name; Node's own are `node:…` */
  package?: string;
}

/** Made by a program, and checked to be in step elsewhere. */
const GENERATED: ReadonlySet<string> = new Set(['src/admin/ui/api/schema.d.ts']);

/** @param folders from the root */
export function sourceFiles(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/')))
      .filter((file) => !GENERATED.has(file))
      .sort()
      .map((file) => {
        const text = readFileSync(path.join(ROOT, file), 'utf8');
        return { path: file, text, imports: importsOf(file, text) };
      }),
  );
}

/** Static, re-exporting, side-effect and dynamic imports. */
export function importsOf(file: string, text: string): Import[] {
  const statements = text.matchAll(
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])([^'"]+)\1|^\s*import\s*(['"])([^'"]+)\3|\bimport\(\s*(['"])([^'"]+)\5/gm,
  );
  return [...statements].map((match) => {
    const specifier = match[2] ?? match[4] ?? match[6] ?? '';
    if (specifier.startsWith('.')) {
      const target = path.posix.join(path.posix.dirname(file), specifier);
      const source = target.replace(/\.js$/, '.ts');
      // A component is imported by its .js name as well, and lies in a .tsx.
      const isComponent = target.endsWith('.js') && !existsSync(path.join(ROOT, source));
      return { specifier, file: isComponent ? `${source}x` : source };
    }
    const parts = specifier.split('/');
    return { specifier, package: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/') };
  });
}
