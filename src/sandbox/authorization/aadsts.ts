/** A refusal in Entra's words: as an error to throw, and as JSON with trace id, correlation id and timestamp. */
import { randomUUID } from 'node:crypto';
import { AADSTS_ROWS } from './aadsts-rows.js';

/** A refusal on its way to the client: thrown by the checks, turned into JSON, a redirect or a page at the edge. */
export class AadstsRefusal extends Error {
  override readonly name = 'AadstsRefusal';
  readonly error: string;
  readonly suberror: string | undefined;
  readonly status: number;

  /**
   * @param code AADSTS number; one that the table lacks is an `invalid_grant`
   * @param detail further words, such as the parameter's name
   */
  constructor(
    readonly code: number,
    detail?: string,
  ) {
    const row = AADSTS_ROWS[code] ?? { error: 'invalid_grant', text: 'The request was refused.' };
    super(detail ? `${row.text} ${detail}` : row.text);
    this.error = row.error;
    this.suberror = row.suberror;
    this.status = row.status ?? 400;
  }
}

/** Entra's timestamp: `2026-11-21 09:30:00Z`. */
const timestampOf = (now: number): string => `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`;

/** What Entra appends to each description, and repeats as fields. */
export function traceOf(now: number): { trace_id: string; correlation_id: string; timestamp: string } {
  return { trace_id: randomUUID(), correlation_id: randomUUID(), timestamp: timestampOf(now) };
}

/** The description in Entra's one-line form. */
export function descriptionOf(refusal: AadstsRefusal, trace: ReturnType<typeof traceOf>): string {
  return `AADSTS${refusal.code}: ${refusal.message} Trace ID: ${trace.trace_id} Correlation ID: ${trace.correlation_id} Timestamp: ${trace.timestamp}`;
}

/** The body of a refused token request. */
export function refusalBody(refusal: AadstsRefusal, now: number, origin: string): Record<string, unknown> {
  const trace = traceOf(now);
  return {
    error: refusal.error,
    error_description: descriptionOf(refusal, trace),
    error_codes: [refusal.code],
    timestamp: trace.timestamp,
    trace_id: trace.trace_id,
    correlation_id: trace.correlation_id,
    error_uri: `${origin}/error?code=${refusal.code}`,
    ...(refusal.suberror ? { suberror: refusal.suberror } : {}),
  };
}
