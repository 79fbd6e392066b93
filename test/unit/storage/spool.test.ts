import * as nodeFs from 'node:fs/promises';
import { appendFile, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ConnectionId,
  type ConnectorId,
  type MessageId,
  newConnectionId,
  newConnectorId,
  newMessageId,
} from '../../../src/contract/ids.js';
import { openSpool, type Spool } from '../../../src/storage/spool.js';
import { silentLog } from '../../../src/telemetry/log.js';

let directory: string;
let spool: Spool;
const connection: ConnectionId = newConnectionId();
const connector: ConnectorId = newConnectorId();
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-spool-'));
  spool = await openSpool({ directory, log: silentLog });
});
afterEach(async () => {
  await spool.close();
  await rm(directory, { recursive: true, force: true });
});

const head = (id: MessageId, more: { sendAt?: number; subject?: string } = {}) => ({
  id,
  connector,
  connection,
  envelope: { from: 'ada@example.com', to: ['bob@example.com'] },
  messageId: `<${id}@example.com>`,
  subject: 'Report',
  acceptedAt: 1_000,
  ...more,
});
const content = Buffer.from('From: ada@example.com\r\n\r\n{"at":1,"status":"sent"}\n\r\nbody\r\n');
const accepted = async (more: { sendAt?: number; subject?: string } = {}): Promise<MessageId> => {
  const id = newMessageId();
  await spool.accept(head(id, more), content);
  return id;
};
const files = async (): Promise<string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
const step = (status: 'sending' | 'sent' | 'queued' | 'held' | 'uncertain' | 'failed' | 'cancelled') => ({
  at: 2_000,
  status,
});

it('takes nothing away that another call makes under the same id', async () => {
  const id = await accepted();
  await writeFile(path.join(directory, 'tmp', id), 'half of it');
  await expect(spool.accept(head(id), content)).rejects.toThrow();
  expect((await files()).filter((file) => file.includes(id))).toHaveLength(2);
  expect(await spool.content(id)).toEqual(content);
});

describe('an accepted message', () => {
  it('is read back with its head, its content and its first status', async () => {
    const id = await accepted({ subject: 'Grüße\nzwei' });
    const message = await spool.read(id);
    expect(message).toMatchObject({ status: 'queued', place: 'waiting' });
    expect(message?.head).toMatchObject({
      ...head(id),
      subject: 'Grüße\nzwei',
      contentBytes: content.length,
    });
    expect(message?.log).toEqual([{ at: 1_000, status: 'queued' }]);
    expect(await spool.content(id)).toEqual(content);
    expect(await spool.content(id, connection)).toEqual(content);
  });

  it('is scheduled where sendAt lies ahead', async () => {
    expect((await spool.read(await accepted({ sendAt: 5_000 })))?.status).toBe('scheduled');
  });

  it('can be read by nobody else', async () => {
    const id = await accepted();
    const folder = path.join(directory, 'active', connection);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(folder, `${id}.msg`))).mode & 0o777).toBe(0o600);
  });

  it('keeps a content of many megabytes and a head of many recipients', async () => {
    const id = newMessageId();
    const big = Buffer.alloc(5_000_000, 'x');
    const to = Array.from({ length: 5_000 }, (_, i) => `recipient-${i}@example.com`);
    await spool.accept({ ...head(id), envelope: { from: 'ada@example.com', to } }, big);
    expect((await spool.content(id))?.equals(big)).toBe(true);
    expect((await spool.read(id))?.head.envelope.to).toEqual(to);
  });

  it('is listed oldest first, and found by the scan', async () => {
    const ids = [await accepted(), await accepted(), await accepted()];
    await spool.markSending(connection, ids[1] as MessageId, step('sending'));
    const expected = ids.map((id, i) => ({ connection, id, place: i === 1 ? 'sending' : 'waiting' }));
    expect(await spool.entries(connection)).toEqual(expected);
    const scanned = [];
    for await (const entry of spool.scan()) scanned.push(entry);
    expect(scanned).toEqual(expected);
  });

  it('is not found under an id that would leave the spool', async () => {
    expect(await spool.read('../../etc/passwd' as MessageId)).toBeUndefined();
    expect(await spool.read(newMessageId())).toBeUndefined();
  });
});

