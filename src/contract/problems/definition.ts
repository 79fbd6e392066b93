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
}

/** Keeps the keys of an area literal while checking each row. */
export const definitions = <Codes extends string>(rows: Record<Codes, ProblemDefinition>) => rows;
