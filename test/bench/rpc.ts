/** Calls into a process of its own over its stdin and stdout, a JSON line each way: what is measured must not share a thread with its servers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

type Methods = Record<string, (argument: never) => unknown>;

/** In the child: answers calls until stdin ends. */
export function serve(methods: Methods, close: () => Promise<void>): void {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    const { id, method, argument } = JSON.parse(line) as { id: number; method: string; argument: never };
    try {
      const result = await methods[method]?.(argument);
      process.stdout.write(`${JSON.stringify({ id, result: result ?? null })}\n`);
    } catch (error) {
      process.stdout.write(`${JSON.stringify({ id, error: String(error) })}\n`);
    }
  });
  lines.on('close', () => void close().then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify({ id: 0, result: 'ready' })}\n`);
}

export interface RpcChild {
  call<Result>(method: string, argument?: unknown): Promise<Result>;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** In the parent: starts a TypeScript file as a child that serve()s. */
export async function startRpcChild(file: URL): Promise<RpcChild> {
  const child = spawn(process.execPath, ['--import', 'tsx', file.pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  const call = <Result>(method: string, argument?: unknown): Promise<Result> => {
    const id = waiting.size === 0 ? 1 : Math.max(...waiting.keys()) + 1;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (value: never) => void, reject });
      child.stdin.write(`${JSON.stringify({ id, method, argument: argument ?? null })}\n`);
    });
  };
  const ready = new Promise<void>((resolve, reject) => {
    waiting.set(0, { resolve: resolve as (value: never) => void, reject });
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, result, error } = JSON.parse(line) as { id: number; result: never; error?: string };
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (error !== undefined) waiter?.reject(new Error(error));
    else waiter?.resolve(result);
  });
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file.pathname} ended with ${code}`));
  });
  await ready;
  return {
    call,
    process: child,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.stdin.end();
      }),
  };
}
