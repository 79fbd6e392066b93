/** Asks for Test Connection and hands on what the service says, a line of JSON at a time, as it comes. */
import { problemOf, unreachable } from '../../api/client.js';
import type { paths } from '../../api/schema.js';

export type TestedKind = 'connection' | 'connector';

type Answer = paths['/api/v1/connections/{id}/test']['post']['responses'][200]['content'];
export type TestLine = Answer['application/x-ndjson'];
export type TestStep = Extract<TestLine, { step: string }>;
export type TestResult = Extract<TestLine, { result: string }>['result'];

/**
 * @param tested which connection or connector
 * @param signal ends it, here and on the server, which closes what it had open
 * @throws ApiProblem what the service refused, or that it cannot be reached; DOMException `AbortError`
 */
export async function* testLines(
  { of, id }: { of: TestedKind; id: string },
  signal: AbortSignal,
): AsyncGenerator<TestLine> {
  const broken = (cause: unknown): unknown => (signal.aborted ? cause : unreachable(cause));
  const response = await fetch(`/api/v1/${of}s/${encodeURIComponent(id)}/test`, {
    method: 'POST',
    headers: { accept: 'application/x-ndjson' },
    signal,
  }).catch((cause: unknown) => {
    throw broken(cause);
  });
  if (!response.ok || !response.body)
    throw problemOf(await response.json().catch(() => undefined), response.status);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value = '' } = await reader.read().catch((cause: unknown) => {
        throw broken(cause);
      });
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield JSON.parse(line) as TestLine;
      if (done) return;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