describe('sending', () => {
  it('is begun by exactly one of many', async () => {
    const id = await accepted();
    const others = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const other = await openSpool({ directory, log: silentLog });
        const won = await other.markSending(connection, id, step('sending'));
        await other.close();
        return won;
      }),
    );
    expect(others.filter(Boolean)).toHaveLength(1);
    expect((await spool.read(id))?.status).toBe('sending');
  });

  it('is marked in the file that was loaded, and by nobody who loaded it too late', async () => {
    const id = await accepted();
    const other = await openSpool({ directory, log: silentLog });
    expect(await spool.load(id, connection)).toMatchObject({ status: 'queued', content });
    expect(await other.load(id, connection)).toMatchObject({ status: 'queued' });
    expect(await spool.markSending(connection, id, step('sending'))).toBe(true);
    expect(await other.markSending(connection, id, step('sending'))).toBe(false);
    await spool.record(connection, id, step('sent'), { to: 'done' });
    const statuses = (await spool.read(id))?.log.map(({ status }) => status);
    expect(statuses).toEqual(['queued', 'sending', 'sent']);
    await other.close();
  });

  it('ends as sent, in done, with the whole log', async () => {
    const id = await accepted();
    await spool.markSending(connection, id, { ...step('sending'), attempt: 1 });
    expect(await spool.record(connection, id, { ...step('sent'), reply: '250 OK' }, { to: 'done' })).toBe(
      true,
    );
    const message = await spool.read(id);
    expect(message).toMatchObject({ status: 'sent', place: 'done' });
    expect(message?.log.map(({ status }) => status)).toEqual(['queued', 'sending', 'sent']);
    expect(await spool.content(id)).toEqual(content);
    expect(await spool.entries(connection)).toEqual([]);
  });

  it('waits again after a temporary failure, and can be begun again', async () => {
    const id = await accepted();
    await spool.markSending(connection, id, step('sending'));
    await spool.record(connection, id, { ...step('queued'), retryAt: 9_000 }, { to: 'waiting' });
    expect(await spool.read(id)).toMatchObject({ status: 'queued', place: 'waiting' });
    expect(await spool.markSending(connection, id, step('sending'))).toBe(true);
  });

  it('stays unsettled when its process died, whatever its log says last', async () => {
    const id = await accepted();
    await spool.markSending(connection, id, step('sending'));
    const file = path.join(directory, 'active', connection, `${id}.sending`);
    await appendFile(file, '\n{"at":3000,"status":"se');
    expect(await spool.read(id)).toMatchObject({ status: 'sending', place: 'sending' });
    await spool.record(connection, id, step('uncertain'), { to: 'sending' });
    expect((await spool.read(id))?.status).toBe('uncertain');
  });

  it('shows an outcome that was recorded but not moved yet', async () => {
    const id = await accepted();
    await spool.markSending(connection, id, step('sending'));
    await appendFile(
      path.join(directory, 'active', connection, `${id}.sending`),
      `\n${JSON.stringify(step('sent'))}\n`,
    );
    expect(await spool.read(id)).toMatchObject({ status: 'sent', place: 'sending' });
  });

  it('notes a hold without moving the message', async () => {
    const id = await accepted();
    await spool.record(connection, id, step('held'), { to: 'waiting' });
    expect(await spool.read(id)).toMatchObject({ status: 'held', place: 'waiting' });
  });
});

