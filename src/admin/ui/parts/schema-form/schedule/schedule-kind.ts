/** Schedules as people choose them (interval, hourly, daily, weekly, monthly, cron), and as the settings have them. */
import { isRecord } from '../schema.js';

export type ScheduleKind = 'interval' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'cron';
export const SCHEDULE_KINDS = ['interval', 'hourly', 'daily', 'weekly', 'monthly', 'cron'] as const;

/** The setting: `every`, or `cron` and its time zone. */
export interface ScheduleValue {
  every?: string;
  cron?: string;
  timeZone?: string;
}

export const scheduleOf = (value: unknown): ScheduleValue =>
  isRecord(value) ? (value as ScheduleValue) : {};

/** A cron expression of the kinds that have a form of their own. */
export interface Times {
  minute: number;
  hour: number;
  /** 0 is Sunday; ascending. */
  days: number[];
  dayOfMonth: number;
}

export const USUAL_TIMES: Times = { minute: 0, hour: 8, days: [1, 2, 3, 4, 5], dayOfMonth: 1 };
const USUAL_INTERVAL = '5m';

const NUMBER = /^\d{1,2}$/;

/** @returns `cron` for what no form but its own can show; an interval that is cleared is one still */
export function kindOf({ cron }: ScheduleValue): ScheduleKind {
  if (cron === undefined) return 'interval';
  return timesOf(cron)?.kind ?? 'cron';
}

/** @returns `undefined` for an expression that says more than a form of its own can */
export function timesOf(
  cron: string,
): (Times & { kind: Exclude<ScheduleKind, 'interval' | 'cron'> }) | undefined {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = cron.trim().split(/\s+/);
  if (more.length > 0 || month !== '*' || !within(minute, 0, 59)) return undefined;
  const times = { ...USUAL_TIMES, minute: Number(minute) };
  if (hour === '*') return day === '*' && weekday === '*' ? { ...times, kind: 'hourly' } : undefined;
  if (!within(hour, 0, 23)) return undefined;
  times.hour = Number(hour);
  if (day === '*' && weekday === '*') return { ...times, kind: 'daily' };
  if (weekday === '*')
    return within(day, 1, 31) ? { ...times, kind: 'monthly', dayOfMonth: Number(day) } : undefined;
  const days = day === '*' ? weekdaysOf(weekday) : undefined;
  return days && { ...times, kind: 'weekly', days };
}

const within = (text: string, least: number, most: number): boolean =>
  NUMBER.test(text) && Number(text) >= least && Number(text) <= most;

/** `1-5`, `1,3`, `0`; 7 is Sunday as well. */
function weekdaysOf(text: string): number[] | undefined {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [, from, to = from] = /^([0-7])(?:-([0-7]))?$/.exec(part) ?? [];
    if (from === undefined || Number(to) < Number(from)) return undefined;
    for (let day = Number(from); day <= Number(to); day += 1) found.add(day % 7);
  }
  return [...found].sort((one, other) => one - other);
}

/** As people write it: `1-5` for three days and more in a row. */
function weekdaysText(days: readonly number[]): string {
  const runs: number[][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last?.at(-1) === day - 1) last.push(day);
    else runs.push([day]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(','))).join(',');
}

/** @param kind with a form of its own */
export function cronOf(kind: ScheduleKind, { minute, hour, days, dayOfMonth }: Times): string {
  switch (kind) {
    case 'hourly':
      return `${minute} * * * *`;
    case 'weekly':
      return `${minute} ${hour} * * ${weekdaysText(days)}`;
    case 'monthly':
      return `${minute} ${hour} ${dayOfMonth} * *`;
    default:
      return `${minute} ${hour} * * *`;
  }
}

/**
 * What a schedule becomes when another kind is chosen: as much of it stays as that kind can say.
 * @param zone of whoever chooses: times of the day mean nothing without one
 */
export function inKind(schedule: ScheduleValue, kind: ScheduleKind, zone: string): ScheduleValue {
  if (kind === 'interval') return { every: schedule.every ?? USUAL_INTERVAL };
  const cron = schedule.cron ?? cronOf('daily', USUAL_TIMES);
  const timeZone = schedule.timeZone ?? (schedule.cron === undefined ? zone : undefined);
  return {
    cron: kind === 'cron' ? cron : cronOf(kind, timesOf(cron) ?? USUAL_TIMES),
    ...(timeZone !== undefined && { timeZone }),
  };
}
