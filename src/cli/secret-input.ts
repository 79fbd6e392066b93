/** Secrets come from a file, from standard input, or are asked for; never from the command line, which others can read. */
import { UsageError } from './failures.js';
import type { Terminal } from './terminal.js';

/** @param what the secret is called in the help */
export const secretOption = (what: string) =>
  ({
    kind: 'text',
    value: 'path',
    meaning: `File that holds the ${what}; - reads standard input, or asks when that is a terminal.`,
  }) as const;

/** @param secret `file` as the option has it; `name` of the secret; @throws UsageError when it is empty */
export async function secretFrom(
  terminal: Terminal,
  secret: { file: string; name: string },
): Promise<string> {
  const { file, name } = secret;
  if (file === '-' && terminal.isInteractive) return terminal.askSecret(name);
  const content = file === '-' ? await terminal.readInput() : terminal.readFile(file);
  const value = content.toString('utf8').replace(/[\r\n]+$/, '');
  if (value !== '') return value;
  throw new UsageError(`${name}: ${file === '-' ? 'standard input' : file} is empty.`);
}

/** The same where the option may be left out. */
export const secretIfGiven = async (
  terminal: Terminal,
  { file, name }: { file: string | undefined; name: string },
): Promise<string | undefined> => (file === undefined ? undefined : secretFrom(terminal, { file, name }));
