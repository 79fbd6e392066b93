/** Applications: each client registration, whether it works, and what of it ends soon. */
import { Anchor, Button, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Application } from '../../api/client.js';
import { applicationsQuery, providersQuery } from '../../api/records.js';
import { useMay } from '../../api/session.js';
import { ListTable } from '../../parts/list-table.js';
import { EmptyState, Loaded, Page, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { ApplicationBadge } from './application-badge.js';

export function ApplicationsScreen() {
  const words = strings.applications;
  const query = useQuery(applicationsQuery);
  const add = useMay('admin') && (
    <Button component={Link} to="/applications/new">
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
              <ApplicationTable items={items} />
            </Section>
          )
        }
      </Loaded>
    </Page>
  );
}

function ApplicationTable({ items }: { items: readonly Application[] }) {
  const words = strings.applications;
  const { data } = useQuery(providersQuery);
  const titleOf = (provider: string): string =>
    data?.items.find(({ name }) => name === provider)?.title ?? provider;
  return (
    <ListTable
      columns={[
        words.columns.name,
        words.columns.state,
        words.columns.provider,
        words.columns.clientId,
        words.columns.credential,
      ]}
      minWidth={640}
      highlightOnHover
    >
      {items.map((each) => (
        <Table.Tr key={each.id}>
          <Table.Td>
            <Anchor component={Link} to={`/applications/${each.id}`} fw={600}>
              {each.name}
            </Anchor>
          </Table.Td>
          <Table.Td>
            <ApplicationBadge application={each} />
          </Table.Td>
          <Table.Td>{titleOf(each.provider)}</Table.Td>
          <Table.Td>
            <Text size="sm" ff="monospace">
              {each.clientId}
            </Text>
          </Table.Td>
          <Table.Td>{methodName(each)}</Table.Td>
        </Table.Tr>
      ))}
    </ListTable>
  );
}

const methodName = ({ clientAuth: { method } }: Application): string =>
  (strings.applications.authentication.methods as Readonly<Record<string, string>>)[method] ?? method;
