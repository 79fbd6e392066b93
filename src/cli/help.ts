/** Help texts, from what the commands declare. */
import { type Command, EVERYWHERE, type Options } from './command.js';
import { paragraphs } from './text.js';

/** Words per line that a terminal of 80 columns shows whole. */
const WIDTH = 80;

const twoColumns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.min(34, Math.max(...rows.map(([left]) => left.length)));
  return rows
    .map(([left, right]) => {
      const lines = wrapped(right, WIDTH - width - 4).join(`\n${' '.repeat(width + 4)}`);
      const first = left.length > width ? `  ${left}\n${' '.repeat(width + 4)}` : `  ${left.padEnd(width)}  `;
      return (first + lines).trimEnd();
    })
    .join('\n');
};

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const optionRows = (options: Options): [string, string][] =>
  Object.entries(options).map(([name, { kind, value, meaning }]) => [
    kind === 'flag' ? `--${name}` : `--${name} <${value ?? 'value'}>`,
    kind === 'list' ? `${meaning} May be given several times.` : meaning,
  ]);

export const usageLine = ({ name, args, options }: Command): string =>
  [
    `mailgrant ${name}`,
    ...Object.keys(args).map((each) => `<${each}>`),
    ...(Object.keys(options).length > 0 ? ['[options]'] : []),
  ].join(' ');

const summaryOf = ({ summary, operation }: Command): string =>
  operation === undefined ? summary : `${summary} [${operation}]`;

/** `mailgrant <command> --help` */
export const commandHelp = (command: Command): string =>
  paragraphs(
    `Usage: ${usageLine(command)}`,
    wrapped(summaryOf(command), WIDTH).join('\n'),
    Object.keys(command.args).length > 0 &&
      twoColumns(Object.entries(command.args).map(([n, m]) => [`<${n}>`, m])),
    `Options:\n${twoColumns([...optionRows(command.options), ...optionRows(EVERYWHERE)])}`,
    ...command.notes.map((note) => (note.includes('\n') ? note : wrapped(note, WIDTH).join('\n'))),
  );

const rowsOf = (commands: readonly Command[]): [string, string][] =>
  commands.map((command) => [
    [command.name, ...Object.keys(command.args).map((each) => `<${each}>`)].join(' '),
    summaryOf(command),
  ]);

/** `mailgrant connections --help` */
export const groupHelp = (group: string, commands: readonly Command[]): string =>
  paragraphs(
    `Usage: mailgrant ${group} <command> …`,
    twoColumns(rowsOf(commands)),
    `Each has its own help: mailgrant ${commands[0]?.name ?? group} --help`,
  );

const FIRST_STEPS = `First steps:
  mailgrant start                          (in another terminal)
  mailgrant applications create --name "Contoso mail" --provider exchange-online \\
      --tenant <Directory (tenant) ID> --client-id <Application (client) ID>
  mailgrant connections create --application app_… --user orders@contoso.com
  mailgrant connections authorize con_…    (open the URL, sign in as the mailbox)
  mailgrant connectors create --type email-send --connection con_… --name "Orders out"
  mailgrant messages send ctr_… --to me@example.com --subject Hello --text "It works."
  mailgrant status`;

const SETTINGS = `Settings of the client (environment):
  MAILGRANT_URL           where the service is; http://127.0.0.1:8025
  MAILGRANT_API_KEY       the API key, or
  MAILGRANT_API_KEY_FILE  the path of a file that holds it; ./data/api-key where it
                          is there and the service is on this machine`;

const EXIT_CODES = 'Exit codes: 0 done, 1 the service refused, 2 wrong usage, 3 the service is not reached.';

/** `mailgrant --help` */
export const programHelp = (commands: readonly Command[]): string =>
  paragraphs(
    'Usage: mailgrant <command> …',
    'Mailgrant signs mailboxes in once, and receives and sends from then on.\nThese commands ask a running service, through its API.',
    `Commands:\n${twoColumns([['start', 'Start the service; without any command, too.'], ...rowsOf(commands)])}`,
    `With every command:\n${twoColumns(optionRows(EVERYWHERE))}`,
    SETTINGS,
    FIRST_STEPS,
    EXIT_CODES,
  );
