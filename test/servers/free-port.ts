/** A port that nobody listens on, for servers that must know their port before they start. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the range that outgoing connections take their ports from (Linux: 32768 to 60999): none of them gets in between. */
const [FIRST, LAST] = [20_000, 32_000];

/** @returns a free port of 127.0.0.1 */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(randomInt(FIRST, LAST), '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (address !== null && typeof address === 'object') return address.port;
  }
}
