/** A part of the service as a process of its own, which a test starts with a plan and kills. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** @param file beside this one; it finds its plan in WORLD_PLAN */
export const startWorldProcess = (file: string, plan: object): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', path.join(import.meta.dirname, file)], {
    env: { ...process.env, WORLD_PLAN: JSON.stringify(plan) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** One that the test exchanges messages with. @param file beside this one; it finds its plan in PROCESS_PLAN */
export const forkProcess = (file: string, plan: object): ChildProcess =>
  fork(path.join(import.meta.dirname, file), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, PROCESS_PLAN: JSON.stringify(plan) },
  });

/** @returns once it has ended, which it may have before */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
