/** A socket that is read by lines and can turn to TLS: just enough to see how a mail server begins a conversation. */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

/** Of a whole conversation: no greeting and no list of capabilities is as long; whoever sends more is no mail server. */
const MOST_BYTES = 64 * 1024;

export interface LineSocket {
  /** The next line, without its end. @throws Error when the connection ends first */
  readLine(): Promise<string>;
  writeLine(line: string): void;
  /**
   * Turns to TLS. A certificate at fault ends nothing here: whoever asks reads it, says what is wrong, and closes.
   * @param host what the certificate must hold
   * @throws Error of the handshake, with its code
   */
  startTls(host: string): Promise<TLSSocket>;
  close(): void;
}

/**
 * Connects.
 * @param signal closes it, whenever it aborts
 * @throws Error of the socket (ECONNREFUSED, ETIMEDOUT, …)
 */
export function openLineSocket(
  { address, port }: { address: string; port: number },
  signal: AbortSignal,
): Promise<LineSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const lines = lineSocketOn(socket);
    signal.addEventListener('abort', lines.close);
    socket.once('close', () => signal.removeEventListener('abort', lines.close));
    if (signal.aborted) lines.close();
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
    socket.once('connect', () => resolve(lines));
  });
}

function lineSocketOn(plain: Socket): LineSocket {
  let socket: Socket = plain;
  let received = '';
  let bytes = 0;
  let ended: Error | undefined;
  let waiting: (() => void) | undefined;

  const onData = (chunk: Buffer): void => {
    received += chunk.toString('latin1');
    bytes += chunk.length;
    if (bytes > MOST_BYTES) socket.destroy(new Error('it sent more than any mail server does'));
    waiting?.();
  };
  const onEnd = (error?: Error | boolean): void => {
    ended ??= error instanceof Error ? error : new Error('the connection was closed');
    waiting?.();
  };
  const listen = (): void => {
    socket.on('data', onData);
    socket.on('error', onEnd);
    socket.on('close', onEnd);
    socket.on('end', onEnd);
  };
  listen();

  return {
    async readLine() {
      for (;;) {
        const end = received.indexOf('\n');
        if (end !== -1) {
          const line = received.slice(0, end).replace(/\r$/, '');
          received = received.slice(end + 1);
          return line;
        }
        if (ended) throw ended;
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
        waiting = undefined;
      }
    },
    writeLine: (line) => void socket.write(`${line}\r\n`),
    startTls(host) {
      // What came before the handshake would pass for protected afterwards (RFC 9051 §11.1, RFC 3207 §6).
      if (received !== '') return Promise.reject(new Error('it sent more than it should before TLS'));
      plain.off('data', onData);
      return new Promise((resolve, reject) => {
        const secure = connectTls({
          socket: plain,
          host,
          ...(isIP(host) === 0 && { servername: host }),
          minVersion: 'TLSv1.2',
          // To read the certificate that is at fault; nothing secret is ever sent here.
          rejectUnauthorized: false,
        });
        socket = secure;
        // Heard for as long as it lives: an error event that nobody hears ends the process.
        secure.on('error', reject);
        plain.once('close', () => reject(ended ?? new Error('the connection was closed')));
        secure.once('secureConnect', () => {
          listen();
          resolve(secure);
        });
      });
    },
    // TLS alone, which takes the socket beneath along: destroyed the other way round, Node crashes (20.20).
    close: () => void socket.destroy(),
  };
}
