/**
 * The files of messages that this process has in flight, kept open between the mark and the outcome, so that a message
 * costs one open instead of four. An open file stays the message's file wherever it is renamed to. Nothing depends on a
 * claim being here: whoever finds none opens the file by its path.
 */
import type { FileHandle } from 'node:fs/promises';
import type { MessageId } from '../contract/ids.js';
import type { SpoolFileParts } from './spool-file.js';

export interface Claim {
  file: FileHandle;
  parts: SpoolFileParts;
}

export interface Claims {
  put(id: MessageId, claim: Claim): void;
  get(id: MessageId): Claim | undefined;
  /** Takes a claim out; the taker closes its file. */
  take(id: MessageId): Claim | undefined;
  close(): Promise<void>;
}

/** In flight at once are three for each mailbox that is worked on; more open files are given up, the oldest first. */
const MOST_OPEN = 512;

export function createClaims(): Claims {
  const claims = new Map<MessageId, Claim>();
  const take = (id: MessageId): Claim | undefined => {
    const claim = claims.get(id);
    claims.delete(id);
    return claim;
  };
  return {
    put(id, claim) {
      const former = take(id);
      if (former) closeSoon(former.file);
      claims.set(id, claim);
      const [oldest] = claims.keys();
      if (claims.size > MOST_OPEN && oldest) closeSoon((take(oldest) as Claim).file);
    },
    get: (id) => claims.get(id),
    take,
    async close() {
      const open = [...claims.values()];
      claims.clear();
      await Promise.all(open.map(({ file }) => file.close().catch(() => undefined)));
    },
  };
}

/** Closes without waiting: what counted is synced, and nothing depends on the descriptor being free at once. */
export function closeSoon(file: FileHandle): void {
  file.close().catch(() => undefined);
}
