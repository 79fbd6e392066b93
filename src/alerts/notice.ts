/** A notice: what one channel is told at once. Few alerts are told one by one; many, or many notices of late, together. */
import { newAlertNoticeId } from '../contract/ids.js';
import { isoTime } from '../setup/view-parts.js';
import type { AlertEventType } from './alert.js';
import type { AlertView } from './alert-view.js';

/** What a channel is to be told of one alert, as it was when that happened. */
export interface QueuedEvent {
  type: AlertEventType;
  alert: AlertView;
}

/** `alert.digest`: of several kinds of news at once. */
export type NoticeType = `alert.${AlertEventType}` | 'alert.digest' | 'alert.test';

export interface Notice {
  /** `webhook-id`; the same however often it is tried. */
  id: string;
  type: NoticeType;
  /** ISO 8601 */
  timestamp: string;
  data: {
    /** How many alerts it tells of; those beyond the first are a number. */
    count: number;
    alerts: (AlertView & { event: AlertEventType })[];
  };
}

/** More than this at once come in one notice. */
const ONE_BY_ONE = 5;
/** Alerts that one notice spells out. */
const SPELT_OUT = 50;
/** This many notices within the hour are news; from then on they are collected. */
const NOTICES_AN_HOUR = 10;
const HOUR_MS = 60 * 60_000;
const COLLECTED_FOR_MS = 5 * 60_000;

/**
 * What to tell next of what waits.
 * @param waiting oldest first
 * @param recent when the last notices went out, oldest first; ms since the epoch
 * @returns how many of those that wait it is to tell; 0: none yet
 */
export function nextCount(waiting: number, recent: readonly number[], now: number): number {
  const lately = recent.filter((at) => at <= now && now - at < HOUR_MS);
  const isBusy = lately.length >= NOTICES_AN_HOUR;
  if (isBusy && now - (lately.at(-1) ?? 0) < COLLECTED_FOR_MS) return 0;
  return isBusy || waiting > ONE_BY_ONE ? waiting : Math.min(waiting, 1);
}

/** What has to be remembered of notices that went out. */
export const remembered = (recent: readonly number[], now: number): number[] =>
  [...recent.filter((at) => at <= now), now].slice(-NOTICES_AN_HOUR);

/** @param events at least one, oldest first @param now ms since the epoch */
export function noticeOf(events: readonly QueuedEvent[], now: number): Notice {
  const types = new Set(events.map(({ type }) => type));
  const [only] = types;
  return {
    id: newAlertNoticeId(),
    type: types.size === 1 && only ? `alert.${only}` : 'alert.digest',
    timestamp: isoTime(now),
    data: {
      count: events.length,
      alerts: events.slice(0, SPELT_OUT).map(({ type, alert }) => ({ event: type, ...alert })),
    },
  };
}
