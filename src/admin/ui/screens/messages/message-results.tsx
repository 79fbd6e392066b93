/** What a search found: its rows, how far it has come, what is new since, and the selection. */
import { Box, Checkbox, Group, Paper, Stack } from '@mantine/core';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { useMay } from '../../api/session.js';
import { Loading, ReadFailed } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { BulkBar } from './bulk-bar.js';
import { BulkOutcomePanel } from './bulk-outcome.js';
import { FreshButton } from './fresh-button.js';
import type { MessageFilters } from './message-filters.js';
import { MessageRows } from './message-rows.js';
import classes from './messages.module.css';
import { SearchProgress } from './search-progress.js';
import { type BulkOutcome, useBulk } from './use-bulk.js';
import { useConnectorNames } from './use-connector-names.js';
import { useLiveMessages } from './use-live-messages.js';
import { useMessagePages } from './use-message-pages.js';

export interface MessageResultsProps {
  filters: MessageFilters;
  isOfOne: boolean;
  /** Shown where nothing was found. */
  empty: ReactNode;
}

const NONE: ReadonlySet<string> = new Set();

export function MessageResults({ filters, isOfOne, empty }: MessageResultsProps) {
  const words = strings.messages;
  const pages = useMessagePages(filters);
  const { messages = [], isSearching, update } = pages;
  const [selected, setSelected] = useState(NONE);
  const frame = useRef<HTMLDivElement>(null);
  const visible = useRef<readonly string[]>([]);
  const live = useLiveMessages({
    filters,
    pages,
    visible,
    isBusy: () => selected.size > 0 || (frame.current?.getBoundingClientRect().top ?? 0) < 0,
  });
  const may = useMay('operate');
  const names = useConnectorNames(isOfOne ? [] : messages.map(({ connector }) => connector));
  const select = useCallback(
    (id: string, isSelected: boolean) =>
      setSelected((before) => {
        const after = new Set(before);
        if (isSelected) after.add(id);
        else after.delete(id);
        return after;
      }),
    [],
  );
  const settle = useCallback(
    (outcomes: readonly BulkOutcome[]) => {
      const moved = new Map(outcomes.flatMap(({ id, status }) => (status === null ? [] : [[id, status]])));
      update((before) =>
        before.map((item) => ({ ...item, ...(moved.has(item.id) && { status: moved.get(item.id) ?? '' }) })),
      );
      // What was not done stays selected, for another try.
      setSelected((before) => new Set([...before].filter((id) => !moved.has(id))));
    },
    [update],
  );
  const bulk = useBulk(settle);
  const chosen = useMemo(() => messages.filter(({ id }) => selected.has(id)), [messages, selected]);

  if (pages.error && messages.length === 0) return <ReadFailed query={pages} />;
  if (pages.messages === undefined) return <Loading />;
  return (
    <Stack gap="sm">
      <FreshButton live={live} frame={frame} />
      {messages.length > 0 && (
        <Paper withBorder ref={frame}>
          {may && (
            <Group px="sm" py="xs">
              <Checkbox
                size="sm"
                label={words.selectAll(messages.length)}
                checked={chosen.length === messages.length}
                indeterminate={chosen.length > 0 && chosen.length < messages.length}
                onChange={({ currentTarget }) =>
                  setSelected(currentTarget.checked ? new Set(messages.map(({ id }) => id)) : NONE)
                }
              />
            </Group>
          )}
          <MessageRows
            messages={messages}
            selected={selected}
            visible={visible}
            onEnd={() => {
              if (pages.hasMore && !isSearching) pages.more();
            }}
            {...(!isOfOne && { connectorNames: names })}
            {...(may && { onSelect: select })}
          />
        </Paper>
      )}
      {messages.length === 0 && !pages.hasMore && <Box>{empty}</Box>}
      <SearchProgress pages={pages} found={messages.length} />
      {(chosen.length > 0 || bulk.run) && (
        <div className={classes.acts}>
          <BulkOutcomePanel
            bulk={bulk}
            subjectOf={(id) => messages.find((each) => each.id === id)?.subject || words.noSubject}
          />
          {chosen.length > 0 && (
            <BulkBar
              selected={chosen}
              isRunning={bulk.run?.isRunning ?? false}
              onAct={bulk.start}
              onClear={() => setSelected(NONE)}
            />
          )}
        </div>
      )}
    </Stack>
  );
}
