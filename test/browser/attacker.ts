/** A server that a hostile message wants to reach, and one that shows such a message to a browser without any protection. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Attacker {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Paths that were asked for, and a line for each connection, which alone tells that somebody looks. */
  heard(): string[];
  close(): Promise<void>;
}

async function listening(server: Server): Promise<{ origin: string; close(): Promise<void> }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Answers whatever is asked with an empty page. */
export async function startAttacker(): Promise<Attacker> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' }).end();
  });
  server.on('connection', () => heard.push('a connection'));
  return { ...(await listening(server)), heard: () => heard };
}

/** A plain page: no policy, no frame. @param html of the whole document */
export async function startUnprotected(html: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url !== '/') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  });
  const { origin, close } = await listening(server);
  return { url: `${origin}/`, close };
}
