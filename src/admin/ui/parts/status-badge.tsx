/** The state of a connector, connection or message at a glance: a word and a sign, never a colour alone. */
import { Badge } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClock,
  IconHandStop,
  IconHelpCircle,
  IconPlayerPause,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import { strings } from '../strings/index.js';

type Look = 'good' | 'calm' | 'warning' | 'bad';
const COLOURS: Readonly<Record<Look, string>> = {
  good: 'green',
  calm: 'gray',
  warning: 'yellow',
  bad: 'red',
};

/** Of connectors (health), connections, messages and alerts; each status has one meaning wherever it stands. */
const LOOKS: Readonly<Record<string, readonly [Look, typeof IconX]>> = {
  ok: ['good', IconCircleCheck],
  waiting: ['calm', IconClock],
  paused: ['calm', IconPlayerPause],
  backoff: ['warning', IconRefresh],
  held: ['bad', IconHandStop],
  stale: ['bad', IconAlertTriangle],
  failing: ['bad', IconX],
  authorized: ['good', IconCircleCheck],
  unauthorized: ['warning', IconHandStop],
  'reauthorization-required': ['bad', IconHandStop],
  'application-error': ['bad', IconAlertTriangle],
  scheduled: ['calm', IconClock],
  queued: ['calm', IconClock],
  sending: ['calm', IconRefresh],
  sent: ['good', IconCircleCheck],
  uncertain: ['warning', IconHelpCircle],
  failed: ['bad', IconX],
  cancelled: ['calm', IconX],
  pending: ['calm', IconClock],
  delivered: ['good', IconCircleCheck],
  quarantined: ['warning', IconAlertTriangle],
  open: ['bad', IconAlertTriangle],
  resolved: ['good', IconCircleCheck],
};

/** @param props `status` as the API says it */
export function StatusBadge({ status }: { status: string }) {
  const [look, Icon] = LOOKS[status] ?? (['calm', IconHelpCircle] as const);
  return (
    <Badge
      variant="light"
      color={COLOURS[look]}
      leftSection={<Icon size={14} aria-hidden />}
      tt="none"
      fw={600}
      data-status={status}
    >
      {strings.status[status] ?? status}
    </Badge>
  );
}
