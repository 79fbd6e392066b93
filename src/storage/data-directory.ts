/**
 * The data directory: what lies where, the lock that gives it to one service, and secrets generated into it.
 *
 * The lock is a listening Unix socket in the directory, so the kernel frees it however its holder ends (a lock file would
 * survive kill -9, and a pid in it means nothing in another container). A second, abstract socket named for the
 * directory's inode makes the take-over of a dead holder's socket atomic on Linux.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { problemError } from '../contract/problem.js';
import { errorCode, unlessMissing } from './file-system.js';
import { askSocket, shortSocketPath } from './unix-socket.js';

export interface DataDirectory {
  /** absolute */
  readonly path: string;
  readonly spool: string;
  readonly redis: string;
}

/**
 * Makes the data directory where it is missing.
 * @throws ProblemError `data-directory-unusable`
 */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const absolute = path.resolve(directory);
  try {
    await fs.mkdir(absolute, { recursive: true, mode: 0o700 });
    await fs.access(absolute, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    const what = errorCode(error) ?? 'not a directory';
    throw problemError('data-directory-unusable', { with: { directory: absolute, what }, cause: error });
  }
  return { path: absolute, spool: path.join(absolute, 'spool'), redis: path.join(absolute, 'redis') };
}

export interface DataDirectoryLock {
  release(): Promise<void>;
}

/**
 * Takes the directory for this process; needed only with the embedded Redis.
 * @throws ProblemError `data-directory-in-use`, naming the holder
 */
export async function lockDataDirectory(directory: DataDirectory): Promise<DataDirectoryLock> {
  const socket = await shortSocketPath(directory.path, 'service.lock');
  const refused = (holder: string | undefined, cause?: unknown) =>
    problemError('data-directory-in-use', {
      with: { directory: directory.path, holder: holder ?? 'a process that does not answer' },
      cause,
    });

  const servers: Server[] = [];
  const release = async (): Promise<void> => {
    await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
    await socket.close();
  };
  try {
    if (process.platform === 'linux') {
      const { dev, ino } = await fs.stat(directory.path);
      servers.push(await listening(`\0mailgrant-${dev}-${ino}`));
    }
    const holder = await askSocket(socket.path);
    if (holder !== undefined) throw refused(holder);
    await unlessMissing(fs.unlink(socket.path));
    servers.push(await listening(socket.path));
  } catch (error) {
    const holder = errorCode(error) === 'EADDRINUSE' ? await askSocket(socket.path) : undefined;
    await release();
    throw errorCode(error) === 'EADDRINUSE' ? refused(holder, error) : error;
  }
  return { release };
}

/** A server that tells who it is and keeps nothing alive. */
function listening(address: string): Promise<Server> {
  const server = createServer((connection) => {
    connection.on('error', () => {});
    connection.end(`process ${process.pid}`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => resolve(server.unref()));
  });
}

/**
 * A secret kept in the data directory, made on first use: random bytes in base64, file mode 0600, durable before it is used.
 * @param name file name, such as `encryption-key`
 * @returns the file's text, and whether it was made just now
 * @throws ProblemError `data-directory-unusable`
 */
export async function generatedSecret(
  directory: DataDirectory,
  name: string,
  options: { bytes: number },
): Promise<{ text: string; generated: boolean }> {
  const file = path.join(directory.path, name);
  try {
    const existing = await unlessMissing(fs.readFile(file, 'utf8'));
    if (existing !== undefined) return { text: existing.trim(), generated: false };
    const generated = await linkNew(file, randomBytes(options.bytes).toString('base64'));
    return { text: (await fs.readFile(file, 'utf8')).trim(), generated };
  } catch (error) {
    const what = `${name}: ${errorCode(error) ?? 'unknown failure'}`;
    throw problemError('data-directory-unusable', {
      with: { directory: directory.path, what },
      cause: error,
    });
  }
}

/** Writes a file that is whole or absent at every moment. @returns false when another process was first */
async function linkNew(file: string, text: string): Promise<boolean> {
  const temporary = `${file}.${randomUUID()}`;
  const handle = await fs.open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(`${text}\n`);
    await handle.sync();
    await fs.link(temporary, file);
    const folder = await fs.open(path.dirname(file), 'r');
    await folder.sync().finally(() => folder.close());
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await handle.close();
    await fs.unlink(temporary);
  }
}
