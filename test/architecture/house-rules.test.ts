/** Rules of the house that a file keeps or breaks by itself (STYLE.md, "Habits to absorb"). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, type SourceFile, sourceFiles } from './source-files.js';

const product = sourceFiles('src', 'connectors', 'config');
const everything = [...product, ...sourceFiles('test')];
// This folder names what it forbids.
const elsewhere = everything.filter(({ path: file }) => !file.startsWith('test/architecture/'));

/** `file:line: text` of each line that matches. */
const linesWith = (files: readonly SourceFile[], pattern: RegExp): string[] =>
  files.flatMap(({ path: file, text }) =>
    text
      .split('\n')
      .map((line, index) => ({ line, at: `${file}:${index + 1}: ${line.trim()}` }))
      .filter(({ line }) => pattern.test(line))
      .map(({ at }) => at),
  );

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');

describe('each file', () => {
  it('opens with a sentence that says what it is for', () => {
    const faults = product
      .filter(({ text }) => !/^(#!.*\n)?\/\*\*[\s*]+[A-Za-z`/]\S*\s\S.*/.test(text))
      .map(({ path: file }) => file);
    expect(faults).toEqual([]);
  });

  it('is named in kebab-case for its noun or act', () => {
    const faults = product
      .map(({ path: file }) => file)
      .filter((file) => {
        const names = file.replace(/(\.d|\.config)?\.tsx?$/, '').split('/');
        const vague = names.some((name) => /^(utils?|helpers?|managers?|common|misc|lib)$/.test(name));
        return (
          vague || names.some((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) || /manager|helper/.test(file)
        );
      });
    expect(faults).toEqual([]);
  });

  it('is short enough to be read at once, tables of data excepted', () => {
    const faults = product
      .filter(({ path: file }) => !file.startsWith('src/contract/problems/'))
      .filter(({ text }) => text.split('\n').length > 350)
      .map(({ path: file, text }) => `${file}: ${text.split('\n').length}`);
    expect(faults).toEqual([]);
  });

  it('leaves no type unchecked, no test skipped, no work marked for later', () => {
    const code = elsewhere.map((file) => ({ ...file, text: withoutComments(file.text) }));
    expect(linesWith(elsewhere, /@ts-(ignore|expect-error|nocheck)/)).toEqual([]);
    expect(linesWith(code, /\bas any\b|:\s*any\b|<any>|\bany\[\]/)).toEqual([]);
    expect(
      linesWith(elsewhere, /\b(it|test|describe)\.(skip|only|todo|fails|skipIf|runIf)\b|\bxit\(/),
    ).toEqual([]);
    expect(linesWith(elsewhere, /\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
  });
});

describe('storage', () => {
  it('has every key name in src/storage/keys.ts', () => {
    const others = product.filter(({ path: file }) => file !== 'src/storage/keys.ts');
    const code = others.map((file) => ({ ...file, text: withoutComments(file.text) }));
    expect(linesWith(code, /(['"`])mg:/)).toEqual([]);
  });

  it('runs Lua only through script(), which states KEYS and ARGV on top', () => {
    const faults = product
      .filter(({ text }) => /\bredis\.p?call\(/.test(withoutComments(text)))
      .filter(({ text }) => !/\bscript(<[\s\S]*?>)?\(/.test(text))
      .map(({ path: file }) => file);
    expect(faults).toEqual([]);
    const direct = product.filter(({ path: file }) => file !== 'src/storage/script.ts');
    expect(linesWith(direct, /\.(eval|evalsha|defineCommand)\(/)).toEqual([]);
    const silent = product
      .flatMap(({ path: file, text }) =>
        [...text.matchAll(/\bscript(?:<[^`]*?>)?\(\s*(?:\/\*.*?\*\/\s*)?`([\s\S]*?)`/g)].map((match) => ({
          file,
          lua: match[1] ?? '',
        })),
      )
      .filter(({ lua }) => /KEYS\[/.test(lua) && !/^\s*--[^\n]*KEYS/m.test(lua))
      .map(({ file }) => `${file}: a script without KEYS and ARGV stated on top`);
    expect(silent).toEqual([]);
  });
});

describe('outgoing requests', () => {
  it('go through the guarded agent of src/outgoing', () => {
    // The web app asks its own service, from a browser.
    const others = product.filter(({ path: file }) => !/^src\/(outgoing|sandbox|admin\/ui)\//.test(file));
    const code = others.map((file) => ({ ...file, text: withoutComments(file.text) }));
    expect(linesWith(code, /\bnew (Agent|Client|Pool)\(|\bsetGlobalDispatcher\(|globalThis\.fetch/)).toEqual(
      [],
    );
    const bare = code.filter(({ text }) => !/\bfetch\b\s*[,:=}]|import[^;]*\bfetch\b/.test(text));
    expect(linesWith(bare, /\bawait fetch\(/)).toEqual([]);
  });

  it('reach the identity endpoint of the machine from one file, which is given the way there', () => {
    const users = product
      .filter(({ text }) => withoutComments(text).includes('outgoing/instance-metadata.js'))
      .map(({ path: file }) => file)
      .sort();
    expect(users).toEqual(['src/app.ts', 'src/oauth/client/managed-identity.ts', 'src/wiring/parts.ts']);
    const opened = product.filter(({ text }) => withoutComments(text).includes('createInstanceMetadata('));
    expect(opened.map(({ path: file }) => file).sort()).toEqual([
      'src/app.ts',
      'src/outgoing/instance-metadata.ts',
    ]);
  });
});

describe('a request', () => {
  it('says where it comes from in src/admin/client-address.ts alone, and nothing about our own name', () => {
    const admin = product
      .filter(({ path: file }) => file.startsWith('src/admin/') && !file.startsWith('src/admin/ui/'))
      .map((file) => ({ ...file, text: withoutComments(file.text) }));
    const others = admin.filter(({ path: file }) => file !== 'src/admin/client-address.ts');
    expect(linesWith(others, /\b(request|req)\.ips?\b|x-forwarded|trustProxy|remoteAddress/i)).toEqual([]);
    expect(linesWith(admin, /\b(request|req)\.(protocol|host|hostname|port)\b|headers\.host\b/)).toEqual([]);
  });
});

describe('provider knowledge', () => {
  it('is data, never a branch on a provider’s name', () => {
    const flow = product.filter(
      ({ path: file }) => file.startsWith('src/') || file.startsWith('connectors/'),
    );
    expect(linesWith(flow, /\bprovider\s*[!=]==\s*'(?!custom)/)).toEqual([]);
  });
});

describe('the project', () => {
  it('names no machine, directory or tool of whoever wrote it', () => {
    const documents = [
      'README.md',
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      'Dockerfile',
      'compose.yaml',
      '.ci/run',
    ];
    const files = documents.map((file) => ({
      path: file,
      text: readFileSync(path.join(ROOT, file), 'utf8'),
      imports: [],
    }));
    const foreign =
      /(^|[\s'"`(=])\/(work|root|home)\/|\b(claude|anthropic|copilot|chatgpt|openai|cursor\.sh)\b/i;
    expect(linesWith([...files, ...elsewhere], foreign)).toEqual([]);
  });
});

describe('each connector type', () => {
  it('has a README in its folder', () => {
    const folders = readdirSync(path.join(ROOT, 'connectors'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `connectors/${name}/README.md`);
    expect(folders.length).toBeGreaterThan(0);
    expect(folders.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });
});
