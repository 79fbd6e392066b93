/** An alert channel as its Redis hash holds it: settings as JSON, the webhook's secret sealed. */
import type { AlertKind, AlertSeverity } from '../contract/alert.js';
import type { AlertChannelId, ConnectorId } from '../contract/ids.js';
import type { StoredRecord } from '../storage/records.js';
import { textOf } from './application-record.js';

export const ALERT_CHANNEL_FIELDS = {
  settings: 'settings',
  /** sealed text; webhook only */
  secret: 'secret',
  createdAt: 'createdAt',
} as const;

interface CommonSettings {
  name: string;
  enabled: boolean;
  minimumSeverity: AlertSeverity;
  /** All kinds when absent. */
  only?: readonly AlertKind[];
}

export type WebhookChannelSettings = CommonSettings & { type: 'webhook'; url: string };
export type MailChannelSettings = CommonSettings & {
  type: 'mail';
  connector: ConnectorId;
  to: readonly string[];
};

export interface AlertChannel {
  id: AlertChannelId;
  version: number;
  /** Without the secret. */
  settings: WebhookChannelSettings | MailChannelSettings;
  /** ms since the epoch */
  createdAt: number;
}

export function alertChannelOf(id: AlertChannelId, record: StoredRecord): AlertChannel {
  return {
    id,
    version: record.version,
    settings: JSON.parse(textOf(record, ALERT_CHANNEL_FIELDS.settings) ?? '{}') as AlertChannel['settings'],
    createdAt: Number(textOf(record, ALERT_CHANNEL_FIELDS.createdAt) ?? 0),
  };
}
