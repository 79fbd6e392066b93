/** A server on loopback that says what a test wants, and nothing else: any greeting, any answer to a line, clear or over TLS. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface Script {
  /** Sent at once, with its line end; absent: silence. */
  greeting?: string;
  /** What a line is answered with; `undefined` for nothing, `null` to hang up. */
  answer?: (line: string) => string | null | undefined;
  /** TLS from the first byte. */
  tls?: TlsOptions;
}

export interface ScriptedServer {
  port: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Lines that clients sent. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

export async function startScriptedServer({ greeting, answer, tls }: Script): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  const lines: string[] = [];
  const serve = (socket: Socket): void => {
    let received = '';
    if (greeting !== undefined) socket.write(`${greeting}\r\n`);
    socket.on('data', (chunk: Buffer) => {
      const parts = (received + chunk.toString('latin1')).split('\r\n');
      received = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        const reply = answer?.(line);
        if (reply === null) socket.destroy();
        else if (reply !== undefined) socket.write(`${reply}\r\n`);
      }
    });
  };
  const server = tls ? createTlsServer(tls, serve) : createServer(serve);
  server.on('tlsClientError', () => undefined);
  // Counted below TLS, so that a handshake which fails counts as well.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return sockets.size;
    },
    lines,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
