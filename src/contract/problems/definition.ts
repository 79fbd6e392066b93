/** What the catalogue knows of each problem; one file per area beside this one. */
import type { ProblemOwner, ProblemReach, Verdict } from '../problem.js';

export interface ProblemDefinition {
  /** A short name a person recognises. `{placeholders}` are filled at the raise. */
  readonly title: string;
  /** What happened. */
  readonly detail: string;
  readonly owner: ProblemOwner;
  /** What to do next, in the imperative. */
  readonly next: string;
  readonly verdict: Verdict;
  readonly reach: ProblemReach;
  readonly httpStatus: number;
  /** The server's words, as seen; absent where no server says it. */
  readonly example?: string;
}

/** Keeps codes and texts of an area literal while checking each row: the texts say which values a raise must bring. */
export const definitions = <const Rows extends Readonly<Record<string, ProblemDefinition>>>(
  rows: Rows,
): Rows => rows;

/** Names of the `{placeholders}` of a text. */
export type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** What stands where a value is unknown, and in the documentation: `{user}` reads ‹user›. */
export const withBlanks = (text: string): string => text.replace(/\{(\w+)\}/g, '‹$1›');
