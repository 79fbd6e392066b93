/** A signed-in mailbox with a connector that receives it by webhook, as the browser tests of messages need it. */
import { expect, vi } from 'vitest';
import { startWebhook, type WebhookReceiver } from '../flows/webhook-receiver.js';
import { ALICE, type BrowserWorld } from './browser-world.js';

export interface TestReceiver {
  /** Ids. */
  readonly application: string;
  readonly connection: string;
  readonly connector: string;
  readonly webhook: WebhookReceiver;
  /** Has the connector poll until messages with these subjects are there. @returns id by subject */
  received(subjects: readonly string[]): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

const SECRET = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;

/** Settings of a receiver that gives up at once, and polls when it is told to. */
export const toWebhook = (url: string) => ({
  destination: { type: 'webhook', url, secret: SECRET },
  startFrom: 'all',
  schedule: { every: '1h' },
  maxAttempts: 1,
});

export async function startReceiver(world: BrowserWorld): Promise<TestReceiver> {
  const webhook = await startWebhook();
  const { id: application } = await world.createApplication();
  const { id: connection } = await world.createConnection(application, ALICE);
  await world.signIn(connection, ALICE);
  const { id: connector } = await world.createConnector('email-receive', connection, toWebhook(webhook.url));
  const { service } = world;
  return {
    ...{ application, connection, connector, webhook },
    async received(subjects) {
      await service.api('POST', `/connectors/${connector}/run`);
      const found = new Map<string, string>();
      await vi.waitFor(
        async () => {
          const { items } = await service.api<{ items: { id: string; subject: string }[] }>(
            'GET',
            `/connectors/${connector}/messages?limit=200`,
          );
          for (const { id, subject } of items) found.set(subject, id);
          expect(subjects.filter((subject) => !found.has(subject))).toEqual([]);
        },
        { timeout: 60_000, interval: 200 },
      );
      return found;
    },
    close: webhook.close,
  };
}
