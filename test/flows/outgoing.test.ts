import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createOutgoing, type Outgoing } from '../../src/outgoing/outgoing.js';

let server: Server;
let port: number;
let answer: RequestListener;
let connections = 0;
const opened: Outgoing[] = [];
beforeEach(async () => {
  connections = 0;
  answer = (_request, response) => response.end('ok');
  server = createServer((request, response) => answer(request, response));
  server.on('connection', () => {
    connections++;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
const outgoing = (options: Parameters<typeof createOutgoing>[0]): Outgoing => {
  const made = createOutgoing(options);
  opened.push(made);
  return made;
};

it('fetches over kept connections', async () => {
  const { fetch } = outgoing({ allowPrivateNetworks: true });
  for (let i = 0; i < 20; i++) expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe('ok');
  // A second one opens when a request comes before undici has put the first connection back.
  expect(connections).toBeLessThanOrEqual(2);
});

it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '0177.0.0.1'])(
  'refuses loopback as %s where private networks are not allowed, before a connection is made',
  async (host) => {
    const { fetch } = outgoing({ allowPrivateNetworks: false });
    await expect(fetch(`http://${host}:${port}/`)).rejects.toMatchObject({
      problem: { code: 'address-refused' },
    });
    expect(connections).toBe(0);
  },
);

it.each(['169.254.169.254', '0.0.0.0', '[::]', '[fd00:ec2::254]', '[fe80::1]', '100.100.100.200'])(
  'refuses %s even where private networks are allowed',
  async (host) => {
    const { fetch } = outgoing({ allowPrivateNetworks: true });
    await expect(fetch(`http://${host}:${port}/`)).rejects.toMatchObject({
      problem: { code: 'address-refused' },
    });
    expect(connections).toBe(0);
  },
);

it('connects to the address that it judged, whatever the name says a moment later', async () => {
  const answers = ['8.8.8.8', '127.0.0.1'];
  const { resolve, fetch } = outgoing({
    allowPrivateNetworks: false,
    lookup: async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }],
  });
  expect(await resolve('rebinding.example.com')).toBe('8.8.8.8');
  await expect(fetch(`http://rebinding.example.com:${port}/`)).rejects.toMatchObject({
    problem: { code: 'address-refused' },
  });
  expect(connections).toBe(0);
});

it('returns a redirect instead of following it', async () => {
  answer = (request, response) => {
    if (request.url === '/') response.writeHead(302, { location: '/elsewhere' }).end();
    else response.end('followed');
  };
  const response = await outgoing({ allowPrivateNetworks: true }).fetch(`http://127.0.0.1:${port}/`);
  expect(response.status).toBe(302);
});

it('ends at its deadline, also in the middle of a body, and when its caller aborts', async () => {
  const { fetch } = outgoing({ allowPrivateNetworks: true });
  answer = () => {};
  await expect(fetch(`http://127.0.0.1:${port}/`, { deadlineMs: 50 })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  answer = (_request, response) => response.write('half');
  await expect(fetch(`http://127.0.0.1:${port}/`, { deadlineMs: 200 })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  const caller = new AbortController();
  const asked = vi.fn();
  answer = () => {
    asked();
    caller.abort();
  };
  await expect(fetch(`http://127.0.0.1:${port}/`, { signal: caller.signal })).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(asked).toHaveBeenCalledOnce();
});

it('ends at its deadline and with its caller while it still waits for a resolver that is silent', async () => {
  const { fetch } = outgoing({ allowPrivateNetworks: true, lookup: () => new Promise(() => {}) });
  const startedAt = performance.now();
  await expect(fetch('http://silent.example/', { deadlineMs: 100 })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  await expect(fetch('http://silent.example/', { signal: AbortSignal.timeout(100) })).rejects.toThrow();
  // Well below what connecting may take.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

it('does not read an answer without end', async () => {
  answer = (_request, response) => {
    const chunk = Buffer.alloc(1_000_000);
    const write = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', write);
    write();
  };
  const { fetch } = outgoing({ allowPrivateNetworks: true });
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('max size');
});

it('takes of a body as much as is enough where the status alone counts, however it comes', async () => {
  const { fetch } = outgoing({ allowPrivateNetworks: true });
  const asked = () => fetch(`http://127.0.0.1:${port}/`, { mostBytes: 1_000, deadlineMs: 300 });
  const bodies: RequestListener[] = [
    (_request, response) => response.end('short'),
    (_request, response) => response.write('dripping'),
    (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('broken off', () => response.destroy());
    },
    (_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write('endless '.repeat(10_000)));
      };
      response.on('drain', write);
      write();
    },
  ];
  const texts: string[] = [];
  for (const body of bodies) {
    answer = body;
    const response = await asked();
    expect(response.status).toBe(200);
    texts.push(await response.text());
  }
  expect(texts.slice(0, 3)).toEqual(['short', 'dripping', 'broken off']);
  expect(texts[3]).toHaveLength(1_000);
  const caller = AbortSignal.timeout(100);
  answer = (_request, response) => response.write('dripping');
  const left = fetch(`http://127.0.0.1:${port}/`, { mostBytes: 1_000, signal: caller });
  await expect(left).rejects.toMatchObject({ name: 'TimeoutError' });
});
