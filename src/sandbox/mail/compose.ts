/** Makes plain messages for mailboxes that a test fills. */
import { randomUUID } from 'node:crypto';

/** A message to be put into a mailbox: raw, or made of these fields. */
export interface Delivery {
  /** The whole message; line ends may be bare LF. */
  raw?: string | Buffer;
  from?: string;
  subject?: string;
  text?: string;
  messageId?: string;
  /** Further header fields. */
  headers?: Record<string, string>;
  flags?: string[];
  /** ms since the epoch */
  internalDate?: number;
}

/** @param to address of the mailbox */
export function compose(delivery: Delivery, to: string, now: number): Buffer {
  if (Buffer.isBuffer(delivery.raw)) return delivery.raw;
  if (delivery.raw !== undefined) return Buffer.from(delivery.raw.replace(/\r?\n/g, '\r\n'));
  const fields: Record<string, string> = {
    From: delivery.from ?? 'Somebody <somebody@elsewhere.example>',
    To: to,
    Subject: delivery.subject ?? 'Hello',
    Date: new Date(delivery.internalDate ?? now).toUTCString().replace('GMT', '+0000'),
    'Message-ID': delivery.messageId ?? `<${randomUUID()}@elsewhere.example>`,
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': '8bit',
    ...delivery.headers,
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const text = (delivery.text ?? 'Hello.\n').replace(/\r?\n/g, '\r\n');
  return Buffer.from(`${head.join('')}\r\n${text}`);
}
