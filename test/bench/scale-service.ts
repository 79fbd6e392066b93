/** The service as it ships, with so many connections signed in at the token stub: written straight into its Redis, since ten thousand sign-ins through the API would take longer than what is measured. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROVIDERS } from '../../config/providers.js';
import type { ApplicationId, ConnectionId } from '../../src/contract/ids.js';
import { createTokenStore } from '../../src/oauth/token-store.js';
import { createConnections } from '../../src/setup/connections.js';
import { accountMailboxKey } from '../../src/setup/model.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { createVault } from '../../src/storage/vault.js';
import { createWakeUpQueue } from '../../src/storage/wake-up-queue.js';
import { startServiceProcess } from '../servers/service.js';
import { inLanes } from './in-lanes.js';
import type { RpcChild } from './rpc.js';
import { refreshTokenOf, STUB_CLIENT_ID, STUB_TENANT } from './stub-tokens.js';

/** Clock ticks a second in /proc/<pid>/stat (proc(5)); 100 on every Linux there is. */
const TICKS_PER_SECOND = 100;
const SCOPE = ['https://outlook.office.com/IMAP.AccessAsUser.All', 'https://outlook.office.com/SMTP.Send'];
/** Collects garbage and prints what is left, when asked by signal. */
const HEAP_ON_SIGNAL =
  "process.on('SIGUSR2',()=>{gc();gc();process.stdout.write('heap='+process.memoryUsage().heapUsed+'\\n')})";

/** Over two seconds. */
const MEMORY_LOOKS = 10;

export interface Lifetime {
  /** seconds */
  shortest: number;
  /** seconds */
  longest: number;
}

export interface ScaleService {
  /** Signs the connections in: half with access tokens of every age, half with new ones. */
  signIn(lifetime: Lifetime): Promise<void>;
  /** Bytes of the service's heap after a collection, and of its Redis, the least of a few seconds. */
  memory(): Promise<{ heapBytes: number; redisBytes: number }>;
  /** CPU seconds that the service and its Redis have used so far. */
  cpuSeconds(): Promise<number>;
  stop(): Promise<void>;
}

/** @param options `rate`: MAILGRANT_REFRESH_RATE; `connections`: how many */
export async function startScaleService(
  stub: RpcChild,
  options: { connections: number; rate: number },
): Promise<ScaleService> {
  const directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-scale-'));
  const secretKey = randomBytes(32);
  const service = await startServiceProcess(
    {
      MAILGRANT_DATA_DIR: path.join(directory, 'data'),
      MAILGRANT_LOG_LEVEL: 'warn',
      MAILGRANT_ROLES: 'admin,refresh',
      MAILGRANT_REFRESH_RATE: String(options.rate),
      // A refresh waits for the disk several times (appendfsync always): on a busy one it takes many at once to keep the rate.
      MAILGRANT_REFRESH_CONCURRENCY: '200',
      MAILGRANT_SECRET_KEY: secretKey.toString('base64'),
    },
    ['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(HEAP_ON_SIGNAL)}`],
  );
  const redis = await openRedis(`unix:${path.join(directory, 'data', 'redis', 'redis.sock')}`);
  const origin = await stub.call<string>('origin');
  const { id: application } = await service.api<{ id: ApplicationId }>('POST', '/applications', {
    name: 'scale',
    provider: 'exchange-online',
    tenant: STUB_TENANT,
    issuer: `${origin}/${STUB_TENANT}/v2.0`,
    authUrl: `${origin}/authorize`,
    accessTokenUrl: `${origin}/token`,
    clientId: STUB_CLIENT_ID,
    clientAuth: { method: 'clientSecret', clientSecret: 'not looked at' },
  });
  const seeder = createSeeder(redis, secretKey, application);
  const ids = await inLanes(options.connections, (index) => seeder.create(index));
  const servicePid = service.process.pid ?? 0;
  const redisPid = Number(/process_id:(\d+)/.exec(await redis.client.info('server'))?.[1]);

  return {
    async signIn(lifetime) {
      await inLanes(ids.length, (index) => seeder.signIn(ids[index] as ConnectionId, index, lifetime));
    },
    async memory() {
      const before = service.output().length;
      process.kill(servicePid, 'SIGUSR2');
      let heap: string | undefined;
      while (heap === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        heap = /heap=(\d+)\n/.exec(service.output().slice(before))?.[1];
      }
      // What a command or a table that is made larger takes for a moment is no growth.
      const redisBytes: number[] = [];
      for (let look = 0; look < MEMORY_LOOKS; look += 1) {
        redisBytes.push(Number(/used_memory_dataset:(\d+)/.exec(await redis.client.info('memory'))?.[1]));
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return { heapBytes: Number(heap), redisBytes: Math.min(...redisBytes) };
    },
    cpuSeconds: async () => (await cpuSeconds(servicePid)) + (await cpuSeconds(redisPid)),
    async stop() {
      await seeder.close();
      await redis.close();
      await service.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** utime and stime, the 14th and 15th field; the second one is in brackets and may hold anything. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function createSeeder(redis: RedisStorage, secretKey: Buffer, application: ApplicationId) {
  const vault = createVault([secretKey]);
  const listener = {
    connectionChanged: async () => {},
    connectorChanged: async () => {},
    applicationChanged: async () => {},
  };
  const setup = { redis: redis.client, vault, providers: PROVIDERS, connectorTypes: [], listener };
  const connections = createConnections(setup);
  const tokenStore = createTokenStore({ redis: redis.client, vault });
  const queue = createWakeUpQueue(redis, 'refresh');
  const userOf = (index: number): string => `s${index}@stub.example`;
  return {
    async create(index: number): Promise<ConnectionId> {
      const user = userOf(index);
      return (await connections.create({ name: user, application, user, scope: SCOPE })).id;
    },
    async signIn(id: ConnectionId, index: number, { shortest, longest }: Lifetime): Promise<void> {
      const lifetimeMs = (shortest + Math.random() * (longest - shortest)) * 1_000;
      // Half are of any age, as connections that were signed in at any time; the others all begin now, as after an
      // import, and so want more refreshes at once than the pace allows.
      const age = index % 2 === 0 ? 0.7 * Math.random() : 0;
      const issuedAt = Date.now() - Math.round(lifetimeMs * age);
      const expiresAt = issuedAt + Math.round(lifetimeMs);
      const account = { tenant: STUB_TENANT, subject: `oid-${index}` };
      const { epoch } = await tokenStore.read(id);
      await tokenStore.saveSignIn(
        id,
        { epoch },
        {
          tokens: {
            accessToken: 'a'.repeat(1_600),
            refreshToken: refreshTokenOf(index, expiresAt),
            issuedAt,
            expiresAt,
          },
          authorization: {
            status: 'authorized',
            authenticatedUser: userOf(index),
            saslUser: userOf(index),
            account,
            clientId: STUB_CLIENT_ID,
            grantedScope: SCOPE,
            accessTokenExpiresAt: expiresAt,
            mailboxKey: accountMailboxKey(account),
          },
        },
      );
      await queue.wake(id, Date.now());
    },
    close: () => queue.close(),
  };
}
