/**
 * The outbound spool: a file per message holds envelope, content and transaction log; it is the message, Redis only its
 * index (law 3).
 *
 * Places of a file and its moves, each a rename that exactly one process wins:
 *   accept → waiting (active/<connection>/<id>.msg)
 *   waiting → sending (markSending: the durable mark before DATA) | done (cancel)
 *   sending (active/<connection>/<id>.sending: in flight, or uncertain) → done (record) | waiting (record, requeue) | done (cancel)
 *   done (done/<UTC day>/<id>.msg) → waiting (requeue of a failed message)
 * A final line is synced before the move to done, so a file in `sending` that ends with one is settled, and every other one
 * without a live owner is uncertain. A move to `waiting` comes before its line: what waits has certainly not gone. Where
 * some recipients have it, their line comes before the move: what waits has gone to nobody that its log does not name.
 * A file whose head cannot be read is set aside where it lies, as <name>.damaged: it must not stop the others.
 */
import { constants } from 'node:fs';
import * as nodeFs from 'node:fs/promises';
import path from 'node:path';
import type { ConnectionId, MessageId } from '../contract/ids.js';
import type { OutboundStatus, TransactionLogEntry } from '../contract/message.js';
import { ProblemError, problemError } from '../contract/problem.js';
import type { Log } from '../telemetry/log.js';
import { createDirectorySync } from './directory-sync.js';
import { errorCode, type FileSystem, unlessMissing } from './file-system.js';
import { closeSoon, createClaims } from './spool-claims.js';
import {
  appendEntry,
  encodedMessage,
  lateWord,
  readContent,
  readParts,
  readPartsToMark,
  type SpoolFileParts,
  type SpoolPlace,
  statusOf,
} from './spool-file.js';
import { checkSpoolMarker } from './spool-marker.js';
import type { Spool, SpoolEntry } from './spool-model.js';
import { createSpoolPlaces, ENDING } from './spool-places.js';
import { purgeSpool } from './spool-purge.js';

export type { NewSpoolHead, SpoolHead, SpoolPlace } from './spool-file.js';
export type { Spool, SpoolEntry, SpooledMessage } from './spool-model.js';
export type { PurgedMessage } from './spool-purge.js';

const APPEND = constants.O_WRONLY | constants.O_APPEND;
const READ_APPEND = constants.O_RDWR | constants.O_APPEND;
/** Long enough for a busy mailbox; of thousands that send now and then few are open. */
const KEEP_DIRECTORY_OPEN_MS = 1_000;

/**
 * Opens the spool, making its directories.
 * @param options `directory`: absolute; `fs`: a stand-in for node:fs/promises, in tests
 */