describe('a late sent', () => {
  const uncertain = async (): Promise<MessageId> => {
    const id = await accepted();
    await spool.markSending(connection, id, step('sending'));
    await spool.record(connection, id, step('uncertain'), { to: 'sending' });
    return id;
  };

  it('settles an uncertain message', async () => {
    const id = await uncertain();
    await spool.record(connection, id, step('sent'), { to: 'done' });
    expect(await spool.read(id)).toMatchObject({ status: 'sent', place: 'done' });
  });

  it('stops a retry that was asked for meanwhile', async () => {
    const id = await uncertain();
    expect(await spool.requeue(connection, id, step('queued'))).toBe(true);
    await spool.record(connection, id, step('sent'), { to: 'done' });
    expect(await spool.markSending(connection, id, step('sending'))).toBe(false);
    expect(await spool.read(id)).toMatchObject({ status: 'sent', place: 'done' });
  });

  it('stops a retry that had been loaded before it came', async () => {
    const id = await uncertain();
    await spool.requeue(connection, id, step('queued'));
    expect(await spool.load(id, connection)).toMatchObject({ status: 'queued' });
    // The late line of another process, whose move to done was lost.
    await appendFile(
      path.join(directory, 'active', connection, `${id}.msg`),
      `\n${JSON.stringify(step('sent'))}\n`,
    );
    expect(await spool.markSending(connection, id, step('sending'))).toBe(false);
    expect(await spool.read(id)).toMatchObject({ status: 'sent', place: 'done' });
  });

  it('stops a retry even where its move to done was lost', async () => {
    const id = await uncertain();
    await spool.requeue(connection, id, step('queued'));
    await appendFile(
      path.join(directory, 'active', connection, `${id}.msg`),
      `\n${JSON.stringify(step('sent'))}\n`,
    );
    expect(await spool.markSending(connection, id, step('sending'))).toBe(false);
    expect(await spool.read(id)).toMatchObject({ status: 'sent', place: 'done' });
  });

  it('shows on a message that was cancelled meanwhile', async () => {
    const id = await uncertain();
    expect(await spool.cancel(connection, id, step('cancelled'))).toBe(true);
    await spool.record(connection, id, step('sent'), { to: 'done' });
    expect((await spool.read(id))?.status).toBe('sent');
  });
});

describe('cancel and requeue', () => {
  it('cancels what waits, once, and never what is in flight', async () => {
    const id = await accepted();
    expect(await spool.cancel(connection, id, step('cancelled'))).toBe(true);
    expect(await spool.cancel(connection, id, step('cancelled'))).toBe(false);
    expect(await spool.read(id)).toMatchObject({ status: 'cancelled', place: 'done' });
    const other = await accepted();
    await spool.markSending(connection, other, step('sending'));
    expect(await spool.cancel(connection, other, step('cancelled'))).toBe(false);
    expect((await spool.read(other))?.status).toBe('sending');
  });

  it('gives a message to either the cancel or the drain, not to both', async () => {
    for (let round = 0; round < 30; round++) {
      const id = await accepted();
      const [cancelled, marked] = await Promise.all([
        spool.cancel(connection, id, step('cancelled')),
        spool.markSending(connection, id, step('sending')),
      ]);
      expect([cancelled, marked].filter(Boolean)).toHaveLength(1);
      expect((await spool.read(id))?.status).toBe(cancelled ? 'cancelled' : 'sending');
    }
  });

  it('lets a failed message wait again, and nothing that was sent', async () => {
    const id = await accepted();
    await spool.markSending(connection, id, step('sending'));
    await spool.record(connection, id, step('failed'), { to: 'done' });
    expect(await spool.requeue(connection, id, step('queued'))).toBe(true);
    expect(await spool.read(id)).toMatchObject({ status: 'queued', place: 'waiting' });
    await spool.markSending(connection, id, step('sending'));
    await spool.record(connection, id, step('sent'), { to: 'done' });
    expect(await spool.requeue(connection, id, step('queued'))).toBe(false);
    expect(await spool.cancel(connection, id, step('cancelled'))).toBe(false);
  });

  it('calls a message cancelled whose cancelling crashed before its line', async () => {
    const id = await accepted();
    const { rename, mkdir } = await import('node:fs/promises');
    await mkdir(path.join(directory, 'done', '2026-01-01'));
    await rename(
      path.join(directory, 'active', connection, `${id}.msg`),
      path.join(directory, 'done', '2026-01-01', `${id}.msg`),
    );
    expect(await spool.read(id)).toMatchObject({ status: 'cancelled', place: 'done' });
  });
});

describe('the disk', () => {
  it('is told to be damaged where content changed', async () => {
    const id = await accepted();
    const file = path.join(directory, 'active', connection, `${id}.msg`);
    const { readFile, writeFile } = await import('node:fs/promises');
    await writeFile(file, (await readFile(file, 'latin1')).replace('body', 'b0dy'), 'latin1');
    await expect(spool.content(id)).rejects.toMatchObject({ problem: { code: 'spool-damaged' } });
  });

  it.each(['open', 'write', 'sync', 'rename', 'syncDirectory'] as const)(
    'that fails at %s accepts nothing and leaves nothing',
    async (fault) => {
      await accepted();
      const before = await files();
      const failing = await openSpool({ directory, log: silentLog, fs: await faultyFileSystem(fault) });
      await expect(failing.accept(head(newMessageId()), content)).rejects.toMatchObject({
        problem: { code: 'storage-unavailable', verdict: 'retry' },
      });
      expect(await files()).toEqual(before);
    },
  );
});

