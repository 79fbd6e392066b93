/** A connector on a schedule: when it runs as people say it, its next run, and of a cron expression the next five. */
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Overview } from '../../api/schema.js';
import { fromNow } from '../../parts/from-now.js';
import { exactTime, useNow } from '../../parts/moment.js';
import { cronMeaning } from '../../parts/schema-form/schedule/cron-words.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';
import { byItsClock, dayAndTime, type Schedule, scheduleWords, zoneOf } from './schedule-words.js';
import styles from './schedules.module.css';

const words = strings.schedules.runs;
const RUNS = 5;
const DAY_MS = 86_400_000;

export function RunRow({ row, schedule }: { row: Overview; schedule: Schedule }) {
  const { id, name, connection } = row;
  return (
    <tr>
      <th scope="row">
        <Anchor component={Link} to={`/connectors/${id}`} inherit underline="always">
          {name}
        </Anchor>
      </th>
      <td data-label={words.mailbox} className={styles.breaking}>
        {connection.user}
      </td>
      <td data-label={words.when}>
        {scheduleWords(schedule)}
        {schedule.cron !== undefined && <NextFive name={name} cron={schedule.cron} schedule={schedule} />}
      </td>
      <td data-label={words.next}>
        <NextRun row={row} schedule={schedule} />
      </td>
    </tr>
  );
}

/** These wait for a person, whatever their schedule says. */
const STANDING_STILL = new Set(['paused', 'held']);

/** By the clock where the clock decides; else by how long it is until then. */
function NextRun({ row: { health }, schedule }: { row: Overview; schedule: Schedule }) {
  const now = useNow();
  const { status, nextRunAt } = health;
  if (nextRunAt === null && STANDING_STILL.has(status))
    return (
      <>
        {words.doesNotRun} <StatusBadge status={status} />
      </>
    );
  const timeZone = zoneOf(schedule);
  // What has not run yet has no next run written down; the expression says it as well.
  const at = nextRunAt === null ? firstOf(schedule, now) : Date.parse(nextRunAt);
  if (at === undefined) return words.soon;
  const until = at <= now ? words.dueNow : fromNow(at - now);
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={exactTime(iso)}>
      {schedule.cron === undefined ? until : byItsClock(at, { timeZone, now })}
      {schedule.cron !== undefined && at - now < DAY_MS && ` (${until})`}
    </time>
  );
}

const firstOf = ({ cron, timeZone }: Schedule, after: number): number | undefined =>
  cron === undefined ? undefined : cronMeaning(cron, timeZone, { after, count: 1 })?.next[0];

function NextFive({ name, cron, schedule }: { name: string; cron: string; schedule: Schedule }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={styles.five} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{words.fiveOf(name)}</summary>
      {isOpen && <Times cron={cron} timeZone={zoneOf(schedule)} />}
    </details>
  );
}

function Times({ cron, timeZone }: { cron: string; timeZone: string }) {
  const now = useNow();
  return (
    <>
      {words.inZone(timeZone)}
      <ol>
        {cronMeaning(cron, timeZone, { after: now, count: RUNS })?.next.map((at) => (
          <li key={at}>{dayAndTime(at, { timeZone, now })}</li>
        ))}
      </ol>
    </>
  );
}
