/** Test Connection as a connector type sees it: steps that the platform times, bounds, reports, and ends at the first that fails. */
import type { ProblemError } from './problem.js';

export type MailProtocol = 'imap' | 'smtp';

/**
 * The steps of a protocol, in their order: name resolution, TCP, TLS, greeting and capabilities, the token, sign-in; then
 * SELECT and the target of post-processing (IMAP), or MAIL FROM, RCPT TO and RSET (SMTP).
 */
export type TestStepName =
  | 'resolve'
  | 'tcp'
  | 'tls'
  | 'greeting'
  | 'token'
  | 'authenticate'
  | 'select'
  | 'postProcessing'
  | 'envelope';

export interface TestStep {
  protocol: MailProtocol;
  step: TestStepName;
}

/** What a step that went well found. */
export interface Finding<Value> {
  /** For people: what was seen, with its values. Never a secret. */
  detail: string;
  /** For the steps after it. */
  value: Value;
}

/**
 * Handed to a type's `test`. A step that fails ends the test: what it threw is reported as its problem, the context's
 * signal aborts, and the call rejects; so does every later call.
 */
export interface TestSteps {
  /** How the connection signs in; which mechanism a server has to offer. */
  readonly authentication: 'oauth2' | 'basic';
  /**
   * Runs one step under its deadline.
   * @param act what the step does; rejects with a ProblemError
   * @param late the problem that stands for the step's deadline, given in seconds; one that names the step alone when absent
   */
  run<Value>(
    at: TestStep,
    act: () => Promise<Finding<Value>>,
    late?: (seconds: number) => ProblemError,
  ): Promise<Value>;
  /**
   * The step `resolve`: the addresses of a host under the rules for outgoing connections.
   * @returns the one to connect to; `context.resolve` answers the same one from then on
   */
  resolve(protocol: MailProtocol, host: string): Promise<string>;
  /** The step `token`: that the connection holds a credential which covers the protocol; what it is, and until when. */
  token(protocol: MailProtocol): Promise<void>;
}
