/** A TLS front before a token endpoint, to fail where the endpoint itself cannot: at accept, in the handshake, before the request was read. */
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import type { Certificate } from './certificate-authority.js';

/** What happens to connections from now on. */
export type FrontFault =
  | { kind: 'reset-at-accept' }
  | { kind: 'reset-before-request' }
  | { kind: 'certificate'; certificate: Certificate };

export interface TokenFront {
  port: number;
  /** Connections that met a fault, since the start. */
  failed(): number;
  /** @returns a function that mends it */
  break(fault: FrontFault): () => void;
  close(): Promise<void>;
}

/** @param options `certificate` that holds; `to`: loopback port of the endpoint, plain http */
export async function startTokenFront(options: {
  certificate: Certificate;
  to: number;
}): Promise<TokenFront> {
  let fault: FrontFault | undefined;
  let failed = 0;
  const server = createServer(options.certificate, (client) => {
    if (fault?.kind === 'reset-before-request') return void client.destroy();
    const behind = connect(options.to, '127.0.0.1');
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.prependListener('connection', (socket) => {
    if (fault) failed += 1;
    if (fault?.kind === 'reset-at-accept') socket.resetAndDestroy();
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    failed: () => failed,
    break(next) {
      fault = next;
      if (next.kind === 'certificate') server.setSecureContext(next.certificate);
      return () => {
        fault = undefined;
        server.setSecureContext(options.certificate);
      };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}
