/** Where a connection is cut, byte by byte: whatever the server may have is never called "certainly not gone" (law 3). */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { openSender } from '../../connectors/email-send/sender.js';
import type { MailContext, Sender } from '../../src/contract/connector-type.js';
import { asProblem } from '../../src/contract/problem.js';
import { silentLog } from '../../src/telemetry/log.js';
import { LIFTED } from './send-world.js';

const user = 'alice@sandbox.example';
const END = '\r\n.\r\n';

let server: Server | undefined;
let sender: Sender | undefined;
const sockets = new Set<Socket>();
afterEach(async () => {
  sender?.close();
  for (const socket of sockets) socket.destroy();
  server?.close();
  if (server?.listening) await once(server, 'close');
});

/** When the server cuts: before it asks for the content, or once it has so many bytes of it. */
type Cut = 'at DATA' | number;

/** A server that cuts, and what it had of the content when it did. */
async function cuttingServer(cut: Cut) {
  const had = { content: '' };
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let inContent = false;
    socket.on('data', (chunk) => {
      if (inContent) {
        had.content += chunk.toString('latin1');
        if (typeof cut === 'number' && had.content.length >= cut) socket.resetAndDestroy();
        return;
      }
      const line = chunk.toString('latin1');
      if (/^EHLO/.test(line)) socket.write('250-here\r\n250-AUTH XOAUTH2\r\n250 SIZE 40000000\r\n');
      else if (/^AUTH/.test(line)) socket.write('235 welcome\r\n');
      else if (/^DATA/.test(line)) {
        if (cut === 'at DATA') return void socket.resetAndDestroy();
        inContent = true;
        socket.write('354 go on\r\n', () => {
          if (cut === 0) socket.resetAndDestroy();
        });
      } else socket.write('250 fine\r\n');
    });
    socket.write('220 here\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, had };
}

const contextFor = (port: number): MailContext => ({
  connection: 'con' as MailContext['connection'],
  connector: 'ctr' as MailContext['connector'],
  user,
  authenticatedUser: user,
  imap: undefined,
  smtp: { host: '127.0.0.1', port, tlsType: 'None' },
  limits: LIFTED,
  credentials: async () => ({ kind: 'xoauth2', user, accessToken: 'token', version: 1 }),
  resolve: async (host) => host,
  log: silentLog,
  signal: new AbortController().signal,
});

const SIZES = [100, 20_000, 60_000, 64 * 1024, 64 * 1024 + 1, 20_000_000];
/** In parts of the whole; beyond 1 lies what follows the content. */
const CUTS: Cut[] = ['at DATA', 0, 0.001, 0.5, 0.999, 1];
const cases = SIZES.flatMap((size) => CUTS.map((cut) => ({ size, cut })));

it.each(cases)(
  'of $size bytes, cut at $cut: unknown wherever the server may have all of it',
  async ({ size, cut }) => {
    const line = 'a line of a message that is long enough to be one\r\n';
    const content = Buffer.from(
      `${'Subject: x\r\n\r\n'}${line.repeat(Math.ceil(size / line.length))}`,
    ).subarray(0, size);
    const at = typeof cut === 'number' ? Math.floor(cut * (size + END.length)) : cut;
    const { port, had } = await cuttingServer(at);
    sender = await openSender(contextFor(port));
    const envelope = { from: user, to: ['bob@sandbox.example'] };
    const problem = await sender.send({ envelope, content }).then(
      () => undefined,
      (error: unknown) => asProblem(error),
    );
    const isWhole = had.content.endsWith('.\r\n') && had.content.length >= size;
    if (isWhole) expect(problem?.code).toBe('outcome-unknown');
    // What was never asked for has certainly not gone, nor has most of a large one.
    if (cut === 'at DATA' || (cut === 0.001 && size > 1_000_000))
      expect(problem?.code).toBe('smtp-unavailable');
    expect(['outcome-unknown', 'smtp-unavailable']).toContain(problem?.code);
    expect(sender.usable).toBe(false);
  },
);
