/** Applications: client registrations at an authorization server, shared by many connections. */
import type { ApplicationId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import type { Application } from './model.js';

export interface Page<Item> {
  items: Item[];
  /** Pass as `after` for the next page; absent at the end. */
  next: string | undefined;
}

export interface Applications {
  /**
   * @param input as the API takes it (DESIGN.md, Admin API); the client secret inside clientAuth
   * @throws ProblemError `invalid-settings`, `tls-required`
   */
  create(input: unknown): Promise<Application>;
  /** @throws ProblemError `not-found` */
  read(id: ApplicationId): Promise<Application>;
  list(options: { after?: string; limit: number }): Promise<Page<Application>>;
  all(): AsyncIterable<Application>;
  /**
   * @param ifVersion what If-Match named
   * @throws ProblemError `version-conflict`, `invalid-settings`, `secret-needed-again` (token endpoint's origin changed)
   */
  patch(id: ApplicationId, ifVersion: number, input: unknown): Promise<Application>;
  /** @throws ProblemError `version-conflict`, `still-in-use`, `not-found` */
  delete(id: ApplicationId, ifVersion: number): Promise<void>;
  /** The client secret, for the one request that needs it. */
  clientSecret(id: ApplicationId): Promise<string | undefined>;
  /** Records or clears what stops all of its connections. @returns whether that changed anything (raise once, heal once) */
  setFailure(id: ApplicationId, failure: Problem | undefined): Promise<boolean>;
}
