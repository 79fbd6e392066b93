/** Parts that every view shares: times as ISO 8601, and a problem as people and programs read it. */
import { Type } from 'typebox';
import type { Problem } from '../contract/problem.js';

/** @param at ms since the epoch */
export const isoTime = (at: number): string => new Date(at).toISOString();

/** @param at ms since the epoch, where there is one */
export const isoTimeOrNull = (at: number | undefined): string | null =>
  at === undefined ? null : isoTime(at);

/** A stored or raised problem in an answer: the same members as in problem+json, times as ISO 8601. */
export interface ProblemView {
  code: string;
  title: string;
  detail: string;
  owner: string;
  next: string;
  verdict: string;
  at: string;
  retryAt?: string;
  serverWords?: string;
  /** No table knows the server's words. */
  unknown?: true;
  correlationId?: string;
  fields?: { path: string; message: string }[];
}

export function problemView(problem: Problem): ProblemView {
  const { code, title, detail, owner, next, verdict, at, retryAt, serverWords, foreign, fields } = problem;
  return {
    code,
    title,
    detail,
    owner,
    next,
    verdict,
    at: isoTime(at),
    ...(retryAt !== undefined && { retryAt: isoTime(retryAt) }),
    ...(serverWords !== undefined && { serverWords }),
    ...(foreign?.unknown && { unknown: true as const }),
    ...(foreign?.correlationId !== undefined && { correlationId: foreign.correlationId }),
    ...(fields !== undefined && { fields }),
  };
}

export const timeSchema = Type.String({ format: 'date-time' });
export const timeOrNullSchema = Type.Union([timeSchema, Type.Null()]);

export const problemViewSchema = Type.Object({
  code: Type.String(),
  title: Type.String(),
  detail: Type.String(),
  owner: Type.String({ description: 'Whose it is to fix: user, tenant-admin, service-admin or nobody.' }),
  next: Type.String({ description: 'What to do next.' }),
  verdict: Type.String({ description: 'What the machine does: retry, wait-until, hold or fail.' }),
  at: timeSchema,
  retryAt: Type.Optional(timeSchema),
  serverWords: Type.Optional(Type.String({ description: "The server's own words." })),
  unknown: Type.Optional(
    Type.Literal(true, { description: 'No table knows the words; they were taken by their class.' }),
  ),
  correlationId: Type.Optional(Type.String()),
  fields: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
});

export const problemOrNullSchema = Type.Union([problemViewSchema, Type.Null()]);

export const warningsSchema = Type.Array(problemViewSchema, {
  description: 'What will stop it and has not yet: each as a problem.',
});
