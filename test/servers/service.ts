/** Mailgrant itself as a process of its own, as an operator starts it, with a client for its API; killed when the test ends in any way. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';

const ENTRY = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** For a look inside, such as `SERVICE_NODE_ARGS=--cpu-prof npm run bench refresh`. */
const nodeArguments = process.env.SERVICE_NODE_ARGS?.split(' ') ?? [];

/** A second on a quiet machine; many browsers at once make it slow. */
const READY_WITHIN_MS = 90_000;

export const API_KEY = 'test-api-key-with-every-scope';

export interface ApiAnswer<Body> {
  status: number;
  body: Body;
  headers: Headers;
}

export interface TestService {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything it has written to stdout and stderr. */
  output(): string;
  /** Calls the API under /api/v1 with the admin key. @throws Error on another status than 2xx, with the problem */
  api<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Body>;
  /** The same, whatever the status. */
  call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer<Body>>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
}

/**
 * Starts `node dist/src/main.js` and waits until it is ready.
 * @param environment over the defaults
 * @param moreArguments for node itself
 */
export async function startServiceProcess(
  environment: Record<string, string>,
  moreArguments: readonly string[] = [],
): Promise<TestService> {
  if (!existsSync(ENTRY)) throw new Error('dist/ is missing: npm run build');
  const port = environment.MAILGRANT_PORT ?? String(await freePort());
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('MAILGRANT_')),
  );
  const child = spawn(process.execPath, [...nodeArguments, ...moreArguments, ENTRY], {
    env: {
      ...inherited,
      MAILGRANT_API_KEY: API_KEY,
      MAILGRANT_PORT: port,
      MAILGRANT_PUBLIC_URL: `http://localhost:${port}`,
      // Tests ask for hundreds of messages again and again.
      MAILGRANT_REQUESTS_PER_MINUTE: '1000000',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killed = (): void => void child.kill('SIGKILL');
  process.once('exit', killed);
  child.once('exit', () => process.off('exit', killed));
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(String(chunk)));
  const output = (): string => chunks.join('');

  const url = `http://127.0.0.1:${port}`;
  const call: TestService['call'] = async <Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer<Body>> => {
    const response = await fetch(
      path.startsWith('/api') || path.startsWith('/oauth') ? url + path : `${url}/api/v1${path}`,
      {
        method,
        headers: {
          authorization: `Bearer ${API_KEY}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      },
    );
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      body: (isJson && text ? JSON.parse(text) : text) as Body,
      headers: response.headers,
    };
  };
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const exit = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));

  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    if (ended())
      throw new Error(`the service ended with ${child.exitCode ?? child.signalCode}:\n${output()}`);
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the service is not ready after ${READY_WITHIN_MS / 1_000} s:\n${output()}`);
    }
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }

  return {
    url,
    process: child,
    output,
    call,
    async api<Body>(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
      const answer = await call<Body>(method, path, body, headers);
      if (answer.status >= 300)
        throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    async stop() {
      if (ended()) return child.exitCode;
      child.kill('SIGTERM');
      return exit;
    },
    async kill() {
      if (ended()) return;
      child.kill('SIGKILL');
      await exit;
    },
  };
}
