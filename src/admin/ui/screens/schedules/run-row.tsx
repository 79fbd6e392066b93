/** A connector on a schedule: when it runs as people say it, its next run, and of a cron expression the next five. */
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Overview } from '../../api/schema.js';
import { exactTime, fromNow, useNow } from '../../parts/moment.js';
import { cronMeaning } from '../../parts/schema-form/schedule/cron-words.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';
import { dayAndTime, type Schedule, scheduleWords, zoneOf } from './schedule-words.js';
import styles from './schedules.module.css';

const words = strings.schedules.runs;
const RUNS = 5;

export function RunRow({ row, schedule }: { row: Overview; schedule: Schedule }) {
  const { id, name, connection, health } = row;
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
        {health.nextRunAt === null ? (
          <>
            {words.doesNotRun} <StatusBadge status={health.status} />
          </>
        ) : (
          <NextRun at={health.nextRunAt} schedule={schedule} />
        )}
      </td>
    </tr>
  );
}

/** By the clock where the clock decides; else by how long it is until then. */
function NextRun({ at, schedule }: { at: string; schedule: Schedule }) {
  const now = useNow();
  const ms = Date.parse(at);
  const until = ms <= now ? words.dueNow : fromNow(ms - now);
  return (
    <time dateTime={at} title={exactTime(at)}>
      {schedule.cron === undefined
        ? until
        : `${dayAndTime(ms, { timeZone: zoneOf(schedule), now })} (${until})`}
    </time>
  );
}

function NextFive({ name, cron, schedule }: { name: string; cron: string; schedule: Schedule }) {
  const now = useNow();
  const timeZone = zoneOf(schedule);
  return (
    <details className={styles.five}>
      <summary>{words.fiveOf(name)}</summary>
      {words.inZone(timeZone)}
      <ol>
        {cronMeaning(cron, timeZone, { after: now, count: RUNS })?.next.map((at) => (
          <li key={at}>{dayAndTime(at, { timeZone, now })}</li>
        ))}
      </ol>
    </details>
  );
}