describe('purge', () => {
  it('deletes ended messages of days that are past, and nothing else', async () => {
    const { rename, mkdir } = await import('node:fs/promises');
    const [old, recent, waiting] = [await accepted(), await accepted(), await accepted()];
    for (const id of [old, recent]) {
      await spool.markSending(connection, id, step('sending'));
      await spool.record(connection, id, step('sent'), { to: 'done' });
    }
    const today = new Date().toISOString().slice(0, 10);
    await mkdir(path.join(directory, 'done', '2020-01-01'));
    await rename(
      path.join(directory, 'done', today, `${old}.msg`),
      path.join(directory, 'done', '2020-01-01', `${old}.msg`),
    );
    expect(await spool.purge(30 * 86_400_000)).toEqual([{ id: old, connector, connection }]);
    expect(await spool.read(old)).toBeUndefined();
    expect((await spool.read(recent))?.status).toBe('sent');
    expect((await spool.read(waiting))?.status).toBe('queued');
    expect(await readdir(path.join(directory, 'done'))).toEqual([today]);
  });
});

/** node:fs/promises, whose named step fails from the second directory on as a full disk does. */
async function faultyFileSystem(fault: 'open' | 'write' | 'sync' | 'rename' | 'syncDirectory') {
  const fs = await import('node:fs/promises');
  const full = () => Promise.reject(Object.assign(new Error('disk full'), { code: 'ENOSPC' }));
  return {
    ...fs,
    rename: fault === 'rename' ? full : fs.rename,
    open: (async (file: string, flags: string, mode: number) => {
      const writes = flags === 'wx';
      if (fault === 'open' && writes) return full();
      const handle = await fs.open(file, flags, mode);
      return new Proxy(handle, {
        get(target, name) {
          if (writes && fault === 'write' && name === 'appendFile') return full;
          if (writes && fault === 'sync' && name === 'sync') return full;
          if (fault === 'syncDirectory' && name === 'sync' && file.endsWith(connection)) return full;
          const value = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    }) as typeof fs.open,
  };
}

describe('a message that some recipients have', () => {
  it('is never found waiting without their names, wherever a crash comes between line and move', async () => {
    const id = await accepted();
    await spool.close();
    // The process dies at its first rename out of `sending`, or at its first line after the mark: whichever comes first.
    let marked = false;
    const crash = new Error('killed');
    const dying = await openSpool({
      directory,
      log: silentLog,
      fs: {
        ...nodeFs,
        rename: async (from, to) => {
          if (marked && String(from).endsWith('.sending')) throw crash;
          await nodeFs.rename(from, to);
        },
      },
    });
    await dying.markSending(connection, id, step('sending'));
    marked = true;
    const partly = { at: 3_000, status: 'queued' as const, attempt: 0, accepted: ['bob@example.com'] };
    await expect(dying.record(connection, id, partly, { to: 'waiting' })).rejects.toThrow();
    await dying.close();
    spool = await openSpool({ directory, log: silentLog });
    const found = await spool.read(id, connection);
    expect(found?.log.flatMap(({ accepted: names }) => names ?? [])).toEqual(['bob@example.com']);
    await spool.record(connection, id, partly, { to: 'waiting' });
    expect(await spool.read(id, connection)).toMatchObject({ place: 'waiting', status: 'queued' });
  });
});

describe('a file whose head cannot be read', () => {
  it.each([
    ['empty', ''],
    ['torn', '{"id":"msg_'],
    ['something else', 'null\n'],
    ['a head without a size', '{"id":"msg_x","envelope":{}}\n'],
  ])('is set aside and kept, and does not stop others: %s', async (_what, text) => {
    const broken = await accepted();
    const whole = await accepted();
    const file = path.join(directory, 'active', connection, `${broken}.msg`);
    await writeFile(file, text);
    expect(await spool.load(broken, connection)).toBeUndefined();
    expect(await spool.read(broken)).toBeUndefined();
    expect((await spool.entries(connection)).map(({ id }) => id)).toEqual([whole]);
    expect(await nodeFs.readFile(`${file}.damaged`, 'utf8')).toBe(text);
  });
});
