/** A terminal of a test's making: files, input, environment, and an API that answers what it is told. */

import { UsageError } from '../../../src/cli/failures.js';
import type { Terminal } from '../../../src/cli/terminal.js';

export const KEY = 'mgk_the-key-of-the-test';

export interface FakeTerminal extends Terminal {
  readonly printed: { out: string; err: string };
  readonly requests: { method: string; url: string; headers: Record<string, string>; body: unknown }[];
}

type Answer = { status?: number; body?: unknown; type?: string } | Error;

/** @param given `answers`: in the order that the API gives them; the last one is repeated */
export function fakeTerminal(
  given: Partial<Omit<Terminal, 'fetch'>> & {
    answers?: Answer[];
    files?: Record<string, string>;
    input?: string;
    secret?: string;
  } = {},
): FakeTerminal {
  const { answers = [], files = {}, input = '', secret, ...others } = given;
  const printed = { out: '', err: '' };
  const requests: FakeTerminal['requests'] = [];
  const fakeFetch = async (url: unknown, request: RequestInit = {}): Promise<Response> => {
    const body = typeof request.body === 'string' ? JSON.parse(request.body) : undefined;
    const headers = request.headers as Record<string, string>;
    requests.push({ method: request.method ?? 'GET', url: String(url), headers, body });
    const answer = answers[Math.min(requests.length, answers.length) - 1] ?? {};
    if (answer instanceof Error) throw answer;
    const { status = 200, type = 'application/json' } = answer;
    const isEmpty = answer.body === undefined;
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    return new Response(isEmpty ? null : text, { status, headers: isEmpty ? {} : { 'content-type': type } });
  };
  return {
    printed,
    requests,
    environment: { MAILGRANT_API_KEY: KEY },
    fetch: fakeFetch as typeof fetch,
    out(text) {
      printed.out += text;
    },
    note(text) {
      printed.err += text;
    },
    hasColours: false,
    isInteractive: secret !== undefined,
    askSecret: async (question) => {
      printed.err += `${question}: `;
      return secret ?? '';
    },
    readInput: async () => Buffer.from(input),
    readFile(path) {
      const content = files[path];
      if (content === undefined) throw new UsageError(`${path} cannot be read (ENOENT).`);
      return Buffer.from(content);
    },
    exists: (path) => path in files,
    newFile(path) {
      if (path in files) throw new UsageError(`${path} exists already.`);
      files[path] = '';
      return {
        write(text) {
          files[path] = text;
        },
        discard() {
          delete files[path];
        },
      };
    },
    ...others,
  };
}
