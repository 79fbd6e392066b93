/** The command line `mailgrant …`: a client of the admin API. Finds the command, reads the line, runs it, and says how it ended. */
import { createApiClient } from './api-client.js';
import { clientSettings } from './client-settings.js';
import type { Command } from './command.js';
import { commandOf, readCommandLine } from './command-line.js';
import { commands } from './commands/index.js';
import { ApiRefusal, EXIT, Unfinished, Unreachable, UsageError } from './failures.js';
import { commandHelp, groupHelp, programHelp, usageLine } from './help.js';
import { problemText } from './problem-text.js';
import { processTerminal, type Terminal } from './terminal.js';

/**
 * Runs one command.
 * @param words of the command line, after the program's name
 * @returns the exit code (failures.ts)
 */
export async function runCli(words: string[], terminal: Terminal = processTerminal()): Promise<number> {
  if (words[0] === 'help') return runCli([...words.slice(1), '--help'], terminal);
  const found = commandOf(commands, words);
  if (!found) return withoutCommand(words, terminal);
  return runCommand(found.command, found.rest, terminal);
}

async function runCommand(command: Command, words: string[], terminal: Terminal): Promise<number> {
  let isJson = false;
  let apiKeySource = '';
  try {
    const line = readCommandLine(command, words);
    if (line.isHelp) {
      terminal.out(`${commandHelp(command)}\n`);
      return EXIT.ok;
    }
    isJson = line.isJson;
    const settings = clientSettings(terminal, line);
    apiKeySource = settings.apiKeySource;
    await command.run({
      args: line.args,
      options: line.options,
      api: createApiClient(settings, terminal.fetch),
      terminal,
      show(answer, text) {
        if (!isJson) terminal.out(`${text(answer.body)}\n`);
        else if (answer.text !== '') terminal.out(`${answer.text}\n`);
      },
      showLine: (line, text) => terminal.out(`${isJson ? line : text}\n`),
      say: (text) => (isJson ? terminal.note(`${text}\n`) : terminal.out(`${text}\n`)),
    });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof ApiRefusal) {
      // For a script the problem is an answer like any other.
      if (isJson) terminal.out(`${error.answer.text}\n`);
      else terminal.note(`${problemText(error.answer.body, { apiKeySource })}\n`);
      return EXIT.refused;
    }
    if (error instanceof UsageError) {
      terminal.note(
        `${error.message}\n\nUsage: ${usageLine(command)}\nMore: mailgrant ${command.name} --help\n`,
      );
      return EXIT.usage;
    }
    if (error instanceof Unreachable || error instanceof Unfinished) {
      terminal.note(`${error.message}\n`);
      return error instanceof Unreachable ? EXIT.unreachable : EXIT.refused;
    }
    throw error;
  }
}

/** No word, help, the name of a group, or a word that means nothing. */
function withoutCommand(words: readonly string[], terminal: Terminal): number {
  const isAsked = words.some((word) => word === '--help' || word === '-h');
  const [first = '', second] = words.filter((word) => !word.startsWith('-'));
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0 && (isAsked || second === undefined)) {
    (isAsked ? terminal.out : terminal.note)(`${groupHelp(first, group)}\n`);
    return isAsked ? EXIT.ok : EXIT.usage;
  }
  if (isAsked) {
    terminal.out(`${programHelp(commands)}\n`);
    return EXIT.ok;
  }
  const line = words.slice(0, 2).join(' ');
  const known =
    group.length > 0
      ? group.map(({ name }) => name)
      : ['start', ...new Set(commands.map(({ name }) => name.split(' ')[0]))];
  terminal.note(
    `There is no command "${line}". There are: ${known.join(', ')}.\nMore: mailgrant ${group.length > 0 ? `${first} ` : ''}--help\n`,
  );
  return EXIT.usage;
}
