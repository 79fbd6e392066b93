/** Who was deleted and is kept out, though the OpenID provider would bring them back; each may be let back. */
import { Button, Table, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { useConfirm } from '../../parts/confirm.js';
import { ListTable } from '../../parts/list-table.js';
import { Moment } from '../../parts/moment.js';
import { tellDone, tellRefusal } from '../../parts/notify.js';
import { ReadFailed, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

const words = strings.people.removed;

export function RemovedPeople() {
  const query = useQuery({
    queryKey: [...queryKeys.people, 'removed'],
    queryFn: () => answerOf(api.GET('/api/v1/people/removed')),
  });
  if (!query.data) return query.error ? <ReadFailed query={query} /> : null;
  const { items } = query.data;
  if (items.length === 0) return null;
  return (
    <Section title={words.title}>
      <Text size="sm">{words.text}</Text>
      <ListTable
        columns={[words.columns.name, words.columns.through, words.columns.removedAt, words.columns.acts]}
        minWidth={560}
      >
        {items.map((each) => (
          <RemovedRow key={each.id} person={each} />
        ))}
      </ListTable>
    </Section>
  );
}

interface RemovedPerson {
  id: string;
  name: string;
  issuer: string;
  removedAt: string;
}

function RemovedRow({ person: { id, name, issuer, removedAt } }: { person: RemovedPerson }) {
  const client = useQueryClient();
  const confirm = useConfirm();
  const letBack = async (): Promise<void> => {
    const question = { title: words.letBackTitle(name), text: words.letBackText, act: words.letBack };
    if (!(await confirm({ ...question, isDestructive: false }))) return;
    await answerOf(api.DELETE('/api/v1/people/removed/{id}', { params: { path: { id } } })).then(
      () => tellDone(words.wasLetBack(name)),
      tellRefusal,
    );
    await client.invalidateQueries({ queryKey: queryKeys.people });
  };
  return (
    <Table.Tr>
      <Table.Td fw={600}>{name}</Table.Td>
      <Table.Td>{issuer}</Table.Td>
      <Table.Td>
        <Moment at={removedAt} />
      </Table.Td>
      <Table.Td>
        <Button
          size="xs"
          variant="default"
          aria-label={`${words.letBack} ${name}`}
          onClick={() => void letBack()}
        >
          {words.letBack}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
