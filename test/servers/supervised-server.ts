/**
 * Starts a server for a test under a small supervisor shell. The supervisor holds the read end of a pipe from this
 * process: when the pipe closes, because the test stopped the server or because the test process was killed (SIGKILL
 * too), it ends the server, waits for it, and removes its directory.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';

// $1: directory, removed at the end; the rest: the command. TERM first, KILL to its process group after five seconds.
const SUPERVISOR = `
directory=$1; shift
exec 3<&0
"$@" </dev/null >>"$directory/output.log" 2>&1 3<&- &
server=$!
( read _ <&3
  kill -TERM $server
  for _ in $(seq 50); do kill -0 $server 2>/dev/null || exit 0; sleep 0.1; done
  kill -KILL -$server $server ) 2>/dev/null &
watcher=$!
exec 3<&-
wait $server
kill $watcher 2>/dev/null
rm -rf "$directory"
`;

export interface SupervisedServer {
  /** Ends the server and waits until it and its directory are gone. */
  stop(): Promise<void>;
}

/**
 * @param command program and arguments; it must stay in the foreground
 * @param options `directory`: its private directory; `ports`: of loopback, awaited before this resolves
 * @throws Error with the end of the server's output when it ends or does not listen within 20 seconds
 */
export async function startSupervised(
  command: readonly string[],
  options: { directory: string; ports: readonly number[] },
): Promise<SupervisedServer> {
  const shell = ['/bin/sh', '-c', SUPERVISOR, 'supervisor', options.directory, ...command];
  const [program, ...args] = process.getuid?.() === 0 ? shell : ['sudo', '-n', ...shell];
  if (program === undefined) throw new Error('no command');
  const supervisor = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // `error`: there is no sudo. The readiness check below then says that it ended.
  const ended = new Promise<void>((resolve) => {
    supervisor.once('exit', () => resolve());
    supervisor.once('error', () => resolve());
  });
  supervisor.stdin.on('error', () => undefined);
  const stop = async (): Promise<void> => {
    supervisor.stdin.end();
    await ended;
  };
  try {
    await listening(supervisor, options);
  } catch (error) {
    const log = await logTail(options.directory);
    await stop();
    throw new Error(`${command.join(' ')} did not start: ${String(error)}\n${log}`);
  }
  return { stop };
}

async function listening(
  supervisor: ChildProcess,
  { ports }: { ports: readonly number[] },
  deadline = Date.now() + 20_000,
): Promise<void> {
  for (const port of ports) {
    while (!(await answers(port))) {
      if (supervisor.exitCode !== null || supervisor.pid === undefined) {
        throw new Error('it ended; it needs root, or sudo without a password');
      }
      if (Date.now() > deadline) throw new Error(`nothing listens on port ${port}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

async function logTail(directory: string): Promise<string> {
  const logs = ['output.log', 'server.log'].map((name) =>
    readFile(path.join(directory, name), 'utf8').catch(() => ''),
  );
  return (await Promise.all(logs)).join('').slice(-4_000);
}
