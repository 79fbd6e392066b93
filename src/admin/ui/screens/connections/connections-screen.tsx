/** Connections: each mailbox, whether it is signed in, through which application, and until when its token is good. */
import { Button, Text } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Connection } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { EmptyState, Loaded, Page, Section } from '../../parts/page.js';
import { SearchField } from '../../parts/search-field.js';
import { strings } from '../../strings/index.js';
import { ConnectionTable } from './connection-table.js';
import { useConnectionPages } from './use-connection-pages.js';

/** Rows that a search shows at most. */
const MOST_FOUND = 200;

export function ConnectionsScreen() {
  const words = strings.connections;
  const { q = '' } = useSearch({ strict: false });
  const navigate = useNavigate();
  const asked = q.trim().toLowerCase();
  const query = useConnectionPages({ isWhole: asked !== '' });
  const add = useMay('admin') && (
    <Button component={Link} to="/connections/new">
      {words.new}
    </Button>
  );
  return (
    <Page title={words.title} actions={query.data?.length ? add : undefined}>
      <Loaded query={query}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState title={words.empty.title} action={add}>
              {words.empty.text}
            </EmptyState>
          ) : (
            <Section>
              <SearchField
                label={words.filter}
                maw={420}
                value={q}
                onSearch={(text) => void navigate({ to: '/connections', search: { q: text }, replace: true })}
              />
              <Found items={items} asked={asked} isSearching={asked !== '' && query.hasNextPage} />
              {asked === '' && query.hasNextPage && (
                <Button
                  variant="default"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {strings.parts.more}
                </Button>
              )}
            </Section>
          )
        }
      </Loaded>
    </Page>
  );
}

interface FoundProps {
  items: readonly Connection[];
  asked: string;
  /** There are more to look through. */
  isSearching: boolean;
}

function Found({ items, asked, isSearching }: FoundProps) {
  const words = strings.connections;
  const isFound = ({ name, user }: Connection): boolean => `${name}\n${user}`.toLowerCase().includes(asked);
  const found = asked === '' ? items : items.filter(isFound).slice(0, MOST_FOUND);
  return (
    <>
      {found.length > 0 && <ConnectionTable items={found} />}
      <Text size="sm" role="status">
        {isSearching ? words.searching : found.length === 0 && words.noneFound}
      </Text>
    </>
  );
}
