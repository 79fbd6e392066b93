/** A process that confirms every POST at once and counts them. */
import { createServer } from 'node:http';
import { serve } from './rpc.js';

let received = 0;
let reached: (() => void) | undefined;
let goal = Number.POSITIVE_INFINITY;

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    received += 1;
    response.writeHead(204).end();
    if (received >= goal) reached?.();
  });
});
server.keepAliveTimeout = 60_000;
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

serve(
  {
    port: () => (server.address() as { port: number }).port,
    reset: () => {
      received = 0;
    },
    count: () => received,
    /** Answers when so many have come in. */
    until: (wanted: number) =>
      new Promise<void>((resolve) => {
        goal = wanted;
        reached = resolve;
        if (received >= goal) resolve();
      }),
  },
  async () => void server.close(),
);
