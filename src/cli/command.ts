/** What a command is: declared once, and both its help and the reading of its command line come from that. */
import type { Api, ApiAnswer } from './api-client.js';
import type { Terminal } from './terminal.js';

export interface Option {
  /** flag: there or not. text: takes a value. list: takes a value, any number of times. */
  kind: 'flag' | 'text' | 'list';
  /** What stands for the value in the help. */
  value?: string;
  meaning: string;
}

export type Options = Readonly<Record<string, Option>>;

type OptionValue<Kind> = Kind extends 'flag' ? boolean : Kind extends 'list' ? string[] : string | undefined;
export type OptionValues<O extends Options> = { readonly [Name in keyof O]: OptionValue<O[Name]['kind']> };

/** What a command runs with. */
export interface Run<Names extends string, O extends Options> {
  args: Readonly<Record<Names, string>>;
  options: OptionValues<O>;
  api: Api;
  terminal: Terminal;
  /** Shows an answer of the API: as it came with --json, else as `text` says it. */
  show<Body>(answer: ApiAnswer<Body>, text: (body: Body) => string): void;
  /** One line of an answer that comes line by line: as it came with --json, else as `text` says it. */
  showLine(line: string, text: string): void;
  /** Says something to a person; with --json to stderr, where it is in no script's way. */
  say(text: string): void;
}

export interface Declaration<Names extends string, O extends Options> {
  /** As it is typed: `connections authorize`. */
  name: string;
  /** One line. */
  summary: string;
  /** What the CData drivers call it, where they have it. */
  operation?: string;
  /** Positional arguments, all required: name → meaning. */
  args?: Readonly<Record<Names, string>>;
  options?: O;
  /** Further paragraphs and examples of its help. */
  notes?: readonly string[];
  run(run: Run<Names, O>): Promise<void>;
}

/** A command whose own option names are forgotten, so that commands of all kinds go into one list. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly operation: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  readonly options: Options;
  readonly notes: readonly string[];
  run(run: Run<string, Options>): Promise<void>;
}

/** Declares a command; `run` sees each argument and option under its name, with the type of its kind. */
export function command<Names extends string = never, const O extends Options = Record<never, Option>>(
  declared: Declaration<Names, O>,
): Command {
  return {
    name: declared.name,
    summary: declared.summary,
    operation: declared.operation,
    args: declared.args ?? {},
    options: declared.options ?? {},
    notes: declared.notes ?? [],
    // The reader of the command line fills in exactly what was declared.
    run: (run) => declared.run(run as unknown as Run<Names, O>),
  };
}

/** Options that every command has. */
export const EVERYWHERE = {
  json: { kind: 'flag', meaning: "Print the API's answer unchanged, for scripts." },
  help: { kind: 'flag', meaning: 'Show this help.' },
  'allow-plain-http': {
    kind: 'flag',
    meaning: 'Let the API key travel in clear text to a MAILGRANT_URL that is no loopback.',
  },
} as const satisfies Options;
