/** Asks for Test Connection and hands on what the service says, a line of JSON at a time, as it comes. */
import { problemOf, unreachable } from '../../api/client.js';
import type { ProblemView } from '../../api/schema.js';

export interface TestStep {
  step: string;
  protocol: string;
  status: 'ok' | 'failed';
  durationMs: number;
  /** What was seen. */
  detail: string;
  problem?: ProblemView;
}
export type TestLine = TestStep | { result: 'ok' | 'failed' };

export type TestedKind = 'connection' | 'connector';

/**
 * @param tested which connection or connector
 * @param signal ends it, here and on the server, which closes what it had open
 * @throws ApiProblem what the service refused, or that it cannot be reached; DOMException `AbortError`
 */
export async function* testLines(
  { of, id }: { of: TestedKind; id: string },
  signal: AbortSignal,
): AsyncGenerator<TestLine> {
  const response = await fetch(`/api/v1/${of}s/${encodeURIComponent(id)}/test`, {
    method: 'POST',
    headers: { accept: 'application/x-ndjson' },
    signal,
  }).catch((cause: unknown) => {
    throw signal.aborted ? cause : unreachable(cause);
  });
  if (!response.ok || !response.body)
    throw problemOf(await response.json().catch(() => undefined), response.status);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value = '' } = await reader.read().catch((cause: unknown) => {
        throw signal.aborted ? cause : unreachable(cause);
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
