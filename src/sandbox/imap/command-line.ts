/** Takes apart one IMAP command (RFC 3501 §9): tag, name and arguments, literals among them. */

/** Atoms and strings become strings, literals buffers, parentheses arrays. */
export type Argument = string | Buffer | Argument[];

export interface Command {
  tag: string;
  /** Upper case; `UID FETCH` counts as one name. */
  name: string;
  arguments: Argument[];
}

/** What arrived, in pieces: text of the line, and a literal after each piece but the last. */
export interface RawCommand {
  text: string[];
  literals: Buffer[];
}

/** A command that cannot be parsed: answered BAD. */
export class CommandSyntaxError extends Error {
  override readonly name = 'CommandSyntaxError';
}

/** @throws CommandSyntaxError */
export function parseCommand(raw: RawCommand): Command {
  const first = raw.text[0] ?? '';
  const head = /^([^\s(){%*"\\+]+) ([A-Za-z]+)(?: |$)/.exec(first);
  if (!head?.[1] || !head[2]) throw new CommandSyntaxError('Command Error. 10');
  const pieces = [first.slice(head[0].length), ...raw.text.slice(1)];
  const list: Argument[] = [];
  const open: Argument[][] = [list];
  pieces.forEach((piece, index) => {
    readPiece(piece, open);
    const literal = raw.literals[index];
    if (literal) open.at(-1)?.push(literal);
  });
  if (open.length !== 1) throw new CommandSyntaxError('Command Argument Error. 11');
  const name = head[2].toUpperCase();
  if (name !== 'UID') return { tag: head[1], name, arguments: list };
  const [verb, ...rest] = list;
  if (typeof verb !== 'string') throw new CommandSyntaxError('Command Argument Error. 11');
  return { tag: head[1], name: `UID ${verb.toUpperCase()}`, arguments: rest };
}

/** A quoted string, a parenthesis, or an atom, in which brackets may hold blanks: `BODY.PEEK[HEADER.FIELDS (A B)]<0.10>`. */
const TOKEN = /\s*(?:"((?:\\.|[^"\\])*)"|([()])|((?:\[[^\]]*\]|[^\s()"[])+))/y;

function readPiece(piece: string, open: Argument[][]): void {
  TOKEN.lastIndex = 0;
  const end = piece.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const token = TOKEN.exec(piece);
    if (!token) throw new CommandSyntaxError('Command Argument Error. 11');
    const [, quoted, bracket, atom] = token;
    if (bracket === '(') {
      const inner: Argument[] = [];
      open.at(-1)?.push(inner);
      open.push(inner);
    } else if (bracket === ')') {
      if (open.length === 1) throw new CommandSyntaxError('Command Argument Error. 11');
      open.pop();
    } else open.at(-1)?.push(quoted === undefined ? (atom ?? '') : quoted.replace(/\\(.)/g, '$1'));
  }
}

/** @throws CommandSyntaxError when the argument is missing or a list */
export function textArgument(command: Command, index: number): string {
  const argument = command.arguments[index];
  if (typeof argument === 'string') return argument;
  if (Buffer.isBuffer(argument)) return argument.toString();
  throw new CommandSyntaxError('Command Argument Error. 11');
}

/** Quotes a string for a response. */
export const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
