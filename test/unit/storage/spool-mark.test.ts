/** What lies between reading a message and its DATA: the file that is read is the one that is marked, durably (law 3). */
import * as nodeFs from 'node:fs/promises';
import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises';
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

const head = (id: MessageId) => ({
  id,
  connector,
  connection,
  envelope: { from: 'ada@example.com', to: ['bob@example.com', 'carol@example.com'] },
  messageId: `<${id}@example.com>`,
  subject: 'Report',
  acceptedAt: 1_000,
});
const content = Buffer.from('From: ada@example.com\r\n\r\nbody\r\n');
const accepted = async (): Promise<MessageId> => {
  const id = newMessageId();
  await spool.accept(head(id), content);
  return id;
};
const uncertain = async (): Promise<MessageId> => {
  const id = await accepted();
  await spool.markSending(connection, id, step('sending'));
  await spool.record(connection, id, step('uncertain'), { to: 'sending' });
  return id;
};
const step = (status: 'sending' | 'sent' | 'queued' | 'held' | 'uncertain') => ({ at: 2_000, status });

/** node:fs/promises, telling what ends in which order; syncs take a moment. */
function recordingFileSystem() {
  const events: string[] = [];
  const fs = {
    ...nodeFs,
    rename: async (from: string, to: string) => {
      await nodeFs.rename(from, to);
      events.push(`rename to ${path.extname(to)}`);
    },
    open: async (...args: Parameters<typeof nodeFs.open>) => {
      const handle = await nodeFs.open(...args);
      const of = path.extname(String(args[0])) || path.basename(String(args[0])).slice(0, 4);
      return new Proxy(handle, {
        get(target, name) {
          const value = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          return async (...all: unknown[]) => {
            const isSync = name === 'sync' || name === 'datasync';
            if (isSync) events.push(`${of} ${name} begins`);
            const result = await value.apply(target, all);
            if (isSync) events.push(`${of} ${name} ended`);
            if (name === 'write') events.push(`${of} write`);
            return result;
          };
        },
      });
    },
  };
  return { events, fs: fs as unknown as typeof nodeFs };
}

describe('the order of things on disk', () => {
  it('is: renamed, then a sync of the directory that began after it, before the mark is one; also while the directory is open', async () => {
    const ids = [await accepted(), await accepted(), await accepted()];
    const { events, fs } = recordingFileSystem();
    const recording = await openSpool({ directory, log: silentLog, fs });
    for (const id of ids) {
      await recording.load(id, connection);
      events.length = 0;
      expect(await recording.markSending(connection, id, step('sending'))).toBe(true);
      const order = events.filter((event) => /^rename|^con_ sync/.test(event));
      expect(order).toEqual(['rename to .sending', 'con_ sync begins', 'con_ sync ended']);
    }
    await recording.close();
  });

  it('is: the outcome written, then synced, then moved to done', async () => {
    const id = await accepted();
    const { events, fs } = recordingFileSystem();
    const recording = await openSpool({ directory, log: silentLog, fs });
    await recording.load(id, connection);
    await recording.markSending(connection, id, step('sending'));
    events.length = 0;
    await recording.record(connection, id, step('sent'), { to: 'done' });
    expect(events.slice(0, 3)).toEqual(['.msg write', '.msg datasync begins', '.msg datasync ended']);
    expect(events.at(-1)).toBe('rename to .msg');
    await recording.close();
  });

  it('is, of a message that some have already: the line of the mark is durable as well, or it would seem that the others have not', async () => {
    const id = await accepted();
    await spool.markSending(connection, id, step('sending'));
    await spool.record(
      connection,
      id,
      { ...step('queued'), accepted: ['bob@example.com'] },
      { to: 'waiting' },
    );
    const { events, fs } = recordingFileSystem();
    const recording = await openSpool({ directory, log: silentLog, fs });
    await recording.load(id, connection);
    events.length = 0;
    expect(await recording.markSending(connection, id, step('sending'))).toBe(true);
    const order = events.filter((event) => event.startsWith('.msg'));
    expect(order).toEqual(['.msg write', '.msg datasync begins', '.msg datasync ended']);
    await recording.close();
  });

  it('lets no mark be one that was renamed while a sync was under way which began before', async () => {
    const ids = [await accepted(), await accepted(), await accepted(), await accepted()];
    const { events, fs } = recordingFileSystem();
    const recording = await openSpool({ directory, log: silentLog, fs });
    await Promise.all(
      ids.map(async (id) => {
        await recording.markSending(connection, id, step('sending'));
        events.push('marked');
      }),
    );
    // Each mark counts no rename that lies after the beginning of the newest sync that has ended.
    let renamed = 0;
    let begun = 0;
    let durable = 0;
    let marked = 0;
    for (const event of events) {
      if (event.startsWith('rename')) renamed++;
      if (event === 'con_ sync begins') begun = renamed;
      if (event === 'con_ sync ended') durable = begun;
      if (event === 'marked') expect(++marked).toBeLessThanOrEqual(durable);
    }
    expect(marked).toBe(4);
    await recording.close();
  });
});

