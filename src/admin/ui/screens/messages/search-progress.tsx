/** How far back a list has been looked through: it goes on by itself, may be stopped, and taken up again. */
import { Button, Group, Loader, Text } from '@mantine/core';
import { exactTime } from '../../parts/moment.js';
import { ReadFailed } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import type { MessagePages } from './use-message-pages.js';

export interface SearchProgressProps {
  pages: MessagePages;
  found: number;
}

export function SearchProgress({ pages, found }: SearchProgressProps) {
  const words = strings.messages;
  const { error, isSearching, searchedUntil, hasMore, more, stop } = pages;
  if (error) return <ReadFailed query={pages} />;
  const until = searchedUntil === null ? undefined : exactTime(searchedUntil);
  return (
    <Group justify="center" gap="sm" p="xs">
      <Text size="sm" c="dimmed" role="status">
        {isSearching
          ? words.searching(found, until)
          : until === undefined
            ? found > 0 && words.end
            : words.stoppedAt(until)}
      </Text>
      {isSearching ? (
        <>
          <Loader size="xs" aria-hidden />
          <Button size="xs" variant="default" onClick={stop}>
            {words.stop}
          </Button>
        </>
      ) : (
        hasMore && (
          <Button size="xs" variant="default" onClick={more}>
            {found === 0 ? words.goOn : strings.parts.more}
          </Button>
        )
      )}
    </Group>
  );
}
