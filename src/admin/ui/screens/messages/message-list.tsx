/** Messages, newest first: of one connector, or of all; to be searched, filtered, and acted on in numbers. It stays live. */
import { Button, Stack } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { EmptyState } from '../../parts/page.js';
import type { Search } from '../../routes.js';
import { strings } from '../../strings/index.js';
import { FilterBar } from './filter-bar.js';
import { filtersIn, NO_FILTERS } from './message-filters.js';
import { MessageResults } from './message-results.js';

export interface MessageListProps {
  /** Of this connector alone. */
  connector?: string;
}

export function MessageList({ connector }: MessageListProps) {
  const words = strings.messages;
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const address = JSON.stringify(filtersIn(search, connector));
  // The same choice is the same object, however often the address is read.
  const filters = useMemo(() => JSON.parse(address) as ReturnType<typeof filtersIn>, [address]);
  const change = (changed: Search): void =>
    void navigate({
      to: '.',
      search: (before: Search) => ({ ...before, ...changed }),
      replace: true,
      resetScroll: false,
    });
  const isFiltered = Object.keys(filters).length > (connector === undefined ? 0 : 1);
  return (
    <Stack gap="md">
      <FilterBar
        key={connector}
        filters={filters}
        isOfOne={connector !== undefined}
        onChange={(changed) => change(changed as Search)}
      />
      <MessageResults
        key={address}
        filters={filters}
        isOfOne={connector !== undefined}
        empty={
          isFiltered ? (
            <EmptyState
              title={words.none.title}
              action={
                <Button variant="default" onClick={() => change(NO_FILTERS)}>
                  {words.filters.clear}
                </Button>
              }
            >
              {words.none.text}
            </EmptyState>
          ) : (
            <EmptyState
              title={words.empty.title}
              {...(connector === undefined && {
                action: (
                  <Button component={Link} to="/connectors/new">
                    {words.empty.act}
                  </Button>
                ),
              })}
            >
              {connector === undefined ? words.empty.text : words.empty.ofOne}
            </EmptyState>
          )
        }
      />
    </Stack>
  );
}
