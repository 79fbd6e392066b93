/** One connector in a row; plain elements throughout, drawn anew only when it, or the time it shows, has changed. */
import { IconDots } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { fromNow } from '../../parts/from-now.js';
import { exactTime } from '../../parts/moment.js';
import { strings } from '../../strings/index.js';
import { ActsButton } from './acts-button.js';
import styles from './home.module.css';
import { needsPerson } from './needs-person.js';
import type { Row } from './overview.js';
import { RowStatus } from './row-status.js';

const words = strings.home.list;
const dots = <IconDots size={16} aria-hidden />;

export interface ConnectorRowProps {
  row: Row;
  /** In the whole list, from 0. */
  index: number;
  /** px from the top of the list */
  top: number;
  /** ms since the epoch */
  now: number;
  typeTitle: string;
  /** Whether Tab leads here: the list is one stop, and the arrow keys go on from it. */
  isCurrent: boolean;
  /** The open menu, in the place of the button that opens it. */
  menu: ReactNode;
}

export const ConnectorRow = memo(function ConnectorRow(props: ConnectorRowProps) {
  const { row, index, top, now, typeTitle, isCurrent, menu } = props;
  const { id, name, connection, health } = row;
  const tabIndex = isCurrent ? 0 : -1;
  // A sender that has not tried anything yet has no problem of its own.
  const trouble =
    health.problem?.title ?? (health.status === 'held' ? standingStill(connection.status) : undefined);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of 2,000 rows of which thirty are drawn has no table's layout
    // biome-ignore lint/a11y/useFocusableInteractive: what is in it is
    <div
      role="row"
      aria-rowindex={index + 2}
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      data-connector={id}
      data-index={index}
    >
      <Cell part="status">
        <RowStatus status={health.status} />
      </Cell>
      <Cell part="connector">
        <a
          href={`/connectors/${id}`}
          className={`${styles.name} ${styles.line}`}
          tabIndex={tabIndex}
          title={name}
        >
          {name}
        </a>
        <span className={`${styles.line} ${styles.dim}`}>
          {typeTitle}
          {trouble !== undefined && (
            <span className={needsPerson(row) ? styles.bad : undefined} title={health.problem?.detail}>
              {` · ${trouble}`}
            </span>
          )}
        </span>
      </Cell>
      <Cell part="connection">
        <span className={styles.line} title={connection.user}>
          {connection.user}
        </span>
        {connection.name !== connection.user && (
          <span className={`${styles.line} ${styles.dim}`}>{connection.name}</span>
        )}
      </Cell>
      <Cell part="success" label={words.lastSuccess}>
        {health.lastSuccessAt === null ? (
          <span className={styles.dim}>{words.never}</span>
        ) : (
          <Time at={health.lastSuccessAt} now={now} />
        )}
      </Cell>
      <Cell part="next" label={words.nextRun}>
        {health.nextRunAt === null ? (
          <span className={styles.dim}>{words.none}</span>
        ) : (
          <Time at={health.nextRunAt} now={now} isAhead />
        )}
      </Cell>
      <Cell part="today" label={words.today}>
        <Today row={row} />
      </Cell>
      <Cell part="waiting" label={words.waiting}>
        <Waiting row={row} />
      </Cell>
      <Cell part="acts">{menu ?? <ActsButton name={name} tabIndex={tabIndex} sign={dots} />}</Cell>
    </div>
  );
});

/** In the words of the card that asks for the sign-in. */
const standingStill = (status: string): string | undefined =>
  status === 'unauthorized' ? strings.home.needs.notSignedIn : strings.status[status];

function Cell({ part, label, children }: { part: string; label?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the row
    <div role="cell" className={styles.cell} data-part={part}>
      {label !== undefined && (
        <span className={styles.label} aria-hidden>
          {label}
        </span>
      )}
      {children}
    </div>
  );
}

function Time({ at, now, isAhead = false }: { at: string; now: number; isAhead?: boolean }) {
  // The page looks at its clock now and then: what has just been can seem to lie ahead.
  const ms = isAhead ? Date.parse(at) - now : Math.min(0, Date.parse(at) - now);
  return (
    <time dateTime={at} title={exactTime(at)}>
      {isAhead && ms <= 0 ? words.due : fromNow(ms)}
    </time>
  );
}

function Today({ row: { direction, today } }: { row: Row }) {
  const done = direction === 'send' ? words.sent(today.sent) : words.received(today.received);
  const faults = [
    ...(today.failed > 0 ? [words.failed(today.failed)] : []),
    ...(today.quarantined > 0 ? [words.quarantined(today.quarantined)] : []),
  ];
  return (
    <>
      <span className={styles.line}>{done}</span>
      {faults.length > 0 && <span className={`${styles.line} ${styles.bad}`}>{faults.join(', ')}</span>}
    </>
  );
}

function Waiting({ row: { direction, waiting } }: { row: Row }) {
  if (waiting === 0) return <span className={styles.dim}>{words.none}</span>;
  return (
    <>
      <span className={styles.line}>{words.count(waiting)}</span>
      <span className={`${styles.line} ${styles.dim}`}>
        {direction === 'send' ? words.inOutbox : words.inQuarantine}
      </span>
    </>
  );
}
