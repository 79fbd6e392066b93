/** Connections: each mailbox, whether it is signed in, through which application, and until when its token is good. */
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Connection } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { EmptyState, Loaded, Page, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { connectionsQuery } from './connection-queries.js';
import { ConnectionTable } from './connection-table.js';

/** Rows that are drawn at once. */
const STEP = 100;

export function ConnectionsScreen() {
  const words = strings.connections;
  const query = useQuery(connectionsQuery);
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
            <Filtered items={items} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Filtered({ items }: { items: readonly Connection[] }) {
  const words = strings.connections;
  const { q = '' } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [most, setMost] = useState(STEP);
  const asked = q.trim().toLowerCase();
  const found = items.filter(({ name, user }) => `${name}\n${user}`.toLowerCase().includes(asked));
  return (
    <Section>
      <TextInput
        type="search"
        label={words.filter}
        maw={420}
        value={q}
        onChange={(event) =>
          void navigate({ to: '/connections', search: { q: event.currentTarget.value }, replace: true })
        }
      />
      {found.length === 0 ? words.noneFound : <ConnectionTable items={found.slice(0, most)} />}
      {found.length > most && (
        <Button variant="default" onClick={() => setMost(most + STEP)}>
          {words.more(found.length - most)}
        </Button>
      )}
    </Section>
  );
}
