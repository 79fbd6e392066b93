/** Unix sockets in directories whose path may be longer than a socket address holds (sun_path, 108 bytes on Linux, 104 elsewhere). */
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { problemError } from '../contract/problem.js';

const MOST_PATH_BYTES = 100;
const ANSWER_MS = 1_000;

export interface SocketPath {
  /** Good in this process, until close(). */
  readonly path: string;
  close(): Promise<void>;
}

/**
 * A path for a socket that fits: absolute, else relative to the working directory, else (Linux) through a descriptor of the directory.
 * @throws ProblemError `data-directory-unusable`
 */
export async function shortSocketPath(directory: string, name: string): Promise<SocketPath> {
  const absolute = path.join(directory, name);
  for (const candidate of [absolute, path.relative(process.cwd(), absolute)]) {
    if (Buffer.byteLength(candidate) <= MOST_PATH_BYTES) return { path: candidate, close: async () => {} };
  }
  if (process.platform !== 'linux') {
    throw problemError('data-directory-unusable', {
      with: { directory, what: 'its path is too long for a Unix socket' },
    });
  }
  const handle = await open(directory, 'r');
  return { path: `/proc/${process.pid}/fd/${handle.fd}/${name}`, close: () => handle.close() };
}

/**
 * What a listener says when it is connected to.
 * @returns its words, `''` when it says nothing in a second, `undefined` when nobody listens
 */
export function askSocket(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(address);
    let words = '';
    let connected = false;
    const done = (): void => {
      socket.destroy();
      resolve(connected ? words : undefined);
    };
    socket.setTimeout(ANSWER_MS, done);
    socket.setEncoding('utf8');
    socket.once('connect', () => {
      connected = true;
    });
    socket.on('data', (text: string) => {
      words += text;
    });
    socket.once('error', done);
    socket.once('end', done);
  });
}
