/** Says how many came while somebody read further down ("5 new"), and shows them when they ask for it. */
import { Button, VisuallyHidden } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { strings } from '../../strings/index.js';
import classes from './messages.module.css';
import type { LiveMessages } from './use-live-messages.js';
import { PAGE_SIZE } from './use-message-pages.js';

export interface FreshButtonProps {
  live: LiveMessages;
  /** Of the list; its begin is where they will stand. */
  frame: RefObject<HTMLElement | null>;
}

export function FreshButton({ live: { fresh, showFresh }, frame }: FreshButtonProps) {
  const words = strings.messages.fresh(fresh, fresh >= PAGE_SIZE);
  return (
    <div className={classes.fresh}>
      <VisuallyHidden role="status">{fresh > 0 && words}</VisuallyHidden>
      {fresh > 0 && (
        <Button
          size="xs"
          radius="xl"
          leftSection={<IconArrowUp size={14} aria-hidden />}
          onClick={() => {
            showFresh();
            if ((frame.current?.getBoundingClientRect().top ?? 0) < 0) window.scrollTo({ top: 0 });
          }}
        >
          {words}
        </Button>
      )}
    </div>
  );
}
