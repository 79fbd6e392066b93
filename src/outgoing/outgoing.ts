/** Every connection that Mailgrant makes to a place a user named goes through here: allowed addresses, no redirects, a deadline. */
import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, request } from 'undici';
import { problemIn } from '../contract/problem.js';
import { answerHead } from './answer-head.js';
import { createGuardedAgent } from './guarded-agent.js';
import { createResolver, type Lookup } from './resolve.js';

const DEADLINE_MS = 30_000;

/** fetch's options, and how long the whole exchange may take, body included (ms; 30 seconds unless given). */
export interface OutgoingInit {
  method?: string;
  headers?: Headers | Record<string, string>;
  /** Text, or what text is made of, such as URLSearchParams. */
  body?: string | URLSearchParams | null;
  signal?: AbortSignal | null;
  deadlineMs?: number;
  /** Where the status alone counts: of the body this much is enough, and less where it does not come in time. */
  mostBytes?: number;
}

export interface Outgoing {
  /**
   * One address of a host that may be connected to; connect to it with `host` as server name.
   * @throws ProblemError `address-refused`; what the resolver throws (ENOTFOUND)
   */
  resolve(host: string): Promise<string>;
  /** All of them, in the order of preference. @throws as resolve */
  addresses(host: string): Promise<string[]>;
  /**
   * fetch, guarded, for small answers: the body is read before it resolves. Redirects are not followed: the 3xx response
   * is returned.
   * @throws ProblemError `address-refused`; else what the connection failed with (ECONNREFUSED, UND_ERR_…), an Error
   *   named TimeoutError at the deadline, or the reason of the caller's signal
   */
  fetch(url: string | URL, init?: OutgoingInit): Promise<Response>;
  /** The guarded agent itself, for undici.request where many small requests go out. */
  readonly dispatcher: Dispatcher;
  close(): Promise<void>;
}

/** Statuses whose Response may hold no body (Fetch standard, null body status). */
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * @param options `allowPrivateNetworks`: whether private ranges and loopback are allowed; for tests `lookup`, a resolver,
 *   and `certificateAuthority`, whom to trust (PEM)
 */
export function createOutgoing(options: {
  allowPrivateNetworks: boolean;
  lookup?: Lookup;
  certificateAuthority?: string;
}): Outgoing {
  const resolver = createResolver(options);
  const dispatcher = createGuardedAgent(resolver, options);
  const addresses = async (host: string): Promise<string[]> =>
    (await resolver.addresses(host)).map(({ address }) => address);
  return {
    addresses,
    resolve: async (host) => (await addresses(host))[0] ?? host,
    async fetch(url, init = {}) {
      const { deadlineMs = DEADLINE_MS, mostBytes } = init;
      const stop = createStop(init.signal, deadlineMs);
      try {
        // undici's fetch costs several times the time of its request, most of it in streams that nobody reads here.
        const answered = request(url, {
          method: (init.method ?? 'GET') as Dispatcher.HttpMethod,
          headers: Object.fromEntries(new Headers(init.headers)),
          body: init.body === undefined || init.body === null ? null : String(init.body),
          signal: stop.emitter,
          dispatcher,
        });
        // Until it is connected undici only notes the abort, and a silent resolver would outlast any deadline.
        const answer = await Promise.race([answered, stop.stopped]);
        const body =
          mostBytes === undefined
            ? await answer.body.arrayBuffer()
            : await answerHead(answer.body, { mostBytes, deadlineMs });
        init.signal?.throwIfAborted();
        return new Response(WITHOUT_BODY.has(answer.statusCode) ? null : body, {
          status: answer.statusCode,
          headers: headersOf(answer.headers),
        });
      } catch (error) {
        throw stop.reason() ?? problemIn(error) ?? error;
      } finally {
        stop.end();
      }
    },
    dispatcher,
    close: () => dispatcher.destroy(),
  };
}

/** Ends a request at its deadline or with its caller; an emitter, since an AbortController for each request costs more. */
function createStop(signal: AbortSignal | null | undefined, deadlineMs: number) {
  const emitter = new EventEmitter();
  let reason: unknown;
  const stop = (why: unknown): void => {
    reason ??= why;
    emitter.emit('abort');
  };
  const stopped = new Promise<never>((_, reject) => emitter.once('abort', () => reject(reason)));
  stopped.catch(() => undefined);
  const aborted = (): void => stop(signal?.reason ?? new Error('aborted'));
  signal?.throwIfAborted();
  signal?.addEventListener('abort', aborted, { once: true });
  const timer = setTimeout(
    () => stop(Object.assign(new Error(`no answer within ${deadlineMs} ms`), { name: 'TimeoutError' })),
    deadlineMs,
  );
  return {
    emitter,
    /** Rejects when the request is stopped. */
    stopped,
    reason: () => reason,
    end() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    },
  };
}

function headersOf(received: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    for (const each of [value ?? []].flat()) headers.append(name, each);
  }
  return headers;
}
