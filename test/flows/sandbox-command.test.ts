/** `npm run sandbox` as somebody runs it who has just cloned the project: mail goes round within seconds, and nothing stays behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freePort } from '../servers/free-port.js';
import { processesIn } from '../servers/processes.js';

/** What the npm script runs after the build. */
const ENTRY = fileURLToPath(new URL('../../dist/src/sandbox/main.js', import.meta.url));
const SHOWS_MAIL_WITHIN_MS = 15_000;
const STOPS_WITHIN_MS = 15_000;

let directory: string;
let children: ChildProcess[];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-sandbox-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const line of await processesIn(directory)) process.kill(Number.parseInt(line, 10), 'SIGKILL');
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
});

interface Sandbox {
  child: ChildProcess;
  output(): string;
}

/** Starts it in a directory of its own, where it keeps what it stores. */
async function startSandbox(): Promise<Sandbox> {
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('MAILGRANT_'));
  const child = spawn(process.execPath, [ENTRY], {
    cwd: directory,
    env: { ...Object.fromEntries(environment), MAILGRANT_PORT: String(await freePort()) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += String(chunk);
    });
  return { child, output: () => output };
}

/** Subjects of the messages that the terminal has shown with a status. */
const subjects = (output: string, status: string): string[] =>
  [...output.matchAll(new RegExp(`^\\d\\d:\\d\\d:\\d\\d\\s+${status}\\s+(.+?)\\s{3}`, 'gm'))].map(
    ([, subject = '']) => subject,
  );

/** @returns how long it took until one message was seen sent and delivered, ms */
async function mailGoesRound({ output }: Sandbox): Promise<number> {
  const before = performance.now();
  await vi.waitFor(
    () => {
      const delivered = subjects(output(), 'delivered');
      const round = subjects(output(), 'sent').filter((subject) => delivered.includes(subject));
      expect(round, output()).not.toEqual([]);
    },
    { timeout: 2 * SHOWS_MAIL_WITHIN_MS, interval: 50 },
  );
  return performance.now() - before;
}

/** Ctrl-C. @returns the exit code */
async function interrupt({ child }: Sandbox): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  const late = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS);
  const [code] = (await exit) as [number | null];
  clearTimeout(late);
  return code;
}

it('shows one message sent and delivered within 15 seconds, and Ctrl-C leaves no process', async () => {
  const sandbox = await startSandbox();
  expect(await mailGoesRound(sandbox)).toBeLessThan(SHOWS_MAIL_WITHIN_MS);
  expect(await interrupt(sandbox), sandbox.output()).toBe(0);
  expect(await processesIn(directory)).toEqual([]);
});

it('starts again after kill -9, and leaves no process then either', async () => {
  const killed = await startSandbox();
  await mailGoesRound(killed);
  const exit = once(killed.child, 'exit');
  killed.child.kill('SIGKILL');
  await exit;
  expect(await processesIn(directory)).toEqual([expect.stringContaining('redis-server')]);

  const second = await startSandbox();
  expect(await mailGoesRound(second)).toBeLessThan(SHOWS_MAIL_WITHIN_MS);
  const servers = (await processesIn(directory)).filter((line) => line.includes('redis-server'));
  expect(servers).toHaveLength(1);
  expect(await interrupt(second), second.output()).toBe(0);
  expect(await processesIn(directory)).toEqual([]);
});
