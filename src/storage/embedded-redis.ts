/**
 * The embedded Redis: a redis-server child of this service, on a Unix socket in the data directory, durable to the last
 * write. The directory's lock must be held: whatever redis-server is still at work in it is then an orphan of a service
 * that was killed, and is stopped (gracefully, so that it leaves whole files) before ours starts.
 *
 *   starting → running → stopping → ended;  running → starting (it died by itself: started again after a second)
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { problemError } from '../contract/problem.js';
import type { Log } from '../telemetry/log.js';
import type { DataDirectory } from './data-directory.js';
import { errorCode } from './file-system.js';
import { stopOrphans } from './orphaned-redis.js';
import { shortSocketPath } from './unix-socket.js';

export interface EmbeddedRedis {
  /** For openRedis; good in this process. */
  readonly url: string;
  readonly pid: number | undefined;
  /** SIGTERM, then waits; what was written is on disk. */
  stop(): Promise<void>;
}

export const EMBEDDED_SOCKET = 'redis.sock';
/** Reading a large append-only file takes its time. */
const START_MS = 120_000;
const STOP_MS = 15_000;
const RESTART_AFTER_MS = 1_000;

/** The socket's name is relative: redis-server runs in its directory, and sun_path is short. */
const ARGUMENTS: readonly string[] = Object.entries({
  port: '0',
  unixsocket: EMBEDDED_SOCKET,
  unixsocketperm: '600',
  dir: '.',
  daemonize: 'no',
  pidfile: 'redis.pid',
  logfile: 'redis.log',
  loglevel: 'notice',
  save: '',
  appendonly: 'yes',
  appendfsync: 'always',
  'maxmemory-policy': 'noeviction',
}).flatMap(([name, value]) => [`--${name}`, value]);

/**
 * Starts it and waits until it answers.
 * @param options `command`: another program than `redis-server`, for tests
 * @throws ProblemError `redis-server-missing`, `redis-server-failed`
 */
export async function startEmbeddedRedis(
  directory: DataDirectory,
  options: { log: Log; command?: string },
): Promise<EmbeddedRedis> {
  const { log } = options;
  await mkdir(directory.redis, { recursive: true, mode: 0o700 });
  const orphans = await stopOrphans(directory.redis, EMBEDDED_SOCKET);
  if (orphans > 0) log.warn({ orphans }, 'stopped a redis-server that a killed service had left behind');

  const socket = await shortSocketPath(directory.redis, EMBEDDED_SOCKET);
  let child: ChildProcess | undefined;
  let stopping = false;

  const begin = async (): Promise<void> => {
    // A process group of its own: Ctrl-C is for the service, which stops its Redis last.
    const started = spawn(options.command ?? 'redis-server', ARGUMENTS, {
      cwd: directory.redis,
      stdio: 'ignore',
      detached: true,
    });
    child = started;
    const failure = new Promise<never>((_resolve, reject) => {
      started.once('error', (error) => reject(startFailure(error)));
      started.once('exit', (code, signal) => reject(new Ended(code, signal)));
    });
    failure.catch(() => undefined);
    await Promise.race([answers(socket.path), failure]).catch(async (error: unknown) => {
      started.kill('SIGKILL');
      if (!(error instanceof Ended)) throw error;
      const what = `ended with ${error.message}: ${await lastLogLine(directory.redis)}`;
      throw problemError('redis-server-failed', { with: { what }, cause: error });
    });
    started.once('exit', (code, signal) => {
      if (stopping) return;
      log.error({ code, signal }, 'the embedded redis-server ended by itself; starting it again');
      void startAgain();
    });
  };

  const startAgain = async (): Promise<void> => {
    while (!stopping) {
      await delay(RESTART_AFTER_MS, undefined, { ref: false });
      if (stopping) return;
      try {
        return await begin();
      } catch (error) {
        log.error({ err: error }, 'the embedded redis-server does not start again');
      }
    }
  };

  const atExit = (): void => void child?.kill('SIGTERM');
  process.once('exit', atExit);
  const cleanUp = async (): Promise<void> => {
    stopping = true;
    process.off('exit', atExit);
    await socket.close();
  };
  try {
    await begin();
  } catch (error) {
    await cleanUp();
    throw error;
  }

  return {
    url: `unix:${socket.path}`,
    get pid() {
      return child?.pid;
    },
    async stop() {
      await cleanUp();
      if (child) await ended(child);
    },
  };
}

class Ended extends Error {
  constructor(code: number | null, signal: string | null) {
    super(signal ?? `status ${code}`);
  }
}

function startFailure(error: Error): Error {
  return errorCode(error) === 'ENOENT'
    ? problemError('redis-server-missing', { cause: error })
    : problemError('redis-server-failed', {
        with: { what: `cannot be run: ${errorCode(error)}` },
        cause: error,
      });
}

/** Resolves when Redis answers a PING; while it still loads its file it answers LOADING. */
async function answers(socketPath: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const redis = new Redis({ path: socketPath, lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => {});
    try {
      await redis.connect();
      if ((await redis.ping()) === 'PONG') return;
    } catch {
      await delay(20);
    } finally {
      redis.disconnect();
    }
  }
  throw problemError('redis-server-failed', { with: { what: `does not answer after ${START_MS / 1000} s` } });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exit;
  clearTimeout(impatient);
}

async function lastLogLine(directory: string): Promise<string> {
  const text = await readFile(path.join(directory, 'redis.log'), 'utf8').catch(() => '');
  return text.trim().split('\n').at(-1) ?? '';
}
