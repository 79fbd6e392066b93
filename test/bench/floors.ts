/** The floors: the same work with the bare libraries, no queue, no ledger, no durability. Each returns seconds. */
import { ImapFlow } from 'imapflow';
import nodemailer from 'nodemailer';
import { Agent, fetch } from 'undici';

export interface MailServer {
  host: string;
  port: number;
}

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
};

const imapClient = (server: MailServer, user: string, accessToken: string): ImapFlow =>
  new ImapFlow({
    ...server,
    secure: false,
    doSTARTTLS: false,
    auth: { user, accessToken },
    logger: false,
    disableIMAP4rev2: true,
  });

/** Runs `work` over all items, so many at once. */
async function concurrently<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
) {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as Item);
  };
  await Promise.all(Array.from({ length: limit }, lane));
}

/** Raw imapflow fetching in batches, posting each message as it is. */
export function rawReceive(options: {
  server: MailServer;
  user: string;
  accessToken: string;
  webhook: string;
  batch: number;
  concurrency: number;
  count: number;
}): Promise<number> {
  return seconds(async () => {
    const agent = new Agent({ connections: options.concurrency });
    const client = imapClient(options.server, options.user, options.accessToken);
    await client.connect();
    await client.mailboxOpen('INBOX');
    for (let from = 1; from <= options.count; from += options.batch) {
      const range = `${from}:${Math.min(options.count, from + options.batch - 1)}`;
      const messages = await client.fetchAll(range, { uid: true, source: true }, { uid: true });
      await concurrently(messages, options.concurrency, async ({ source }) => {
        const response = await fetch(options.webhook, {
          method: 'POST',
          body: source as Uint8Array,
          headers: { 'content-type': 'message/rfc822' },
          dispatcher: agent,
        });
        await response.arrayBuffer();
      });
    }
    await client.logout();
    await agent.close();
  });
}

/** Raw pooled nodemailer with three connections. */
export function rawSend(options: {
  server: MailServer;
  user: string;
  accessToken: string;
  count: number;
  text: string;
}): Promise<number> {
  return seconds(async () => {
    const transport = nodemailer.createTransport({
      ...options.server,
      pool: true,
      maxConnections: 3,
      maxMessages: Number.POSITIVE_INFINITY,
      secure: false,
      ignoreTLS: true,
      auth: { type: 'OAuth2', user: options.user, accessToken: options.accessToken },
    });
    const sends = Array.from({ length: options.count }, (_, index) =>
      transport.sendMail({
        from: options.user,
        to: 'someone@elsewhere.example',
        subject: `Bench ${index}`,
        text: options.text,
      }),
    );
    await Promise.all(sends);
    transport.close();
  });
}

/** Raw imapflow: connect, SELECT, SEARCH, LOGOUT. */
export function rawEmptyPolls(options: {
  server: MailServer;
  mailboxes: { user: string; accessToken: string }[];
  concurrency: number;
}): Promise<number> {
  return seconds(() =>
    concurrently(options.mailboxes, options.concurrency, async ({ user, accessToken }) => {
      const client = imapClient(options.server, user, accessToken);
      await client.connect();
      await client.mailboxOpen('INBOX');
      await client.search({ uid: '1:*' }, { uid: true });
      await client.logout();
    }),
  );
}

/** Raw fetch to the token endpoint. */
export function rawRefreshes(options: {
  accessTokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope: string;
  refreshTokens: string[];
  concurrency: number;
}): Promise<number> {
  return seconds(() =>
    concurrently(options.refreshTokens, options.concurrency, async (refreshToken) => {
      const response = await globalThis.fetch(options.accessTokenUrl, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
          client_id: options.clientId,
          client_secret: options.clientSecret,
          scope: options.scope,
        }),
      });
      const answer = (await response.json()) as { access_token?: string };
      if (!answer.access_token) throw new Error('the floor got no token');
    }),
  );
}
