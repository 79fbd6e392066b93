/**
 * What a command can end with beside success, and its exit code:
 *   1 the API refused (its problem says why)   2 the command line or the client's settings   3 Mailgrant is not reached
 */
import type { ApiAnswer } from './api-client.js';

/** A problem as the API answers it (RFC 9457 problem+json). */
export interface ShownProblem {
  code: string;
  title: string;
  detail: string;
  owner: string;
  next: string;
  at?: string;
  retryAt?: string;
  serverWords?: string;
  /** No table knows these words. */
  unknown?: true;
  correlationId?: string;
  fields?: { path: string; message: string }[];
}

/** The API answered a problem. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly answer: ApiAnswer<ShownProblem>;

  constructor(answer: ApiAnswer<ShownProblem>) {
    super(answer.body.title);
    this.answer = answer;
  }
}

/** The command line, or a setting of the client, cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Nobody answers at MAILGRANT_URL, or somebody else does. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The command did what it could and did not reach its end, such as a sign-in that nobody finished. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
}

export const EXIT = { ok: 0, refused: 1, usage: 2, unreachable: 3 } as const;
