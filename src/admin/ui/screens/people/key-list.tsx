/** API keys: which programs may use the API, and what each may do. */
import { Button, Group, Stack, Table } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ApiKey, answerOf, api } from '../../api/client.js';
import { everyPage } from '../../api/every-page.js';
import { queryKeys } from '../../api/keys.js';
import { useConfirm } from '../../parts/confirm.js';
import { ListTable } from '../../parts/list-table.js';
import { Moment } from '../../parts/moment.js';
import { tellDone, tellRefusal } from '../../parts/notify.js';
import { EmptyState, Loaded, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { NewKeyModal } from './new-key-modal.js';

const words = strings.people.keys;

export function KeyList() {
  const [isMaking, setIsMaking] = useState(false);
  const query = useQuery({
    queryKey: queryKeys.apiKeys,
    queryFn: () => everyPage((page) => answerOf(api.GET('/api/v1/api-keys', { params: { query: page } }))),
  });
  const add = <Button onClick={() => setIsMaking(true)}>{words.new}</Button>;
  return (
    <Stack>
      <Loaded query={query}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState title={words.none.title} action={add}>
              {words.none.text}
            </EmptyState>
          ) : (
            <>
              <Group justify="flex-end">{add}</Group>
              <Section>
                <ListTable
                  columns={[
                    words.columns.name,
                    words.columns.scopes,
                    words.columns.createdAt,
                    words.columns.acts,
                  ]}
                  minWidth={480}
                >
                  {items.map((each) => (
                    <KeyRow key={each.id} apiKey={each} />
                  ))}
                </ListTable>
              </Section>
            </>
          )
        }
      </Loaded>
      <NewKeyModal isOpen={isMaking} onClose={() => setIsMaking(false)} />
    </Stack>
  );
}

function KeyRow({ apiKey: { id, name, scopes, createdAt } }: { apiKey: ApiKey }) {
  const client = useQueryClient();
  const confirm = useConfirm();
  const remove = async (): Promise<void> => {
    const question = { title: words.deleteTitle(name), text: words.deleteText, act: strings.parts.delete };
    if (!(await confirm(question))) return;
    await answerOf(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } })).then(
      () => tellDone(words.deleted(name)),
      tellRefusal,
    );
    await client.invalidateQueries({ queryKey: queryKeys.apiKeys });
  };
  return (
    <Table.Tr>
      <Table.Td fw={600}>{name}</Table.Td>
      <Table.Td>{scopes.map((scope) => words.scopes[scope] ?? scope).join('; ')}</Table.Td>
      <Table.Td>
        <Moment at={createdAt} />
      </Table.Td>
      <Table.Td>
        <Button
          size="xs"
          variant="default"
          aria-label={`${strings.parts.delete} ${name}`}
          onClick={() => void remove()}
        >
          {strings.parts.delete}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
