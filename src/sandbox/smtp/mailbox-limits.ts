/** What Exchange allows one mailbox at submission (EXCHANGE-ONLINE.md §5): concurrent connections and messages a minute; and the peaks seen, enforced or not. */
import type { Clock } from '../../contract/clock.js';

export interface LimitOptions {
  /** Concurrent signed-in connections of a mailbox; `undefined` for no limit. */
  smtpConnections: number | undefined;
  /** Accepted messages within any 60 seconds; `undefined` for no limit. */
  messagesPerMinute: number | undefined;
}

export interface MailboxLimits {
  /** May be changed while running. */
  options: LimitOptions;
  /** Counts a connection in. @returns how many the mailbox now has */
  connected(oid: string): number;
  disconnected(oid: string): void;
  connections(oid: string): number;
  /** Most connections that the mailbox ever had at once. */
  peakConnections(oid: string): number;
  /** Whether one more message is within the rate; counts it when it is. */
  takeMessage(oid: string): boolean;
  /** Most messages that were accepted within any 60 seconds. */
  peakPerMinute(oid: string): number;
}

const WINDOW_MS = 60_000;

export function createMailboxLimits(clock: Clock, options: LimitOptions): MailboxLimits {
  const mailboxes = new Map<
    string,
    { connections: number; peak: number; peakRate: number; times: number[]; from: number }
  >();

  function of(oid: string) {
    let mailbox = mailboxes.get(oid);
    if (!mailbox) {
      mailbox = { connections: 0, peak: 0, peakRate: 0, times: [], from: 0 };
      mailboxes.set(oid, mailbox);
    }
    return mailbox;
  }

  return {
    options,
    connected(oid) {
      const mailbox = of(oid);
      mailbox.connections += 1;
      mailbox.peak = Math.max(mailbox.peak, mailbox.connections);
      return mailbox.connections;
    },
    disconnected(oid) {
      of(oid).connections -= 1;
    },
    connections: (oid) => of(oid).connections,
    peakConnections: (oid) => of(oid).peak,
    takeMessage(oid) {
      const mailbox = of(oid);
      const { times } = mailbox;
      while (mailbox.from < times.length && (times[mailbox.from] ?? 0) <= clock.now() - WINDOW_MS)
        mailbox.from += 1;
      const within = times.length - mailbox.from;
      if (options.messagesPerMinute !== undefined && within >= options.messagesPerMinute) return false;
      times.push(clock.now());
      mailbox.peakRate = Math.max(mailbox.peakRate, within + 1);
      return true;
    },
    peakPerMinute: (oid) => of(oid).peakRate,
  };
}
