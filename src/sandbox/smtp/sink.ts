/** Everything that the SMTP server has accepted, with what a test needs to count duplicates. */
export interface SinkEntry {
  /** ms since the epoch of acceptance */
  at: number;
  /** UPN of the account that submitted it. */
  user: string;
  envelope: { from: string; to: string[] };
  /** X-Mailgrant-Id */
  mailgrantId: string | undefined;
  /** Message-ID as the client sent it. */
  clientMessageId: string | undefined;
  /** Message-ID that replaced it. */
  messageId: string;
  subject: string | undefined;
  /** bytes as received */
  size: number;
  /** As received; absent with `keepContent: false`. */
  content?: Buffer;
}

export interface Sink {
  readonly entries: readonly SinkEntry[];
  readonly count: number;
  /** How often each X-Mailgrant-Id was accepted; a message without one counts under its own Message-ID. */
  countsById(): Map<string, number>;
  clear(): void;
}

export interface RecordingSink extends Sink {
  record(entry: SinkEntry): void;
}

export function createSink(): RecordingSink {
  const entries: SinkEntry[] = [];
  return {
    entries,
    get count() {
      return entries.length;
    },
    countsById() {
      const counts = new Map<string, number>();
      for (const { mailgrantId, messageId } of entries) {
        const id = mailgrantId ?? messageId;
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      return counts;
    },
    clear: () => void entries.splice(0),
    record: (entry) => void entries.push(entry),
  };
}
