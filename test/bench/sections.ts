/** The sections: each measures ours and its floor in turn, several rounds, and gives the ratio of each round. */
import { keys } from '../../src/storage/keys.js';
import { createWakeUpQueue } from '../../src/storage/wake-up-queue.js';
import { type BenchService, startBenchService, type TenantAddresses } from './bench-service.js';
import { rawEmptyPolls, rawReceive, rawRefreshes, rawSend } from './floors.js';
import type { RpcChild } from './rpc.js';

/** What the keys of the audit trail begin with. */
const AUDIT_KEYS = keys.audit('').slice(0, -1);

/** Rounds of each section; the median is quoted. */
export const ROUNDS = 3;

export interface Round {
  /** per second */
  floor: number;
  ours: number;
}

export interface Children {
  tenant: RpcChild;
  sink: RpcChild;
}

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
};

/** Accounts are used once, so that no round meets what an earlier one left. */
let nextAccount = 0;
const accounts = (count: number): string[] =>
  Array.from({ length: count }, () => `m${nextAccount++}@sandbox.example`);
const account = (): string => accounts(1)[0] as string;

/** Setting up is not measured: some at once. */
async function inLanes<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const LANES = 8;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as Item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function withService<Result>(
  { tenant }: Children,
  environment: Record<string, string>,
  work: (bench: BenchService) => Promise<Result>,
): Promise<Result> {
  const bench = await startBenchService(tenant, environment);
  try {
    return await work(bench);
  } finally {
    await bench.stop();
  }
}

/** Messages of one mailbox to one webhook, eight posts at once on kept-alive connections. */
export async function receive(children: Children): Promise<Round[]> {
  const COUNT = 3_000;
  const BYTES = 4_000;
  const CONCURRENCY = 8;
  const { tenant, sink } = children;
  const addresses = await tenant.call<TenantAddresses>('describe');
  const webhook = `http://127.0.0.1:${await sink.call<number>('port')}/`;
  return withService(children, {}, async ({ service, signedIn }) => {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [raw, managed] = [account(), account()];
      for (const user of [raw, managed]) await tenant.call('deliver', { user, count: COUNT, bytes: BYTES });
      const { accessToken } = await tenant.call<Tokens>('issueTokens', raw);
      const floorSeconds = await rawReceive({
        server: addresses.imap,
        user: raw,
        accessToken,
        webhook,
        batch: 100,
        concurrency: CONCURRENCY,
        count: COUNT,
      });
      await sink.call('reset');
      const connection = await signedIn(managed);
      const ourSeconds = await seconds(async () => {
        await service.api('POST', '/connectors', {
          name: managed,
          type: 'email-receive',
          connection,
          settings: {
            startFrom: 'all',
            maxMessagesPerPoll: COUNT,
            schedule: { every: '12h' },
            destination: { type: 'webhook', url: webhook, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
          },
        });
        await sink.call('until', COUNT);
      });
      rounds.push({ floor: COUNT / floorSeconds, ours: COUNT / ourSeconds });
    }
    return rounds;
  });
}

/** One mailbox, three connections, limits lifted; what is measured is the way from the outbox into the sink. */
export async function send(children: Children): Promise<Round[]> {
  const COUNT = 4_000;
  const TEXT = 'All work and no play makes mail a dull thing. '.repeat(40);
  const { tenant } = children;
  const addresses = await tenant.call<TenantAddresses>('describe');
  return withService(
    children,
    { MAILGRANT_REQUESTS_PER_MINUTE: '1000000' },
    async ({ service, signedIn }) => {
      const rounds: Round[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const [raw, managed] = [account(), account()];
        const { accessToken } = await tenant.call<Tokens>('issueTokens', raw);
        const floorSeconds = await rawSend({
          server: addresses.smtp,
          user: raw,
          accessToken,
          count: COUNT,
          text: TEXT,
        });

        const connection = await signedIn(managed);
        const connector = await service.api<{ id: string }>('POST', '/connectors', {
          name: managed,
          type: 'email-send',
          connection,
          settings: { limits: { messagesPerMinute: 1_000_000, recipientsPerDay: 1_000_000 } },
        });
        // All are due at one moment, when all are accepted: accepting is the API's work, not the drain's.
        const sendAt = Date.now() + 25_000;
        let index = 0;
        const lane = async (): Promise<void> => {
          while (index < COUNT) {
            index++;
            await service.api('POST', `/connectors/${connector.id}/messages`, {
              to: 'someone@elsewhere.example',
              subject: `Bench ${index}`,
              text: TEXT,
              sendAt: new Date(sendAt).toISOString(),
            });
          }
        };
        await Promise.all(Array.from({ length: 8 }, lane));
        const before = await tenant.call<number>('sent');
        if (Date.now() >= sendAt) throw new Error('accepting took longer than planned for');
        await new Promise((resolve) => setTimeout(resolve, sendAt - Date.now()));
        const ourSeconds = await seconds(() => tenant.call('untilSent', before + COUNT));
        rounds.push({ floor: COUNT / floorSeconds, ours: COUNT / ourSeconds });
      }
      return rounds;
    },
  );
}

