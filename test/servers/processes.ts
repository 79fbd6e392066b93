/** Which processes are at work in a directory, so that a test sees what was left running; read from /proc. */
import { readdir, readFile, readlink } from 'node:fs/promises';

/** @returns `<pid> <name>` of each process whose working directory is the directory or lies in it; a zombie has none */
export async function processesIn(directory: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        const workingDirectory = await readlink(`/proc/${pid}/cwd`);
        const inside = workingDirectory === directory || workingDirectory.startsWith(`${directory}/`);
        return inside ? [`${pid} ${(await readFile(`/proc/${pid}/comm`, 'utf8')).trim()}`] : [];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}

/** Whether a process is there, zombies apart. */
export async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return status !== '' && !/^State:\tZ/m.test(status);
}
