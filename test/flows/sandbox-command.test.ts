/** `npm run sandbox` as somebody runs it who has just cloned the project: mail goes round within seconds, and nothing stays behind. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freePort } from '../servers/free-port.js';
import { processesIn } from '../servers/processes.js';

/** What the npm script runs after the build. */
const ENTRY = fileURLToPath(new URL('../../dist/src/sandbox/main.js', import.meta.url));
const MAILGRANT = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
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

/** A sandbox that has printed all that it has to say before mail goes round. */
async function withCredentials(): Promise<Sandbox> {
  const sandbox = await startSandbox();
  await vi.waitFor(() => expect(sandbox.output()).toContain('Ctrl-C stops it'), {
    timeout: SHOWS_MAIL_WITHIN_MS,
    interval: 50,
  });
  return sandbox;
}

/** The command line as somebody uses it. @returns what the API answered */
async function cli(env: Record<string, string>, args: readonly string[]): Promise<{ id: string }> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAILGRANT, ...args, '--json'], {
    cwd: directory,
    env: { PATH: process.env.PATH, ...env },
  });
  return JSON.parse(stdout);
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

it('hands out credentials of every kind, and what it prints of them is all that the command line needs', async () => {
  const { output } = await withCredentials();
  const shown = (pattern: RegExp): string => pattern.exec(output())?.[1] ?? '';
  const [tenant, clientId] = [shown(/--tenant (\S+)/), shown(/ {2,}--client-id (\S+)/)];
  const base = ['--provider', 'exchange-online', '--tenant', tenant];
  const file = (name: string): string => path.join(directory, '.sandbox/credentials', name);
  const ours = [...base, '--client-id', clientId];
  const ways: [name: string, ...rest: string[]][] = [
    ['secret', ...ours, '--client-secret-file', file('client-secret')],
    ['pem', ...ours, '--certificate', file('certificate.pem'), '--private-key', file('private-key.pem')],
    ['pfx', ...ours, '--pfx', file('certificate.pfx'), '--passphrase-file', file('pfx-passphrase')],
    ['federated', ...ours, '--federated-token-file', file('federated-token')],
    ['federated identity', ...ours, '--federated-managed-identity'],
    ['public', ...base, '--public', '--client-id', shown(/--public --client-id (\S+)/)],
  ];
  const env = {
    MAILGRANT_URL: shown(/MAILGRANT_URL=(\S+)/),
    MAILGRANT_API_KEY: shown(/MAILGRANT_API_KEY=(\S+)/),
  };
  const user = ['--user', 'mallory@sandbox.example'];
  for (const [name, ...rest] of ways) {
    const { id: application } = await cli(env, ['applications', 'create', '--name', name, ...rest]);
    const { id } = await cli(env, [
      'connections',
      'create',
      '--application',
      application,
      '--name',
      name,
      ...user,
    ]);
    if (name === 'public') continue;
    const pasted = ['--refresh-token-file', file('refresh-token')];
    expect(await cli(env, ['connections', 'tokens', id, ...pasted]), name).toMatchObject({
      status: 'authorized',
    });
  }
}, 60_000);

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
