/** What the CLI has of the world around it, in one object, so that tests can give it another. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { UsageError } from './failures.js';

export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** To stdout, as it is. */
  out(text: string): void;
  /** To stderr, as it is. */
  note(text: string): void;
  /** Whether a person can be asked. */
  readonly isInteractive: boolean;
  /** Whether stdout shows colours; never with NO_COLOR (no-color.org). */
  readonly hasColours: boolean;
  /** Asks for a secret; what is typed is not shown. @throws UsageError when nothing is entered */
  askSecret(question: string): Promise<string>;
  /** All of stdin. */
  readInput(): Promise<Buffer>;
  /** @throws UsageError naming the file */
  readFile(path: string): Buffer;
  exists(path: string): boolean;
  /** Makes a file that only its owner can read, empty. @throws UsageError when it exists already or cannot be made */
  newFile(path: string): NewFile;
}

export interface NewFile {
  /** All of it, durable when this returns. */
  write(text: string): void;
  /** There is nothing to write: it goes again. */
  discard(): void;
}

/** The terminal that the process has. */
export function processTerminal(): Terminal {
  return {
    environment: process.env,
    fetch,
    out: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    hasColours: process.stdout.isTTY === true && !process.env.NO_COLOR,
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    askSecret,
    readInput: () => buffer(process.stdin),
    readFile(path) {
      try {
        return readFileSync(path);
      } catch (error) {
        throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
      }
    },
    exists: existsSync,
    newFile,
  };
}

function newFile(path: string): NewFile {
  let handle: number;
  try {
    handle = openSync(path, 'wx', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'EEXIST' ? `${path} exists already.` : `${path} cannot be written (${code}).`,
    );
  }
  return {
    write(text) {
      writeFileSync(handle, text);
      fsyncSync(handle);
      closeSync(handle);
    },
    discard() {
      closeSync(handle);
      unlinkSync(path);
    },
  };
}

function askSecret(question: string): Promise<string> {
  // readline echoes to its output: that one swallows it, and the question goes round it.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(`${question}: `);
  return new Promise((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => {
      process.stderr.write('\n');
      reject(new UsageError('Nothing was entered.'));
    });
  }).then((line) => {
    lines.close();
    if (typeof line === 'string' && line !== '') return line;
    throw new UsageError('Nothing was entered.');
  });
}