describe('a message', () => {
  it.each([0, 1, 60_000, 64 * 1024, 65 * 1024, 1_000_000])(
    'is loaded as it was given, with %i bytes of content',
    async (bytes) => {
      const id = newMessageId();
      const given = Buffer.alloc(bytes, 'a line\r\n');
      await spool.accept(head(id), given);
      await spool.record(connection, id, step('held'), { to: 'sending' });
      const loaded = await spool.load(id, connection);
      expect(loaded?.content.equals(given)).toBe(true);
      expect(loaded?.log.map(({ status }) => status)).toEqual(['queued', 'held']);
      expect(await spool.markSending(connection, id, step('sending'))).toBe(true);
      await spool.record(connection, id, step('sent'), { to: 'done' });
      expect((await spool.read(id))?.log.map(({ status }) => status)).toEqual([
        'queued',
        'held',
        'sending',
        'sent',
      ]);
    },
  );

  it("is never loaded with another one's content, however many are read at once and kept", async () => {
    const sizes = [0, 1, 300, 4_000, 8_192, 60_000, 66_000, 200_000];
    const given = await Promise.all(
      Array.from({ length: 160 }, async (_, i) => {
        const id = newMessageId();
        const body = Buffer.alloc(sizes[i % sizes.length] ?? 0, `${id}\r\n`);
        await spool.accept({ ...head(id), subject: id }, body);
        return { id, body };
      }),
    );
    // Twice, so that every buffer that is used again has been; all are kept and looked at last.
    for (let round = 0; round < 2; round++) {
      const loaded = await Promise.all(given.map(({ id }) => spool.load(id, connection)));
      for (const [i, { id, body }] of given.entries()) {
        expect(loaded[i]?.head).toMatchObject({ id, subject: id });
        expect(loaded[i]?.content.equals(body)).toBe(true);
      }
    }
  });

  it('is loaded and marked past a line that a crash tore', async () => {
    const id = await accepted();
    await appendFile(path.join(directory, 'active', connection, `${id}.msg`), '\n{"at":3000,"status":"he');
    expect(await spool.load(id, connection)).toMatchObject({ status: 'queued', content });
    expect(await spool.markSending(connection, id, step('sending'))).toBe(true);
  });
});

describe('a late word', () => {
  it('of some recipients stops a retry that had been loaded before it came, for the next look to go on with the others', async () => {
    const id = await uncertain();
    await spool.requeue(connection, id, step('queued'));
    await spool.load(id, connection);
    // The late line of another process, which owns the mailbox no more and so moves nothing.
    const partly = { ...step('queued'), accepted: ['bob@example.com'] };
    const other = await openSpool({ directory, log: silentLog });
    await other.record(connection, id, partly, { to: 'sending' });
    await other.close();
    expect(await spool.markSending(connection, id, step('sending'))).toBe(false);
    expect(await spool.read(id)).toMatchObject({ status: 'sending', place: 'sending' });
    expect((await spool.read(id))?.log.at(-1)).toEqual(partly);
    // Who loads it now knows of it.
    await spool.record(connection, id, partly, { to: 'waiting' });
    expect((await spool.load(id, connection))?.log.at(-1)).toEqual(partly);
    expect(await spool.markSending(connection, id, step('sending'))).toBe(true);
  });

  it('of some stops a retry also when so many were loaded since that its file did not stay open', async () => {
    const id = await uncertain();
    await spool.requeue(connection, id, step('queued'));
    await spool.load(id, connection);
    const partly = { ...step('queued'), accepted: ['bob@example.com'] };
    const other = await openSpool({ directory, log: silentLog });
    await other.record(connection, id, partly, { to: 'sending' });
    await other.close();
    for (let i = 0; i < 16; i++) {
      const more = await Promise.all(Array.from({ length: 33 }, accepted));
      await Promise.all(more.map((each) => spool.load(each, connection)));
    }
    expect(await spool.markSending(connection, id, step('sending'))).toBe(false);
    expect((await spool.read(id))?.log.at(-1)).toEqual(partly);
    await spool.record(connection, id, partly, { to: 'waiting' });
    await spool.load(id, connection);
    expect(await spool.markSending(connection, id, step('sending'))).toBe(true);
  });

  it('stops a retry also where the disk kept it back when the message was loaded', async () => {
    const id = await uncertain();
    await spool.requeue(connection, id, step('queued'));
    const shown = (await stat(path.join(directory, 'active', connection, `${id}.msg`))).size;
    await appendFile(
      path.join(directory, 'active', connection, `${id}.msg`),
      `\n${JSON.stringify(step('sent'))}\n`,
    );
    // A disk whose reads end before the file does, at the end of a line, and that cannot read on from there.
    const open: typeof nodeFs.open = async (...args) => {
      const handle = await nodeFs.open(...args);
      const read = handle.read.bind(handle) as (...all: [Buffer, number, number, number]) => Promise<unknown>;
      const short = (buffer: Buffer, offset: number, length: number, position: number) =>
        position < shown
          ? read(buffer, offset, Math.min(length, shown - position), position)
          : Promise.reject(Object.assign(new Error('input/output error'), { code: 'EIO' }));
      handle.read = short as typeof handle.read;
      return handle;
    };
    const shortReading = await openSpool({ directory, log: silentLog, fs: { ...nodeFs, open } });
    expect(await shortReading.load(id, connection)).toMatchObject({ status: 'queued', content });
    await expect(shortReading.markSending(connection, id, step('sending'))).rejects.toMatchObject({
      problem: { code: 'storage-unavailable' },
    });
    await shortReading.close();
    expect((await spool.read(id))?.status).toBe('sent');
  });
});
