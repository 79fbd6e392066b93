/** Says whether what stands on the page is live; in words only when it is not. */
import { Badge, Tooltip, VisuallyHidden } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { liveState } from '../api/changes.js';
import { strings } from '../strings/index.js';

export function LiveBadge() {
  const state = useSyncExternalStore(liveState.subscribe, liveState.get);
  const words = strings.shell.live[state];
  return (
    <div role="status" data-live={state}>
      {state === 'lost' ? (
        <Badge color="red" variant="light" tt="none">
          {words}
        </Badge>
      ) : (
        <Tooltip label={words} withArrow>
          <Badge circle size="xs" color={state === 'live' ? 'green.8' : 'gray.6'}>
            <VisuallyHidden>{words}</VisuallyHidden>
          </Badge>
        </Tooltip>
      )}
    </div>
  );
}
