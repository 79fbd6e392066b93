/** Where a test sends from: a Redis, a sandbox tenant and a directory of its own, and worlds of Alice over them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { startRedis } from '../servers/redis.js';
import { openWorld, type World, type WorldPlan } from './send-world.js';

const ALICE = 'alice@sandbox.example';

export interface SendSite {
  readonly tenant: Tenant;
  /** Of the worlds, one after the other or at once; removed in the end. */
  readonly directory: string;
  /** A plan of a world, with a new access token. */
  plan(over?: Partial<WorldPlan>): Promise<WorldPlan>;
  /** A world of that plan, which is closed in the end, where the test has not. */
  open(over?: Partial<WorldPlan>): Promise<World>;
  close(): Promise<void>;
}

export async function startSendSite(): Promise<SendSite> {
  const redis = await startRedis();
  const tenant = await startTenant();
  const directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-send-'));
  const opened = new Set<World>();
  const site: SendSite = {
    tenant,
    directory,
    async plan(over = {}) {
      const { accessToken } = await tenant.issueTokens(ALICE);
      const { host, port } = tenant.smtp;
      const smtp = { host, port };
      return { redisUrl: redis.url, directory, smtp, user: ALICE, accessToken, settings: {}, ...over };
    },
    async open(over) {
      const world = await openWorld(await site.plan(over));
      const { close } = world;
      opened.add(world);
      world.close = async () => {
        opened.delete(world);
        await close();
      };
      return world;
    },
    async close() {
      await Promise.all([...opened].map((world) => world.close()));
      await tenant.close();
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return site;
}

export const statusOf = async ({ outbox }: World, id: string) => (await outbox.read(id as never))?.status;
