/** A webhook receiver for a test: verifies each request with the standardwebhooks library, and keeps what came. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

export interface Delivery {
  /** `webhook-id` */
  id: string;
  /** Of the body. */
  type: string;
  data: { subject: string; from: unknown } & Record<string, unknown>;
}

export interface WebhookReceiver {
  url: string;
  secret: string;
  /** Verified ones, in the order they came. */
  deliveries: readonly Delivery[];
  /** How many requests were refused: they did not verify, or `refuseWith`. */
  readonly unverified: number;
  stop(): Promise<void>;
}

/** @param options `answerAfterMs`: takes its time over each answer; `refuseWith`: answers everything with 422 and this text; either may be changed later */
export async function startWebhookReceiver(
  options: { answerAfterMs?: number; refuseWith?: string } = {},
): Promise<WebhookReceiver> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const verifier = new Webhook(secret);
  const deliveries: Delivery[] = [];
  let unverified = 0;
  const server = createServer(async (request, response) => {
    try {
      const body = await text(request);
      if (options.refuseWith !== undefined) {
        unverified++;
        response.writeHead(422).end(options.refuseWith);
        return;
      }
      const headers = request.headers as Record<string, string>;
      const { type, data } = verifier.verify(body, headers) as Pick<Delivery, 'type' | 'data'>;
      deliveries.push({ id: headers['webhook-id'] ?? '', type, data });
      if (options.answerAfterMs) await delay(options.answerAfterMs);
      response.writeHead(204).end();
    } catch {
      unverified++;
      response.writeHead(401).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    secret,
    deliveries,
    get unverified() {
      return unverified;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
