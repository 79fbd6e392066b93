/**
 * Sources of messages that somebody is looking at, in memory for half a minute: the page of a message asks for content,
 * preview and attachments, and each would be a session of its own in the mailbox. Nothing of it is stored.
 */
import type { MessageId } from '../contract/ids.js';

const KEPT_MS = 30_000;
/** Over all messages, bytes. */
const MOST_BYTES = 80e6;

export interface RecentSources {
  /** Reads it, or gives what was read a moment ago; who asks for the same message meanwhile waits for it. */
  of(id: MessageId, read: () => Promise<Uint8Array>): Promise<Uint8Array>;
  /** Lets go of all. */
  clear(): void;
}

interface Kept {
  source: Uint8Array;
  timer: NodeJS.Timeout;
}

export function createRecentSources({ keptMs = KEPT_MS }: { keptMs?: number } = {}): RecentSources {
  const kept = new Map<MessageId, Kept>();
  const reading = new Map<MessageId, Promise<unknown>>();
  let bytes = 0;

  const letGo = (id: MessageId): void => {
    const found = kept.get(id);
    if (!found) return;
    clearTimeout(found.timer);
    kept.delete(id);
    bytes -= found.source.byteLength;
  };

  const keep = (id: MessageId, source: Uint8Array): void => {
    letGo(id);
    if (source.byteLength > MOST_BYTES) return;
    for (const oldest of kept.keys()) {
      if (bytes + source.byteLength <= MOST_BYTES) break;
      letGo(oldest);
    }
    const timer = setTimeout(() => letGo(id), keptMs);
    timer.unref();
    kept.set(id, { source, timer });
    bytes += source.byteLength;
  };

  return {
    async of(id, read) {
      // Whoever read before may have failed, or gone away: then it is read here.
      for (let other = reading.get(id); other; other = reading.get(id)) await other.catch(() => undefined);
      const found = kept.get(id);
      if (found) return found.source;
      const mine = read();
      reading.set(id, mine);
      try {
        const source = await mine;
        keep(id, source);
        return source;
      } finally {
        reading.delete(id);
      }
    },
    clear() {
      for (const id of [...kept.keys()]) letGo(id);
    },
  };
}
