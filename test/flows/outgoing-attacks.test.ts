/** Server-side request forgery: whatever a host is called, wherever it is named, nothing connects to metadata and link-local addresses, nor to private ones where they are not allowed. */
import type { LookupAddress } from 'node:dns';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { problemIn } from '../../src/contract/problem.js';
import { createOutgoing, type Outgoing } from '../../src/outgoing/outgoing.js';
import { PLACES, type Place } from './outgoing-places.js';

/** 169.254.169.254, as many ways as there are to write it, and its like of other clouds. */
const METADATA = [
  '169.254.169.254',
  '2852039166',
  '0xA9FEA9FE',
  '0251.0376.0251.0376',
  '0xa9.0xfe.0xa9.0xfe',
  '169.254.43518',
  '169.16689662',
  '①⑥⑨.②⑤④.①⑥⑨.②⑤④',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[0:0:0:0:0:ffff:a9fe:a9fe]',
  '[64:ff9b::169.254.169.254]',
  '[2002:a9fe:a9fe::1]',
  '[::169.254.169.254]',
  '[fd00:ec2::254]',
  '[fd00:0ec2:0:0:0:0:0:0254]',
  '[fd20:ce::254]',
  '100.100.100.200',
  '168.63.129.16',
  '169.254.0.1',
  '[fe80::1]',
  '0.0.0.0',
  '[::]',
];

/** Allowed with the setting alone. */
const PRIVATE = [
  '127.0.0.1',
  '2130706433',
  '0x7f.1',
  'localhost',
  '10.0.0.1',
  '192.168.1.1',
  '[::1]',
  '[fd12::1]',
];

const METADATA_NAMES: Record<string, LookupAddress[]> = {
  'metadata.google.internal': [{ address: '169.254.169.254', family: 4 }],
  'six.metadata.example': [{ address: 'fd00:ec2::254', family: 6 }],
  'link-local.example': [{ address: 'fe80::a', family: 6 }],
  'mapped.example': [{ address: '::ffff:169.254.169.254', family: 6 }],
  'both.example': [
    { address: '169.254.169.254', family: 4 },
    { address: 'fd00:ec2::254', family: 6 },
  ],
};

/** As a URL has it normalised; a resolver would look for such a name. */
const METADATA_IN_URLS = [...METADATA, '169.254.169.254.'];

/** Stands for what must not be reached; and a server that sends on to it. */
let canary: TcpServer;
let reached = 0;
let server: Server;
let answer: RequestListener;
const opened: Outgoing[] = [];
const portOf = (of: Server | TcpServer): number => (of.address() as AddressInfo).port;
beforeAll(async () => {
  canary = createTcpServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  server = createServer((request, response) => answer(request, response));
  for (const each of [canary, server])
    await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  reached = 0;
});
afterEach(async () => void (await Promise.all(opened.splice(0).map((each) => each.close()))));
afterAll(async () => {
  server.closeAllConnections();
  for (const each of [canary, server]) await new Promise((resolve) => each.close(resolve));
});

function outgoing(options: Parameters<typeof createOutgoing>[0]): Outgoing {
  const made = createOutgoing(options);
  opened.push(made);
  return made;
}

/** What came of it: the code of the problem, with the address rule's own before what was made of it. */
async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'reached';
  } catch (error) {
    const { problem } = problemIn(error) ?? {};
    const inner = error instanceof Error ? problemIn(error.cause)?.problem.code : undefined;
    return inner ?? problem?.code ?? String(error);
  }
}

const whereOf = (place: Place, host: string, port = portOf(canary)): string =>
  place.takes === 'url' ? `https://${host}:${port}` : host;

describe.each(PLACES)('$name', (place) => {
  it.each([true, false])(
    'does not lead to metadata or link-local addresses, with private networks allowed: %o',
    async (allowPrivateNetworks) => {
      const system = outgoing({ allowPrivateNetworks });
      for (const host of place.takes === 'url' ? METADATA_IN_URLS : METADATA)
        expect([host, await codeOf(place.reach(system, whereOf(place, host)))]).toEqual([
          host,
          'address-refused',
        ]);
      const named = outgoing({ allowPrivateNetworks, lookup: async (host) => METADATA_NAMES[host] ?? [] });
      for (const host of Object.keys(METADATA_NAMES))
        expect([host, await codeOf(place.reach(named, whereOf(place, host)))]).toEqual([
          host,
          'address-refused',
        ]);
    },
  );

  it('does not lead to private networks and loopback where they are not allowed', async () => {
    const system = outgoing({ allowPrivateNetworks: false });
    for (const host of PRIVATE)
      expect([host, await codeOf(place.reach(system, whereOf(place, host)))]).toEqual([
        host,
        'address-refused',
      ]);
    expect(reached).toBe(0);
  });

  it('does not lead to another address when its name changes after it was looked at', async () => {
    const answers = ['8.8.8.8', '127.0.0.1', '127.0.0.1'];
    let asked = 0;
    const rebinding = outgoing({
      allowPrivateNetworks: false,
      lookup: async () => [{ address: answers[asked++] ?? '127.0.0.1', family: 4 }],
    });
    // As a check ahead of the connection would have found it.
    expect(await rebinding.resolve('rebinding.example')).toBe('8.8.8.8');
    expect(await codeOf(place.reach(rebinding, whereOf(place, 'rebinding.example')))).toBe('address-refused');
    expect([asked, reached]).toEqual([2, 0]);
  });

  it('goes to the one of several addresses that is allowed, looked up once', async () => {
    for (const addresses of [
      ['169.254.169.254', '127.0.0.1'],
      ['127.0.0.1', '169.254.169.254'],
    ]) {
      let asked = 0;
      reached = 0;
      const mixed = outgoing({
        allowPrivateNetworks: true,
        lookup: async () => {
          asked += 1;
          return addresses.map((address) => ({ address, family: 4 }));
        },
      });
      await expect(place.reach(mixed, whereOf(place, 'mixed.example'))).rejects.toThrow();
      // IMAP and SMTP go to ports of their own on loopback, where nobody listens; they get the address alone.
      if (place.takes === 'url') expect(reached).toBe(1);
      expect(asked).toBe(1);
    }
  });
});

describe.each(PLACES.filter(({ takes }) => takes === 'url'))('$name', (place) => {
  it.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async (status) => {
    const asked: string[] = [];
    for (const location of [
      `http://127.0.0.1:${portOf(canary)}/`,
      'http://169.254.169.254/latest/meta-data/',
      '/elsewhere',
    ]) {
      answer = (request, response) => {
        asked.push(request.url ?? '');
        response.writeHead(status, { location }).end();
      };
      const local = outgoing({ allowPrivateNetworks: true });
      const where = `http://127.0.0.1:${portOf(server)}`;
      expect(await codeOf(place.reach(local, where))).not.toBe('reached');
    }
    expect(reached).toBe(0);
    // Userinfo is not even asked over plain http where the token endpoint has https.
    expect(asked.length).toBe(place.name.startsWith('the userinfo') ? 0 : 3);
    expect(new Set(asked).size).toBeLessThanOrEqual(1);
    expect(asked).not.toContain('/elsewhere');
  });
});
