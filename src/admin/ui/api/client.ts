/** The API client, typed from the OpenAPI document; what the service refuses is thrown as {@link ApiProblem}. */
import createClient from 'openapi-fetch';
import { strings } from '../strings/index.js';
import type { ProblemView, paths } from './schema.js';

export type {
  Alert,
  AlertChannel,
  ApiKey,
  Application,
  AuditEntry,
  Connection,
  Connector,
  ConnectorType,
  DeviceSignIn,
  Message,
  Person,
  ProblemView,
  Session,
} from './schema.js';

/** Sign-in is a page of its own, without scripts. */
const SIGN_IN_PAGE = '/sign-in';

/** A refusal of the service: what happened, whose it is, what to do next. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  /** @param status of HTTP; 0 where the service could not be reached */
  constructor(
    readonly problem: ProblemView,
    readonly status: number,
  ) {
    super(`${problem.title}: ${problem.detail}`);
  }
}

export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '' });

interface Answered<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/**
 * The answer's body.
 * @param call of {@link api}
 * @throws ApiProblem what the service refused, or that it could not be reached
 */
export async function answerOf<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  const answered = await call.catch((cause: unknown) => {
    throw unreachable(cause);
  });
  const { data, error, response } = answered;
  if (response.ok) return data as Data;
  throw problemOf(error, response.status);
}

/** @param body of the answer, as far as it could be read */
export function problemOf(body: unknown, status: number): ApiProblem {
  if (status === 401) globalThis.location?.assign(SIGN_IN_PAGE);
  const isProblem = typeof body === 'object' && body !== null && 'code' in body && 'title' in body;
  if (isProblem) return new ApiProblem(body as ProblemView, status);
  const words = strings.problem.unexpected;
  return new ApiProblem(
    {
      code: 'unexpected-answer',
      title: words.title,
      detail: words.detail(status),
      owner: 'service-admin',
      next: words.next,
      verdict: 'retry',
      at: new Date().toISOString(),
    },
    status,
  );
}

/** @param cause what the browser said */
export function unreachable(cause: unknown): ApiProblem {
  const words = strings.problem.unreachable;
  return new ApiProblem(
    {
      code: 'service-unreachable',
      title: words.title,
      detail: words.detail(globalThis.location?.origin, cause instanceof Error ? cause.message : undefined),
      owner: 'service-admin',
      next: words.next,
      verdict: 'retry',
      at: new Date().toISOString(),
    },
    0,
  );
}
