/**
 * A Problem: a failure as an admin reads it. Every failure of Mailgrant is one of the catalogue (problems/), raised
 * as a {@link ProblemError}, stored with what it stopped, and answered as RFC 9457 problem+json.
 */
import { type Placeholders, withBlanks } from './problems/definition.js';
import { catalogue, type ProblemCode, type ProblemDefinition } from './problems/index.js';

/** Whose it is to fix. */
export type ProblemOwner = 'user' | 'tenant-admin' | 'service-admin' | 'nobody';

/** What the machine does next: try again, try again at a time, stop until a person acted, give this one thing up. */
export type Verdict = 'retry' | 'wait-until' | 'hold' | 'fail';

/** What a problem stops, when it stops something. */
export type ProblemReach =
  | 'request'
  | 'message'
  | 'connector'
  | 'connection'
  | 'application'
  /** Every connection whose account is of the same tenant. */
  | 'tenant'
  | 'service';

/** What a foreign server said of a failure beyond its text (EXCHANGE-ONLINE.md §2: keep them with the failure). */
export interface ForeignFacts {
  error?: string;
  suberror?: string;
  errorCodes?: number[];
  correlationId?: string;
  traceId?: string;
  timestamp?: string;
  /** HTTP status, or the three digits of an SMTP reply. */
  status?: number;
  /** SMTP enhanced status code, RFC 3463. */
  enhancedStatus?: string;
  /** Claims challenge to pass on the next authorize request. */
  claims?: string;
  /** No row of our tables knows these words; the problem was found by their class. */
  unknown?: true;
}

export interface Problem {
  code: ProblemCode;
  title: string;
  /** What happened, for this occurrence. */
  detail: string;
  owner: ProblemOwner;
  /** What to do next. */
  next: string;
  verdict: Verdict;
  reach: ProblemReach;
  /** When the machine tries again; ms since the epoch. With verdict `wait-until` always there. */
  retryAt?: number;
  /** The server's own words, whole, with secrets never in them. */
  serverWords?: string;
  foreign?: ForeignFacts;
  /** When it was found; ms since the epoch. */
  at: number;
  /** Fields at fault, for refused input: JSON pointer and what is wrong. */
  fields?: { path: string; message: string }[];
}

type Value = string | number;
type Texts<Code extends ProblemCode> = (typeof catalogue)[Code];
/** The values that texts name; of any code at all, as a test raises it, they cannot be known. */
type Values<Code extends ProblemCode, Text extends string> = ProblemCode extends Code
  ? Readonly<Record<string, Value | undefined>>
  : Readonly<Record<Placeholders<Text>, Value> & Record<string, Value | undefined>>;
/**
 * Codes whose texts name nothing beyond the given values: the type of a table's codes, which are known only at run time,
 * so that a row whose texts would stay unfilled does not compile.
 */
export type CodesNaming<Names extends string> = {
  [Code in ProblemCode]: [
    Exclude<Placeholders<Texts<Code>['title'] | Texts<Code>['detail'] | Texts<Code>['next']>, Names>,
  ] extends [never]
    ? Code
    : never;
}[ProblemCode];
type TitleAndNext<Code extends ProblemCode> = Texts<Code>['title'] | Texts<Code>['next'];

interface OtherOptions {
  serverWords?: string;
  foreign?: ForeignFacts;
  retryAt?: number;
  fields?: Problem['fields'];
  /** Overrides the definition where the same cause stops less or more. */
  verdict?: Verdict;
  cause?: unknown;
}

/** `with`: values for the `{placeholders}` of the definition's texts, all of them, never a secret; `detail` in place of the definition's. */
export type ProblemOptions<Code extends ProblemCode = ProblemCode> = OtherOptions &
  (
    | (Needed<Code, TitleAndNext<Code> | Texts<Code>['detail']> & { detail?: never })
    | (Needed<Code, TitleAndNext<Code>> & { detail: string })
  );

/** `with` may be left out only where the texts name nothing. */
type Needed<Code extends ProblemCode, Text extends string> = ProblemCode extends Code
  ? { with?: Values<Code, Text> }
  : [Placeholders<Text>] extends [never]
    ? { with?: Readonly<Record<string, Value | undefined>> }
    : { with: Values<Code, Text> };

/** Options may be left out only where nothing is needed. */
type OptionsArgument<Code extends ProblemCode> =
  object extends ProblemOptions<Code> ? [options?: ProblemOptions<Code>] : [options: ProblemOptions<Code>];

/** The one error class that crosses module borders. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem, cause?: unknown) {
    super(`${problem.code}: ${problem.detail}`, cause === undefined ? undefined : { cause });
    this.problem = problem;
  }
}

const filled = (text: string, values: Readonly<Record<string, Value | undefined>> = {}): string =>
  withBlanks(text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)));

/**
 * Builds a Problem from the catalogue.
 * @param code a code of the catalogue
 * @param argument values for the texts, the server's words, and when to try again (ms since the epoch)
 */
export function problem<Code extends ProblemCode>(code: Code, ...[argument]: OptionsArgument<Code>): Problem {
  const options: ProblemOptions = argument ?? {};
  const definition: ProblemDefinition = catalogue[code];
  return {
    code,
    title: filled(definition.title, options.with),
    detail: options.detail ?? filled(definition.detail, options.with),
    owner: definition.owner,
    next: filled(definition.next, options.with),
    verdict: options.verdict ?? definition.verdict,
    reach: definition.reach,
    at: Date.now(),
    ...(options.retryAt !== undefined && { retryAt: options.retryAt }),
    ...(options.serverWords !== undefined && { serverWords: wordsKept(options.serverWords) }),
    ...(options.foreign !== undefined && { foreign: options.foreign }),
    ...(options.fields !== undefined && { fields: options.fields }),
  };
}

/** More than any server says to people; problems stand in records, transaction logs and alerts. */
const MOST_WORDS = 4_000;

const wordsKept = (words: string): string =>
  words.length <= MOST_WORDS
    ? words
    : `${words.slice(0, MOST_WORDS)}… (${words.length - MOST_WORDS} more characters)`;

/** Builds a {@link ProblemError}; `throw problemError('from-mismatch', { with: { from, user } })`. */
export function problemError<Code extends ProblemCode>(
  code: Code,
  ...[options]: OptionsArgument<Code>
): ProblemError {
  const build: (code: ProblemCode, options?: ProblemOptions) => Problem = problem;
  return new ProblemError(build(code, options), options?.cause);
}

/** The problem that an unknown throw stands for: its own where it is a ProblemError, else `internal-error`. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  return problem('internal-error', { with: { what: thrown instanceof Error ? thrown.name : typeof thrown } });
}

/** A ProblemError somewhere in a chain of causes. */
export function problemIn(thrown: unknown): ProblemError | undefined {
  for (let each = thrown, depth = 0; each instanceof Error && depth < 6; each = each.cause, depth += 1) {
    if (each instanceof ProblemError) return each;
  }
  return undefined;
}

/** HTTP status that answers a problem. */
export const httpStatusOf = (code: ProblemCode): number => catalogue[code].httpStatus;
export type { ProblemCode } from './problems/index.js';
