import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionId, MessageId } from '../../src/contract/ids.js';
import { keys } from '../../src/storage/keys.js';
import { openRedis } from '../../src/storage/redis.js';
import { openSpool } from '../../src/storage/spool.js';
import { silentLog } from '../../src/telemetry/log.js';
import { startRedis } from '../servers/redis.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-spool-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const script = (name: string): string => path.join(import.meta.dirname, 'storage-processes', name);

it('keeps what it confirmed over kill -9, again and again', async () => {
  const told = { accepted: new Set<string>(), sending: new Set<string>(), sent: new Set<string>() };
  for (let round = 1; round <= 4; round++) {
    const child = spawn(process.execPath, ['--import', 'tsx', script('spool-writer.ts'), directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    await vi.waitFor(() => expect(text.split('\n').length).toBeGreaterThan(round * 50), { timeout: 20_000 });
    child.kill('SIGKILL');
    await once(child, 'close');
    for (const [, what, id] of text.matchAll(/^(accepted|sending|sent) (\S+)\n/gm)) {
      told[what as keyof typeof told].add(id as string);
    }

    const spool = await openSpool({ directory, log: silentLog });
    for (const id of told.accepted) {
      const message = await spool.read(id as MessageId);
      expect((await spool.content(id as MessageId))?.toString()).toBe(`${id}\r\n`.repeat(100));
      if (told.sent.has(id)) expect(message).toMatchObject({ status: 'sent' });
      else if (told.sending.has(id)) expect(['sending', 'sent']).toContain(message?.status);
      else expect(['queued', 'sending', 'sent']).toContain(message?.status);
    }
    // Whoever was killed between mark and outcome left a message that nobody may send by itself.
    for (const { id, place } of await spool.entries('con_writer' as ConnectionId)) {
      if (place !== 'sending') continue;
      expect(await spool.markSending('con_writer' as ConnectionId, id, { at: 0, status: 'sending' })).toBe(
        false,
      );
    }
  }
  expect(told.sent.size).toBeGreaterThan(50);
});

/**
 * A real disk that is full: a small tmpfs in a mount namespace of its own, where this user may have one; and everywhere a
 * limit on the size of files (EFBIG), which needs no rights.
 */
const smallDisk = 'mount -t tmpfs -o size=512k tmpfs "$1" && exec "$2" --import tsx "$3" "$1" 0';
const ways = [
  {
    name: 'a full tmpfs',
    command: ['unshare', '-m', 'sh', '-c', smallDisk],
    refusal: 'storage-unavailable ENOSPC',
  },
  {
    name: 'a full tmpfs of a user namespace',
    command: ['unshare', '-Urm', 'sh', '-c', smallDisk],
    refusal: 'storage-unavailable ENOSPC',
  },
  {
    name: 'a limit on the size of files',
    command: ['bash', '-c', `trap '' XFSZ; ulimit -f 256; exec "$2" --import tsx "$3" "$1" 50000`],
    refusal: 'storage-unavailable EFBIG',
  },
];
const isPermitted = ({ command }: (typeof ways)[number]): boolean =>
  command[0] !== 'unshare' ||
  spawnSync('unshare', [command[1] ?? '', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

describe.each(ways.filter(isPermitted))('$name', ({ command: [program, ...args], refusal }) => {
  it('refuses the message as storage-unavailable, keeps all others whole, and leaves nothing of it', async () => {
    const { stdout } = await promisify(execFile)(program ?? '', [
      ...args,
      'sh',
      directory,
      process.execPath,
      script('spool-filler.ts'),
    ]);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ refusal, acceptsAgain: true });
    expect(result.accepted).toBeGreaterThan(1);
    expect(result.whole).toBe(result.accepted);
    expect(result.files).toBe(result.accepted);
  });
});

describe('processes on one Redis', () => {
  it('pass with one spool, and are stopped with another, told which is which', async () => {
    const redis = await startRedis();
    const storage = await openRedis(redis.url);
    const open = (name: string) => openSpool({ directory: path.join(directory, name), log: silentLog });
    const [one, sameOne, two] = [await open('one'), await open('one'), await open('two')];
    await Promise.all([one.checkShared(storage.client), sameOne.checkShared(storage.client)]);
    await expect(two.checkShared(storage.client)).rejects.toMatchObject({
      problem: { code: 'spool-not-shared', detail: expect.stringMatching(/\/one, but .*\/two/) },
    });
    await storage.client.del(keys.spoolMarker);
    await one.checkShared(storage.client);
    await expect(two.checkShared(storage.client)).rejects.toThrow('spool-not-shared');
    await storage.close();
    await redis.stop();
  });
});
