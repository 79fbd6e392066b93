/** A process that dies at any one step on disk between the mark and the outcome, before or after the step (law 3). */
import * as nodeFs from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import type { FileSystem } from '../../src/storage/file-system.js';
import { flushRedis, startRedis, type TestRedis } from '../servers/redis.js';
import { mailboxKey, openWorld, type World } from './send-world.js';

const alice = 'alice@sandbox.example';
const bob = 'bob@sandbox.example';
const carol = 'carol@sandbox.example';

let redis: TestRedis;
let tenant: Tenant;
let directory: string;
let worlds: World[];
beforeEach(async () => {
  worlds = [];
  redis = await startRedis();
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-points-'));
});
afterEach(async () => {
  await Promise.all(worlds.map((world) => world.close()));
  await tenant?.close();
  await redis.stop();
  await rm(directory, { recursive: true, force: true });
});

/** A disk of a process that dies at one of the steps that change something: that one and all later ones never end. */
function dyingDisk(point: number, isDone: boolean) {
  let steps = -1;
  let died = (): void => undefined;
  const death = new Promise<void>((resolve) => {
    died = resolve;
  });
  const step = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    if (steps === -1) return run();
    const own = steps++;
    if (own < point) return run();
    if (own === point && isDone) await run();
    died();
    return new Promise(() => undefined);
  };
  const handles: nodeFs.FileHandle[] = [];
  const changing = new Set(['write', 'datasync', 'sync', 'appendFile']);
  const open: typeof nodeFs.open = async (...args) => {
    const handle = await nodeFs.open(...args);
    handles.push(handle);
    return new Proxy(handle, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const run = (...all: unknown[]) => Reflect.apply(value, target, all);
        return changing.has(String(name)) ? (...all: unknown[]) => step(() => run(...all)) : run;
      },
    });
  };
  const fs: FileSystem = {
    ...nodeFs,
    open,
    rename: (from, to) => step(() => nodeFs.rename(from, to)),
    mkdir: ((folder: string, options: { mode: number }) =>
      step(() => nodeFs.mkdir(folder, options))) as typeof nodeFs.mkdir,
  };
  return {
    fs,
    death,
    close: () => Promise.all(handles.map((handle) => handle.close().catch(() => undefined))),
    /** From here on steps are counted. */
    begin: () => {
      steps = 0;
    },
  };
}

const world = async (place: string, fs?: FileSystem): Promise<World> => {
  const { accessToken } = await tenant.issueTokens(alice);
  const { host, port } = tenant.smtp;
  return openWorld({
    redisUrl: redis.url,
    directory: place,
    smtp: { host, port },
    user: alice,
    accessToken,
    settings: {},
    ...(fs && { fs }),
  });
};

/** @returns whether the process died, what became of the message, and who got it how often */
async function diesAt(point: number, isDone: boolean) {
  const place = path.join(directory, `${point}-${isDone}`);
  // Its own: the connections of a process that only seems to have died are not cut.
  tenant = await startTenant();
  const disk = dyingDisk(point, isDone);
  const dying = await world(place, disk.fs);
  tenant.misbehave.smtp({
    stage: 'rcpt',
    recipient: carol,
    reply: '452 4.5.3 Too many recipients',
    times: 1,
  });
  const { id } = await dying.outbox.accept(dying.connector.id, {
    to: [bob, carol],
    subject: 'x',
    text: 'hello',
  });
  disk.begin();
  const handled = dying.drain.handle(mailboxKey, new AbortController().signal);
  const hasDied = await Promise.race([
    disk.death.then(() => true),
    handled.then(
      () => false,
      () => false,
    ),
  ]);
  // What its process held in Redis ends with its leases; here at once.
  await Promise.all([dying.queue.close(), dying.storage.close()]);
  const next = await world(place);
  worlds.push(next);
  await flushRedis(next.storage.client);
  next.work();
  const status = await vi.waitFor(
    async () => {
      await next.reconciler.run();
      const found = (await next.outbox.read(id))?.status;
      expect(['sent', 'uncertain']).toContain(found);
      return found;
    },
    { timeout: 15_000, interval: 50 },
  );
  const got = tenant.sink.entries.flatMap(({ envelope }) => envelope.to);
  await Promise.all([next.close(), disk.close()]);
  worlds = [];
  await tenant.close();
  return { hasDied, status, got: got.sort() };
}

it.each([
  ['before', false],
  ['after', true],
])(
  'sends nobody a message twice and loses none when the process dies %s any of them',
  async (_name, isDone) => {
    const seen: string[] = [];
    for (let point = 0; ; point++) {
      const { hasDied, status, got } = await diesAt(point, isDone);
      expect(new Set(got).size, `step ${point}: ${got}`).toBe(got.length);
      if (status === 'sent') expect(got, `step ${point}`).toEqual([bob, carol]);
      seen.push(`${status}`);
      if (!hasDied) break;
      expect(point).toBeLessThan(60);
    }
    // Both parts were sent, each with its mark, outcome and moves; some points leave it open what became of a part.
    expect(seen.length).toBeGreaterThan(10);
    expect(new Set(seen)).toEqual(new Set(['sent', 'uncertain']));
  },
  180_000,
);
