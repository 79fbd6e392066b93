/** A row's status: what parts/status-badge shows, as a plain element, since thousands of rows pass by. */
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClock,
  IconHandStop,
  IconPlayerPause,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { strings } from '../../strings/index.js';
import styles from './home.module.css';

const sign = { size: 14, 'aria-hidden': true } as const;

/** Elements are made once and shown many times. */
const LOOKS: Readonly<Record<string, readonly [string, ReactNode]>> = {
  ok: ['good', <IconCircleCheck key="ok" {...sign} />],
  waiting: ['calm', <IconClock key="waiting" {...sign} />],
  paused: ['calm', <IconPlayerPause key="paused" {...sign} />],
  backoff: ['warning', <IconRefresh key="backoff" {...sign} />],
  held: ['bad', <IconHandStop key="held" {...sign} />],
  stale: ['bad', <IconAlertTriangle key="stale" {...sign} />],
  failing: ['bad', <IconX key="failing" {...sign} />],
};

export function RowStatus({ status }: { status: string }) {
  const [look, icon] = LOOKS[status] ?? ['calm', null];
  return (
    <span className={styles.badge} data-look={look} data-status={status}>
      {icon}
      {strings.status[status] ?? status}
    </span>
  );
}
