/** Whether an application works, at a glance: a word and a sign. */
import { Badge } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconClock } from '@tabler/icons-react';
import type { Application } from '../../api/client.js';
import { strings } from '../../strings/index.js';

export function ApplicationBadge({ application }: { application: Application }) {
  const words = strings.applications;
  const [colour, Icon, text] = application.problem
    ? (['red', IconAlertTriangle, words.failing] as const)
    : application.warnings.length > 0
      ? (['yellow', IconClock, words.warned] as const)
      : (['green', IconCircleCheck, words.good] as const);
  return (
    <Badge variant="light" color={colour} tt="none" fw={600} leftSection={<Icon size={14} aria-hidden />}>
      {text}
    </Badge>
  );
}
