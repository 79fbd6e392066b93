/**
 * An alert: something that an operator has to know, from when it was first seen until it is over.
 *
 *   seen (its condition holds, and may still pass by itself) → open (told) → resolved (told)
 *
 * A condition that must hold for a while first is `seen`; one that is gone for less than it has to be stays open.
 */
import type { AlertKind, AlertSeverity } from '../contract/alert.js';
import type { AlertChannelId, AlertId, ApplicationId, ConnectionId, ConnectorId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';

export interface AlertSubject {
  type: 'application' | 'connection' | 'connector' | 'service';
  /** Absent for the service. */
  id?: ApplicationId | ConnectionId | ConnectorId;
  name: string;
}

/** What stands still because of it. */
export interface Affected {
  what: 'connections' | 'connectors' | 'messages';
  count: number;
  /** The first few. */
  names: string[];
}

/** What holds now, as the records say. */
export interface Condition {
  /** Names the alert: the same for as long as it is the same trouble. */
  key: string;
  kind: AlertKind;
  severity: AlertSeverity;
  /** It is told again when this grows: days left, messages in quarantine. */
  level: number;
  subject: AlertSubject;
  problem: Problem;
  affects?: Affected;
  /** How long it must hold before it is told: it may pass by itself; ms. */
  holdsMs: number;
  /** How long it must be gone before that is told; ms. */
  clearsMs: number;
}

/** A condition as it is remembered. Times are ms since the epoch. */
export interface AlertState {
  id: AlertId;
  condition: Condition;
  firstSeenAt: number;
  /** Absent while it is only seen. */
  openedAt?: number;
  /** Since when it is gone, while that is not believed yet. */
  goneSince?: number;
  /** When it was told last, and as what. */
  toldAt?: number;
  toldLevel?: number;
  toldSeverity?: AlertSeverity;
  /** Channels that were told that it is open; they are told when it is over. */
  channels: AlertChannelId[];
}

export interface ResolvedAlert extends AlertState {
  openedAt: number;
  resolvedAt: number;
}

/** opened: it is new, or has got worse. reminder: it is still there. */
export type AlertEventType = 'opened' | 'reminder' | 'resolved';

/** What one channel is to be told of one alert. */
export interface AlertEvent {
  type: AlertEventType;
  at: number;
  alert: AlertState | ResolvedAlert;
}
