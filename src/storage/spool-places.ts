/** Where the spool's files lie: paths, directories made on first use, and the search for a message that may be moving. */
import path from 'node:path';
import type { ConnectionId, MessageId } from '../contract/ids.js';
import type { DirectorySync } from './directory-sync.js';
import { errorCode, type FileSystem, unlessMissing } from './file-system.js';
import type { SpoolPlace } from './spool-file.js';

export const ENDING = { waiting: '.msg', sending: '.sending' } as const;

/** A message may be renamed between two looks; it is never in between places, so a few rounds find it. */
const LOOKS = 4;

export interface SpoolPlaces {
  readonly active: string;
  readonly done: string;
  readonly tmp: string;
  activePath(connection: ConnectionId, id: MessageId, place: 'waiting' | 'sending'): string;
  temporaryPath(id: MessageId): string;
  /** Path of an ended message, in today's directory (UTC). */
  donePath(id: MessageId): string;
  /** Makes the directory of a path, durably, once. */
  prepare(file: string): Promise<void>;
  /** Days that have ended messages, newest first. */
  doneDays(): Promise<string[]>;
  /** Connections that have, or had, active messages. */
  connections(): Promise<ConnectionId[]>;
  /**
   * Runs `open` on each path where the message may lie until one exists.
   * @param connection narrows the search; without it every connection's directory is looked into
   * @param endedOn ms since the epoch: among the ended messages of that day (UTC) it is looked for first
   */
  find<Result>(
    id: MessageId,
    connection: ConnectionId | undefined,
    open: (file: string, place: SpoolPlace) => Promise<Result>,
    endedOn?: number,
  ): Promise<Result | undefined>;
}

export function createSpoolPlaces(directory: string, fs: FileSystem, sync: DirectorySync): SpoolPlaces {
  const active = path.join(directory, 'active');
  const done = path.join(directory, 'done');
  const prepared = new Map<string, Promise<void>>();

  const make = async (folder: string): Promise<void> => {
    try {
      await fs.mkdir(folder, { mode: 0o700 });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    // Synced even when it exists already: whoever made it may not have come to that yet.
    await sync.sync(path.dirname(folder));
  };

  const doneFile = (day: string, id: MessageId): string =>
    `${done}${path.sep}${day}${path.sep}${id}${ENDING.waiting}`;

  const places: SpoolPlaces = {
    active,
    done,
    tmp: path.join(directory, 'tmp'),
    // Put together by hand: path.join, which looks at every character, was a part of what a message costs.
    activePath: (connection, id, place) =>
      `${active}${path.sep}${connection}${path.sep}${id}${ENDING[place]}`,
    temporaryPath: (id) => path.join(directory, 'tmp', id),
    donePath: (id) => doneFile(dayOf(Date.now()), id),
    prepare(file) {
      const folder = path.dirname(file);
      const known = prepared.get(folder);
      if (known) return known;
      const made = make(folder);
      prepared.set(folder, made);
      made.catch(() => prepared.delete(folder));
      return made;
    },
    async doneDays() {
      const days = await fs.readdir(done);
      return days.filter((day) => /^\d{4}-\d\d-\d\d$/.test(day)).sort((a, b) => (a < b ? 1 : -1));
    },
    connections: async () => (await fs.readdir(active)) as ConnectionId[],
    async find(id, connection, open, endedOn) {
      if (!isFileName(id) || (connection !== undefined && !isFileName(connection))) return undefined;
      if (endedOn !== undefined) {
        const found = await unlessMissing(open(doneFile(dayOf(endedOn), id), 'done'));
        if (found !== undefined) return found;
      }
      for (let look = 0; look < LOOKS; look++) {
        for (const owner of connection === undefined ? await places.connections() : [connection]) {
          for (const place of ['waiting', 'sending'] as const) {
            const found = await unlessMissing(open(places.activePath(owner, id, place), place));
            if (found !== undefined) return found;
          }
        }
        for (const day of await places.doneDays()) {
          const found = await unlessMissing(open(doneFile(day, id), 'done'));
          if (found !== undefined) return found;
        }
      }
      return undefined;
    },
  };
  return places;
}

/** Ids come from URLs as well: nothing that could leave its directory. */
const isFileName = (id: string): boolean => /^[\w-]+$/.test(id);

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