export async function openSpool(options: { directory: string; log: Log; fs?: FileSystem }): Promise<Spool> {
  const { directory, log } = options;
  const fs = options.fs ?? nodeFs;
  // Nobody removes a directory of active messages, nor today's of ended ones; purge takes days that are long past.
  const directories = createDirectorySync(fs, { keepOpenMs: KEEP_DIRECTORY_OPEN_MS });
  const places = createSpoolPlaces(directory, fs, directories);
  const claims = createClaims();
  const loadedFiles = createClaims();
  await fs.mkdir(directory, { recursive: true, mode: 0o700 });
  for (const folder of [places.active, places.done, places.tmp]) await places.prepare(path.join(folder, '-'));

  /** Writes a line and syncs it; closes the file. */
  const appendTo = async (handle: nodeFs.FileHandle, entry: TransactionLogEntry): Promise<true> => {
    try {
      await appendEntry(handle, entry);
      await handle.datasync();
    } finally {
      closeSoon(handle);
    }
    return true;
  };
  const append = async (file: string, entry: TransactionLogEntry): Promise<true> =>
    appendTo(await fs.open(file, APPEND), entry);

  /** @returns false when the file is not there (any more) */
  const move = async (from: string, to: string): Promise<boolean> => {
    await places.prepare(to);
    return (await unlessMissing(fs.rename(from, to).then(() => true))) ?? false;
  };

  const synced = async (...files: string[]): Promise<void> => {
    await Promise.all([...new Set(files.map((file) => path.dirname(file)))].map(directories.sync));
  };

  /** Moves a message that has its final line to done, from wherever others have put it. */
  const settle = async (connection: ConnectionId, id: MessageId): Promise<void> => {
    const target = places.donePath(id);
    await places.find(id, connection, async (file, place) => {
      if (place === 'done') return true;
      return (await move(file, target)) || undefined;
    });
  };

  /** Opens a message to look into it; one whose head cannot be read is set aside, and is none any more. */
  const look = <Result>(
    id: MessageId,
    connection: ConnectionId | undefined,
    into: (handle: nodeFs.FileHandle, parts: SpoolFileParts, place: SpoolPlace) => Promise<Result>,
    { keepsWaiting = false, endedOn }: { keepsWaiting?: boolean; endedOn?: number | undefined } = {},
  ): Promise<Result | undefined> =>
    translated(() =>
      places.find(
        id,
        connection,
        async (file, place) => {
          const keeps = keepsWaiting && place === 'waiting';
          const handle = await fs.open(file, keeps ? READ_APPEND : 'r');
          let isKept = false;
          try {
            const parts = await (keeps ? readPartsToMark(handle) : readParts(handle)).catch(
              async (error: unknown) => {
                if (!(error instanceof SyntaxError)) throw error;
                await unlessMissing(fs.rename(file, `${file}.damaged`));
                log.error(
                  { message: id, file: `${file}.damaged` },
                  'set a message of the spool aside: no readable head',
                );
                return undefined;
              },
            );
            const result = parts && (await into(handle, parts, place));
            if (keeps && parts) {
              loadedFiles.put(id, { file: handle, parts });
              isKept = true;
            }
            return result;
          } finally {
            if (!isKept) closeSoon(handle);
          }
        },
        endedOn,
      ),
    );

  const read: Spool['read'] = (id, connection, endedOn) =>
    look(
      id,
      connection,
      async (_handle, { head, log: entries }, place) => ({
        head,
        log: entries,
        status: statusOf(place, entries),
        place,
      }),
      { endedOn },
    );

  // What is loaded is mostly marked next: its file stays open for that, and is the same file wherever it is renamed to.
  const load: Spool['load'] = (id, connection) =>
    look(
      id,
      connection,
      async (handle, parts, place) => {
        const content = await readContent(handle, parts);
        return { head: parts.head, log: parts.log, status: statusOf(place, parts.log), place, content };
      },
      { keepsWaiting: true },
    );

  return {
    accept: (head, content) =>
      translated(async () => {
        const temporary = places.temporaryPath(head.id);
        const target = places.activePath(head.connection, head.id, 'waiting');
        // What another call made under this id is not taken away.
        let made: string[] = [];
        try {
          await places.prepare(target);
          const handle = await fs.open(temporary, 'wx', 0o600);
          made = [temporary];
          try {
            for (const part of encodedMessage(head, content)) await handle.appendFile(part);
            await handle.sync();
          } finally {
            closeSoon(handle);
          }
          await fs.rename(temporary, target);
          made = [target];
          await directories.sync(path.dirname(target));
        } catch (error) {
          for (const file of made) await fs.unlink(file).catch(() => undefined);
          throw error;
        }
      }),

    markSending: (connection, id, entry) =>
      translated(async () => {
        const from = places.activePath(connection, id, 'waiting');
        const to = places.activePath(connection, id, 'sending');
        const loaded = loadedFiles.take(id);
        const isMoved = await move(from, to).catch((error: unknown) => {
          if (loaded) closeSoon(loaded.file);
          throw error;
        });
        if (!isMoved) {
          if (loaded) closeSoon(loaded.file);
          return false;
        }
        const marked = async (): Promise<'marked' | 'sent' | 'partly sent'> => {
          const file = loaded?.file ?? (await fs.open(to, READ_APPEND));
          try {
            // Lines are only ever added: a file that has not grown since it was loaded says what it said then.
            const isUnchanged = loaded !== undefined && (await file.stat()).size === loaded.parts.size;
            const parts = isUnchanged ? loaded.parts : await readParts(file);
            // What was known of a message whose file did not stay open is not known here: then its newest line counts as new.
            const late = lateWord(parts.log, loaded?.parts.log ?? parts.log.slice(0, -1));
            if (late) {
              closeSoon(file);
              return late;
            }
            await appendEntry(file, entry);
            // A line that some have it says of a message in `sending` that the others have not: the mark must not be lost.
            if (parts.log.at(-1)?.accepted?.length) await file.datasync();
            claims.put(id, { file, parts });
            return 'marked';
          } catch (error) {
            closeSoon(file);
            throw error;
          }
        };
        const [found] = await Promise.all([marked(), directories.sync(path.dirname(to))]);
        if (found === 'sent') await settle(connection, id);
        return found === 'marked';
      }),

    record: (connection, id, entry, { to }) =>
      translated(async () => {
        const waiting = places.activePath(connection, id, 'waiting');
        const sending = places.activePath(connection, id, 'sending');
        // Who has it already must be known before it can be tried for the others.
        const partly = to === 'waiting' && (entry.accepted?.length ?? 0) > 0;
        if (to === 'waiting' && !partly && (await move(sending, waiting))) await synced(waiting);
        const claim = claims.take(id);
        const direct = to === 'waiting' && !partly ? waiting : sending;
        const found = claim
          ? await appendTo(claim.file, entry)
          : ((await unlessMissing(append(direct, entry))) ??
            (await places.find(id, connection, (file) => append(file, entry))));
        if (!found) return false;
        if (to === 'done' && !(await move(sending, places.donePath(id)))) await settle(connection, id);
        if (partly && (await move(sending, waiting))) await synced(waiting);
        return true;
      }),

    cancel: (connection, id, entry) =>
      translated(async () => {
        const message = await read(id, connection);
        if (!message || !CANCELLABLE.has(message.status) || message.place === 'done') return false;
        const target = places.donePath(id);
        if (!(await move(places.activePath(connection, id, message.place), target))) return false;
        await append(target, entry);
        await synced(target);
        return true;
      }),

    requeue: (connection, id, entry) =>
      translated(async () => {
        const target = places.activePath(connection, id, 'waiting');
        const moved = await places.find(id, connection, async (file, place) => {
          const handle = await fs.open(file, READ_APPEND);
          try {
            const { log: entries } = await readParts(handle);
            if (!REQUEUEABLE.has(statusOf(place, entries)) || place === 'waiting') return 'refused';
            await appendEntry(handle, entry);
            await handle.datasync();
          } finally {
            await handle.close();
          }
          return (await move(file, target)) ? 'moved' : 'refused';
        });
        if (moved !== 'moved') return false;
        await synced(target);
        return true;
      }),

    read,

    content: (id, connection) =>
      translated(() => {
        const claim = claims.get(id);
        if (claim) return readContent(claim.file, claim.parts);
        return places.find(id, connection, async (file) => {
          const handle = await fs.open(file, 'r');
          try {
            return await readContent(handle, await readParts(handle));
          } finally {
            closeSoon(handle);
          }
        });
      }),
    load,

    entries: (connection) => translated(() => entriesOf(connection)),

    async *scan() {
      for (const connection of await translated(() => places.connections())) {
        yield* await translated(() => entriesOf(connection));
      }
    },

    purge: (olderThanMs) => translated(() => purgeSpool(places, fs, { olderThanMs, log })),
    checkShared: (redis) => checkSpoolMarker(redis, fs, directory),
    close: async () => {
      await Promise.all([claims.close(), loadedFiles.close(), directories.close()]);
    },
    checkWritable: () =>
      translated(async () => {
        const file = places.temporaryPath(`probe-${process.pid}-${performance.now()}` as MessageId);
        try {
          const handle = await fs.open(file, 'wx', 0o600);
          try {
            await handle.appendFile('probe');
            await handle.sync();
          } finally {
            await handle.close();
          }
        } finally {
          await fs.unlink(file).catch(() => undefined);
        }
      }),
  };

  async function entriesOf(connection: ConnectionId): Promise<SpoolEntry[]> {
    const names = (await unlessMissing(fs.readdir(path.join(places.active, connection)))) ?? [];
    return names.sort().flatMap((name): SpoolEntry[] => {
      const ending = path.extname(name);
      const id = path.basename(name, ending) as MessageId;
      if (ending === ENDING.waiting) return [{ connection, id, place: 'waiting' }];
      return ending === ENDING.sending ? [{ connection, id, place: 'sending' }] : [];
    });
  }
}

const CANCELLABLE: ReadonlySet<OutboundStatus> = new Set(['scheduled', 'queued', 'held', 'uncertain']);
const REQUEUEABLE: ReadonlySet<OutboundStatus> = new Set(['failed', 'uncertain']);

/** Translates what the file system throws; paths and reasons go into the problem, content never. */
async function translated<Result>(operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const what = `the spool: ${errorCode(error) ?? (error instanceof Error ? error.name : 'unknown failure')}`;
    throw problemError('storage-unavailable', { with: { what }, cause: error });
  }
}
