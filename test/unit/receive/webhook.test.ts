import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/contract/clock.js';
import type { ConnectorId, MessageId } from '../../../src/contract/ids.js';
import type { InboundMessage } from '../../../src/contract/message.js';
import { createWebhook } from '../../../src/receive/destinations/webhook.js';

let server: Server;
let agent: Agent;
let answer: (response: ServerResponse) => void;
beforeEach(async () => {
  agent = new Agent();
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await agent.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const message: InboundMessage = {
  id: 'msg_x' as MessageId,
  connector: 'ctr_x' as ConnectorId,
  mailbox: 'INBOX',
  uidValidity: '1',
  uid: 1,
  source: Buffer.from('Subject: x\r\n\r\n'),
  size: 14,
  parsed: {
    messageId: null,
    from: [],
    to: [],
    cc: [],
    subject: '',
    date: null,
    text: null,
    html: null,
    headers: [],
    attachments: [],
  },
};
const deliver = (deadlineMs = 300): Promise<void> =>
  createWebhook({
    webhook: {
      type: 'webhook',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      secret: '',
      format: 'json',
    },
    settings: { maxInlineBytes: 1_000_000, downloadType: 'message' },
    dispatcher: agent,
    clock: systemClock,
    deadlineMs,
  }).deliver(message, new AbortController().signal);
const drip = (response: ServerResponse): void => {
  response.write('x');
  const timer = setInterval(() => response.write('x'), 50);
  response.on('close', () => clearInterval(timer));
};

it('takes a 2xx for a confirmation although its body never ends', async () => {
  answer = (response) => drip(response.writeHead(200));
  await deliver();
});

it('takes a 2xx for a confirmation although the connection breaks after it', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half');
    setImmediate(() => response.destroy());
  };
  await deliver();
});

it('reads of a refusal no more than it keeps, however large it is, and waits for no drip', async () => {
  let written = 0;
  answer = (response) => {
    response.writeHead(500);
    const pour = (): void => {
      while (!response.destroyed && written < 64e6 && response.write(Buffer.alloc(65_536, 'a')))
        written += 65_536;
    };
    response.on('drain', pour);
    pour();
  };
  await expect(deliver(5_000)).rejects.toMatchObject({ problem: { code: 'webhook-refused' } });
  expect(written).toBeLessThan(16e6);
  answer = (response) => drip(response.writeHead(422));
  await expect(deliver()).rejects.toMatchObject({
    problem: { code: 'webhook-refused', serverWords: expect.stringMatching(/^x+$/) },
  });
});

it('keeps the connection for the next message where the answer was read to its end', async () => {
  const sockets = new Set<unknown>();
  answer = (response) => {
    sockets.add(response.socket);
    response.end('thank you');
  };
  for (let i = 0; i < 6; i++) await deliver();
  expect(sockets.size).toBeLessThan(3);
});
