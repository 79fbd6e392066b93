/** A TCP server on loopback whose close leaves no connection behind; plain, or TLS from the first byte. */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export interface Listener {
  port: number;
  close(): Promise<void>;
}

export interface ListenOptions {
  /** 0 for any that is free. */
  port: number;
  /** PEM. */
  tls?: { key: string; cert: string };
}

/**
 * @param serve called with each connection
 * @throws the socket's error when the port is taken
 */
export async function listen(options: ListenOptions, serve: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    serve(socket);
  };
  const server: Server = options.tls ? createTlsServer(options.tls, accept) : createServer(accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