/** Poll cycles of mailboxes in which nothing is new. */
export async function emptyPolls(children: Children): Promise<Round[]> {
  const MAILBOXES = 500;
  const CYCLES = 2;
  const CONCURRENCY = 50;
  const { tenant } = children;
  const addresses = await tenant.call<TenantAddresses>('describe');
  const environment = { MAILGRANT_RECEIVE_CONCURRENCY: String(CONCURRENCY) };
  return withService(children, environment, async ({ service, redis, signedIn }) => {
    const users = accounts(MAILBOXES);
    const connectors: string[] = [];
    await inLanes(users, async (user) => {
      await tenant.call('deliver', { user, count: 20, bytes: 500 });
      const { id } = await service.api<{ id: string }>('POST', '/connectors', {
        name: user,
        type: 'email-receive',
        connection: await signedIn(user),
        settings: { schedule: { every: '12h' }, destination: { type: 'directory', path: '/tmp' } },
      });
      connectors.push(id);
    });
    const mailboxes = await Promise.all(
      users.map(async (user) => ({ user, ...(await tenant.call<Tokens>('issueTokens', user)) })),
    );
    // The first polls take their position.
    await tenant.call('untilLogouts', MAILBOXES);
    const queue = createWakeUpQueue(redis, 'receive');
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      let floorSeconds = 0;
      let ourSeconds = 0;
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        floorSeconds += await rawEmptyPolls({ server: addresses.imap, mailboxes, concurrency: CONCURRENCY });
        const before = await tenant.call<number>('logouts');
        ourSeconds += await seconds(async () => {
          await Promise.all(connectors.map((connector) => queue.wake(connector, Date.now())));
          await tenant.call('untilLogouts', before + MAILBOXES);
        });
      }
      const polls = MAILBOXES * CYCLES;
      rounds.push({ floor: polls / floorSeconds, ours: polls / ourSeconds });
    }
    await queue.close();
    return rounds;
  });
}

/**
 * Refreshes at the service's highest rate: so many connections with so short a life that more are due than it can make,
 * through queue, lock, identity check and sealed save. It is stopped (SIGSTOP) while the floor has the machine.
 */
export async function refresh(children: Children): Promise<Round[]> {
  const CONNECTIONS = 1_000;
  const FLOOR_REQUESTS = 1_500;
  const CONCURRENCY = 50;
  const WINDOW_MS = 5_000;
  const { tenant } = children;
  const addresses = await tenant.call<TenantAddresses>('describe');
  const environment = {
    MAILGRANT_REFRESH_RATE: '10000',
    MAILGRANT_REFRESH_CONCURRENCY: String(CONCURRENCY),
    MAILGRANT_ROLES: 'admin,refresh',
  };
  return withService(children, environment, async ({ service, signedIn }) => {
    await tenant.call('accessTokenSeconds', 30);
    const users = accounts(CONNECTIONS);
    const refreshTokens: string[] = [];
    await inLanes(users, async (user) => {
      await signedIn(user);
      refreshTokens.push((await tenant.call<Tokens>('issueTokens', user)).refreshToken);
    });
    await tenant.call('accessTokenSeconds', 1);
    // From here each connection is due again within a second of its refresh.
    await tenant.call('untilRefreshes', (await tenant.call<number>('refreshes')) + CONNECTIONS);
    const pid = service.process.pid ?? 0;
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      process.kill(pid, 'SIGSTOP');
      const floorSeconds = await rawRefreshes({
        accessTokenUrl: addresses.accessTokenUrl,
        clientId: addresses.clientId,
        clientSecret: addresses.clientSecret,
        scope: addresses.defaultScope,
        refreshTokens: Array.from(
          { length: FLOOR_REQUESTS },
          (_, index) => refreshTokens[index % refreshTokens.length] as string,
        ),
        concurrency: CONCURRENCY,
      });
      process.kill(pid, 'SIGCONT');
      const before = await tenant.call<number>('refreshes');
      const ourSeconds = await seconds(() => new Promise((resolve) => setTimeout(resolve, WINDOW_MS)));
      const made = (await tenant.call<number>('refreshes')) - before;
      rounds.push({ floor: FLOOR_REQUESTS / floorSeconds, ours: made / ourSeconds });
    }
    await tenant.call('accessTokenSeconds', 3_600);
    return rounds;
  });
}

export interface Memory {
  idleBytes: number;
  /** after DELIVERED messages */
  usedBytes: number;
}

export const DELIVERED = 10_000;

/** Bytes in Redis of a connection with a receive connector, queue entries included: idle, and after many deliveries. */
export async function memory(children: Children): Promise<Memory> {
  const CONNECTIONS = 20;
  const { tenant, sink } = children;
  const webhook = `http://127.0.0.1:${await sink.call<number>('port')}/`;
  return withService(children, {}, async ({ service, redis, signedIn }) => {
    const bytes = async (): Promise<number> => {
      let sum = 0;
      for (const key of await redis.client.keys('*')) {
        // The audit trail and the events belong to what was done, not to a connection, and are bounded as a whole.
        if (key.startsWith(AUDIT_KEYS) || key.startsWith(keys.events)) continue;
        sum += Number(await redis.client.call('MEMORY', 'USAGE', key, 'SAMPLES', '0'));
      }
      return sum;
    };
    const add = async (user: string): Promise<void> => {
      const connection = await signedIn(user);
      const before = await tenant.call<number>('logouts');
      await service.api('POST', '/connectors', {
        name: user,
        type: 'email-receive',
        connection,
        settings: {
          startFrom: 'all',
          maxMessagesPerPoll: DELIVERED,
          schedule: { every: '12h' },
          destination: { type: 'webhook', url: webhook, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
        },
      });
      await tenant.call('untilLogouts', before + 1);
    };
    // What the first one brings along (application, queues' own keys) belongs to no connection.
    await add(account());
    const before = await bytes();
    for (let index = 0; index < CONNECTIONS; index++) await add(account());
    const after = await bytes();

    const busy = account();
    await tenant.call('deliver', { user: busy, count: DELIVERED, bytes: 200 });
    await sink.call('reset');
    await add(busy);
    await sink.call('until', DELIVERED);
    return { idleBytes: (after - before) / CONNECTIONS, usedBytes: (await bytes()) - after };
  });
}
