/** The audit trail: who did what to what, from where, and what came of it; newest first. */
import { Badge, Button, Code, Group, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type AuditEntry, answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { ListTable } from '../../parts/list-table.js';
import { exactTime } from '../../parts/moment.js';
import { EmptyState, Loaded, Section } from '../../parts/page.js';
import { SearchField } from '../../parts/search-field.js';
import { strings } from '../../strings/index.js';

const words = strings.people.audit;
const PAGE = 50;

export function AuditTrail() {
  const { action = '', subject = '' } = useSearch({ strict: false });
  const navigate = useNavigate();
  const filters = { ...(action !== '' && { action }), ...(subject !== '' && { subject }) };
  const query = useInfiniteQuery({
    queryKey: [...queryKeys.audit, filters],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET('/api/v1/audit', {
          params: { query: { limit: PAGE, ...filters, ...(pageParam !== '' && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  return (
    <Stack>
      <SearchField
        label={words.action}
        description={words.actionText}
        maw={360}
        value={action}
        onSearch={(text) =>
          void navigate({ to: '/people', search: { tab: 'audit', action: text, subject }, replace: true })
        }
      />
      <Loaded query={query}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <EmptyState title={words.none.title}>{words.none.text}</EmptyState>;
          return (
            <Section>
              <ListTable columns={Object.values(words.columns)} minWidth={760} spacing="xs">
                {items.map((each) => (
                  <EntryRow key={each.id} entry={each} />
                ))}
              </ListTable>
              {query.hasNextPage && (
                <Group>
                  <Button
                    variant="default"
                    loading={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    {strings.parts.more}
                  </Button>
                </Group>
              )}
            </Section>
          );
        }}
      </Loaded>
    </Stack>
  );
}

const OUTCOME_COLOURS: Readonly<Record<string, string>> = { done: 'green', refused: 'yellow', failed: 'red' };

function EntryRow({ entry }: { entry: AuditEntry }) {
  const { actor, subject, changes = [], outcome } = entry;
  return (
    <Table.Tr>
      <Table.Td>
        <time dateTime={entry.at}>{exactTime(entry.at)}</time>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{actor.name ?? words.kinds[actor.kind] ?? actor.kind}</Text>
        <Text size="xs" c="dimmed">
          {entry.from === 'here' ? words.here : words.from(entry.from)}
        </Text>
      </Table.Td>
      <Table.Td>
        <Code>{entry.action}</Code>
        {entry.detail !== undefined && <Text size="xs">{entry.detail}</Text>}
        {changes.map(({ field, from, to }) => (
          <Text key={field} size="xs">
            {words.changed(field, from, to)}
          </Text>
        ))}
      </Table.Td>
      <Table.Td>{subject && (subject.name ?? subject.id ?? subject.kind)}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={OUTCOME_COLOURS[outcome] ?? 'gray'} tt="none">
          {words.outcomes[outcome] ?? outcome}
        </Badge>
        {entry.problem !== undefined && (
          <Text size="xs">
            <a href={`/problems#${entry.problem}`} title={entry.problem} target="_blank" rel="noreferrer">
              {strings.problem.about}
            </a>
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
