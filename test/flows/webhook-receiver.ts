/** A webhook that keeps what it was sent and answers as it is told. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  id: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Confirmed with a 2xx. */
  confirmed: boolean;
}

export interface WebhookReceiver {
  url: string;
  /** In order of arrival. */
  received: Received[];
  /** Subjects of confirmed JSON deliveries. */
  subjects(): string[];
  /** Answers a delivery; 200 by default. `undefined`: never answers. */
  answer: (delivery: Received) => number | undefined;
  /** Told before the answer goes out. */
  onConfirmed: (delivery: Received) => void;
  close(): Promise<void>;
}

export async function startWebhook(): Promise<WebhookReceiver> {
  const hanging = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const delivery: Received = {
        id: String(request.headers['webhook-id']),
        headers: request.headers,
        body,
        confirmed: false,
      };
      const status = receiver.answer(delivery);
      delivery.confirmed = status !== undefined && status >= 200 && status < 300;
      receiver.received.push(delivery);
      if (status === undefined) return hanging.add(response);
      if (delivery.confirmed) receiver.onConfirmed(delivery);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received: [],
    subjects: () =>
      receiver.received
        .filter(({ confirmed }) => confirmed)
        .map(({ body }) => (JSON.parse(body) as { data: { subject: string } }).data.subject),
    answer: () => 200,
    onConfirmed: () => {},
    close: () =>
      new Promise((resolve) => {
        for (const response of hanging) response.destroy();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}
