/** What the settings of a receive connector mean to the receive worker; connector types declare schemas that fit this shape. */
import type { PostProcessing } from './connector-type.js';

export interface WebhookDestination {
  type: 'webhook';
  url: string;
  /** Standard Webhooks secret, `whsec_` and base64; absent where the settings were read without secrets. */
  secret?: string;
  format: 'json' | 'raw';
}

export interface DirectoryDestination {
  type: 'directory';
  /** absolute */
  path: string;
  /** Name without extension, with `{placeholders}`. */
  fileName: string;
}

export type Destination = WebhookDestination | DirectoryDestination;

/** Either every so often, or at the times of a cron expression. */
export interface Schedule {
  /** duration */
  every?: string;
  /** five or six fields */
  cron?: string;
  /** IANA name; UTC when absent. Cron only. */
  timeZone?: string;
}

export interface ReceiveFilter {
  from?: string | string[];
  to?: string | string[];
  subject?: string | string[];
}

export interface ReceiveSettings {
  mailbox: string;
  selection: 'unprocessed' | 'unread' | 'all';
  /** `now`, `all`, or an ISO 8601 date. */
  startFrom: string;
  filter: ReceiveFilter;
  schedule: Schedule;
  maxMessagesPerPoll: number;
  downloadType: 'message' | 'attachments';
  /** bytes */
  maxInlineBytes: number;
  destination: Destination;
  postProcessing: PostProcessing;
  maxAttempts: number;
  /** duration */
  retryInterval: string;
}
