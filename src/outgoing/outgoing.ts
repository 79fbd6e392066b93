/** Every connection that Mailgrant makes to a place a user named goes through here: allowed addresses, no redirects, a deadline. */
import { type Dispatcher, fetch as undiciFetch } from 'undici';
import { ProblemError } from '../contract/problem.js';
import { createGuardedAgent } from './guarded-agent.js';
import { createResolver, type Lookup } from './resolve.js';

const DEADLINE_MS = 30_000;

/** fetch's options, and how long the whole exchange may take, body included (ms; 30 seconds unless given). */
export type OutgoingInit = Omit<RequestInit, 'redirect' | 'dispatcher'> & { deadlineMs?: number };

export interface Outgoing {
  /**
   * One address of a host that may be connected to; connect to it with `host` as server name.
   * @throws ProblemError `address-refused`; what the resolver throws (ENOTFOUND)
   */
  resolve(host: string): Promise<string>;
  /**
   * fetch, guarded. Redirects are not followed: the 3xx response is returned.
   * @throws ProblemError `address-refused`; else what fetch throws (TypeError with its cause, TimeoutError, AbortError)
   */
  fetch(url: string | URL, init?: OutgoingInit): Promise<Response>;
  /** The guarded agent itself, for undici.request where many small requests go out. */
  readonly dispatcher: Dispatcher;
  close(): Promise<void>;
}

/**
 * @param options `allowPrivateNetworks`: whether private ranges and loopback are allowed; `lookup`: a resolver for tests
 */
export function createOutgoing(options: { allowPrivateNetworks: boolean; lookup?: Lookup }): Outgoing {
  const resolver = createResolver(options);
  const dispatcher = createGuardedAgent(resolver, options.allowPrivateNetworks);
  const fetch = undiciFetch as unknown as (
    url: string | URL,
    init: Omit<RequestInit, 'dispatcher'> & { dispatcher: Dispatcher },
  ) => Promise<Response>;
  return {
    async resolve(host) {
      const [first] = await resolver.addresses(host);
      return first?.address ?? host;
    },
    async fetch(url, { deadlineMs = DEADLINE_MS, ...init } = {}) {
      const deadline = AbortSignal.timeout(deadlineMs);
      const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
      try {
        return await fetch(url, { ...init, signal, redirect: 'manual', dispatcher });
      } catch (error) {
        if (error instanceof Error && error.cause instanceof ProblemError) throw error.cause;
        throw error;
      }
    },
    dispatcher,
    close: () => dispatcher.destroy(),
  };
}
