/**
 * One mailbox of an account (RFC 3501 §2.3): messages in UID order, and the UIDVALIDITY their UIDs belong to.
 *
 * A message is stored (its UID is never used again) → flagged any number of times → expunged, or carried along when
 * UIDVALIDITY changes, which gives every message a new UID.
 */
export interface StoredMessage {
  readonly uid: number;
  readonly flags: Set<string>;
  /** ms since the epoch */
  readonly internalDate: number;
  readonly content: Buffer;
}

export type MailboxEvent = 'stored' | 'flags' | 'expunged' | 'renumbered';

export interface Mailbox {
  readonly path: string;
  readonly uidValidity: number;
  readonly uidNext: number;
  /** Counts expunges, so that a session notices cheaply. */
  readonly expunges: number;
  /** In UID order. Not to be changed. */
  messages(): readonly StoredMessage[];
  store(content: Buffer, options?: { flags?: Iterable<string>; internalDate?: number }): StoredMessage;
  find(uid: number): StoredMessage | undefined;
  expunge(uids: ReadonlySet<number>): void;
  /** To be called after flags were changed. */
  flagsChanged(): void;
  /** Gives the mailbox another UIDVALIDITY and its messages new UIDs, as Exchange does now and then. */
  renumber(): void;
  /** @returns a function that stops listening */
  watch(listener: (event: MailboxEvent) => void): () => void;
}

/** Position of the first message whose UID is `uid` or more; binary search, because polls ask for the newest of 10,000. */
export function firstAtOrAfter(messages: readonly StoredMessage[], uid: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((messages[middle]?.uid ?? 0) < uid) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function createMailbox(path: string, clock: { now(): number }): Mailbox {
  let messages: StoredMessage[] = [];
  let uidNext = 1;
  let uidValidity = 14;
  let expunges = 0;
  const listeners = new Set<(event: MailboxEvent) => void>();
  const tell = (event: MailboxEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };

  return {
    path,
    get uidValidity() {
      return uidValidity;
    },
    get uidNext() {
      return uidNext;
    },
    get expunges() {
      return expunges;
    },
    messages: () => messages,
    store(content, options = {}) {
      const message: StoredMessage = {
        uid: uidNext,
        flags: new Set(options.flags),
        internalDate: options.internalDate ?? clock.now(),
        content,
      };
      uidNext += 1;
      messages.push(message);
      tell('stored');
      return message;
    },
    find(uid) {
      const message = messages[firstAtOrAfter(messages, uid)];
      return message?.uid === uid ? message : undefined;
    },
    expunge(uids) {
      const left = messages.filter((message) => !uids.has(message.uid));
      if (left.length === messages.length) return;
      messages = left;
      expunges += 1;
      tell('expunged');
    },
    flagsChanged: () => tell('flags'),
    renumber() {
      uidValidity += 1;
      messages = messages.map((message, index) => ({ ...message, uid: index + 1 }));
      uidNext = messages.length + 1;
      expunges += 1;
      tell('renumbered');
    },
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
