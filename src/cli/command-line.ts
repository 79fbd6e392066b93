/** Reads a command line against what a command declares. */
import { parseArgs } from 'node:util';
import { type Command, EVERYWHERE, type Options } from './command.js';
import { UsageError } from './failures.js';

export interface CommandLine {
  args: Record<string, string>;
  options: Record<string, boolean | string | string[] | undefined>;
  isJson: boolean;
  isHelp: boolean;
  allowPlainHttp: boolean;
}

/**
 * The command that a line begins with.
 * @returns it and the words after its name; `undefined` when no command is called so
 */
export function commandOf(
  commands: readonly Command[],
  words: readonly string[],
): { command: Command; rest: string[] } | undefined {
  for (const command of commands) {
    const name = command.name.split(' ');
    if (name.every((word, index) => words[index] === word))
      return { command, rest: words.slice(name.length) };
  }
  return undefined;
}

/** @throws UsageError naming the word that cannot be used */
export function readCommandLine(command: Command, words: string[]): CommandLine {
  const declared: Options = { ...command.options, ...EVERYWHERE };
  const { values, positionals } = parsed(words, declared);
  const isHelp = values.help === true;
  const names = Object.keys(command.args);
  if (!isHelp) refuseCount(names, positionals);
  const options = Object.entries(command.options).map(([name, { kind }]) => {
    const given = values[name];
    return [name, given ?? (kind === 'flag' ? false : kind === 'list' ? [] : undefined)];
  });
  return {
    args: Object.fromEntries(names.map((name, index) => [name, positionals[index] ?? ''])),
    options: Object.fromEntries(options),
    isJson: values.json === true,
    isHelp,
    allowPlainHttp: values['allow-plain-http'] === true,
  };
}

function parsed(
  words: string[],
  declared: Options,
): { values: Record<string, boolean | string | string[] | undefined>; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries(declared).map(([name, { kind }]) => [
      name,
      {
        type: kind === 'flag' ? ('boolean' as const) : ('string' as const),
        multiple: kind === 'list',
        ...(name === 'help' && { short: 'h' }),
      },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true, strict: true });
    return { values: values as Record<string, boolean | string | string[] | undefined>, positionals };
  } catch (error) {
    // The first sentence says what is wrong; what follows is about positionals, which are none here.
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message.split(/\. To specify|\.\n|\n/)[0]}.`.replace(/\.\.$/, '.'));
  }
}

function refuseCount(names: readonly string[], given: readonly string[]): void {
  const missing = names[given.length];
  if (missing !== undefined) throw new UsageError(`<${missing}> is missing.`);
  const extra = given[names.length];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many.`);
}
