/** The admin API as the CLI calls it. */
import { eachLine } from './answer-lines.js';
import type { ClientSettings } from './client-settings.js';
import { ApiRefusal, type ShownProblem, Unreachable } from './failures.js';

export interface ApiAnswer<Body> {
  status: number;
  body: Body;
  /** The answer as it came. */
  text: string;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** What every record that can be changed carries. */
export interface Versioned {
  id: string;
  version: number;
}

interface Call {
  body?: unknown;
  headers?: Record<string, string>;
  query?: Readonly<Record<string, string | undefined>>;
  /** Statuses beside 2xx that are answers. */
  alsoFine?: readonly number[];
}

/** Each call throws ApiRefusal for a problem, and Unreachable where nobody or somebody else answers. */
export interface Api {
  /** @param path under /api/v1; or whole, for /readyz */
  call<Body>(method: string, path: string, call?: Call): Promise<ApiAnswer<Body>>;
  /** A call whose answer comes line by line; `onLine` is told of each as it comes. */
  lines(method: string, path: string, onLine: (line: string) => void): Promise<void>;
  /** Every item of a list, page after page. */
  all<Item>(path: string): Promise<Item[]>;
  /**
   * A change or deletion of a record, made against the version that it has now.
   * @param options `ifVersion`: against this one instead
   */
  change<Body>(
    method: 'PATCH' | 'DELETE',
    path: string,
    options?: { body?: unknown; ifVersion?: number | undefined },
  ): Promise<ApiAnswer<Body>>;
}

/** A sign-in waits for another server; a large message takes its time. */
const DEADLINE_MS = 120_000;

const ROOT_PATHS = ['/readyz'];

/** One JSON value per line. */
const LINES = 'application/x-ndjson';

export function createApiClient({ url, apiKey }: ClientSettings, send: typeof fetch): Api {
  const api: Api = {
    async call<Body>(method: string, path: string, call: Call = {}) {
      const address = new URL(ROOT_PATHS.includes(path) ? url + path : `${url}/api/v1${path}`);
      for (const [name, value] of Object.entries(call.query ?? {}))
        if (value !== undefined) address.searchParams.set(name, value);
      const { response, text } = await answered(send, address, {
        method,
        // A redirect would take the key along.
        redirect: 'manual',
        signal: AbortSignal.timeout(DEADLINE_MS),
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(call.body !== undefined && { 'content-type': 'application/json' }),
          ...call.headers,
        },
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      });
      const isFine = response.ok || call.alsoFine?.includes(response.status);
      const isEmpty = response.status === 202 || response.status === 204;
      const body = text === '' && isEmpty ? null : parsed(response, text, url);
      if (isFine) return { status: response.status, body: body as Body, text };
      if (!isProblem(body)) throw somebodyElse(url, response.status);
      throw new ApiRefusal({ status: response.status, body, text });
    },
    async lines(method, path, onLine) {
      const response = await reached(url, () =>
        send(new URL(`${url}/api/v1${path}`), {
          method,
          redirect: 'manual',
          signal: AbortSignal.timeout(DEADLINE_MS),
          headers: { authorization: `Bearer ${apiKey}`, accept: LINES },
        }),
      );
      const { body: stream } = response;
      if (response.ok && stream && response.headers.get('content-type')?.includes(LINES)) {
        return reached(url, () => eachLine(stream, onLine));
      }
      const text = await reached(url, () => response.text());
      const body = parsed(response, text, url);
      if (!isProblem(body)) throw somebodyElse(url, response.status);
      throw new ApiRefusal({ status: response.status, body, text });
    },
    async all<Item>(path: string) {
      const items: Item[] = [];
      let cursor: string | undefined;
      do {
        const query = { limit: '200', cursor };
        const { body }: ApiAnswer<Page<Item>> = await api.call('GET', path, { query });
        items.push(...body.items);
        cursor = body.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return items;
    },
    async change<Body>(
      method: string,
      path: string,
      { body, ifVersion }: { body?: unknown; ifVersion?: number | undefined } = {},
    ) {
      const version = ifVersion ?? (await api.call<Versioned>('GET', path)).body.version;
      return api.call<Body>(method, path, { body, headers: { 'if-match': `"${version}"` } });
    },
  };
  return api;
}

async function answered(
  send: typeof fetch,
  address: URL,
  request: RequestInit,
): Promise<{ response: Response; text: string }> {
  return reached(address.origin, async () => {
    const response = await send(address, request);
    return { response, text: await response.text() };
  });
}

/** @throws Unreachable for what fails on the way */
async function reached<Value>(url: string, ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    throw new Unreachable(
      `Mailgrant cannot be reached at ${new URL(url).origin}: ${reasonOf(error)}.\nIs it running ("mailgrant start")? MAILGRANT_URL says where it is.`,
      { cause: error },
    );
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'no answer',
};

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `no answer within ${DEADLINE_MS / 1_000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return 'the request failed';
  const { code } = cause as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : REASONS[code];
  return known === undefined ? `${cause.message || code}` : `${known} (${code})`;
}

function parsed(response: Response, text: string, url: string): unknown {
  if (!response.headers.get('content-type')?.includes('json')) throw somebodyElse(url, response.status);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Unreachable(`The answer of ${url} broke off.`, { cause: error });
  }
}

const somebodyElse = (url: string, status: number): Unreachable =>
  new Unreachable(
    `What answers at ${url} is not Mailgrant's API (status ${status}). MAILGRANT_URL says where to look.`,
  );

const isProblem = (body: unknown): body is ShownProblem =>
  typeof body === 'object' && body !== null && 'code' in body && 'title' in body && 'detail' in body;
