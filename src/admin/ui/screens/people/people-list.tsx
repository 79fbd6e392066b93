/** People: their role and status, and how they come in. */
import { Button, Group, Stack, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { everyPage } from '../../api/every-page.js';
import { queryKeys } from '../../api/keys.js';
import { Loaded, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { InvitationModal } from './invitation-modal.js';
import { PersonRow } from './person-row.js';

const words = strings.people;

/** A link that was just made; shown once. */
export interface MadeLink {
  name: string;
  url: string;
  expiresAt: string;
}

export function PeopleList() {
  const query = useQuery({
    queryKey: queryKeys.people,
    queryFn: () => everyPage((page) => answerOf(api.GET('/api/v1/people', { params: { query: page } }))),
  });
  const [shown, setShown] = useState<'invite' | MadeLink>();
  return (
    <Stack>
      <Group justify="flex-end">
        <Button onClick={() => setShown('invite')}>{words.invite}</Button>
      </Group>
      <Loaded query={query}>
        {(items) => (
          <Section>
            <Table.ScrollContainer minWidth={640} type="native">
              <Table verticalSpacing="sm">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{words.columns.name}</Table.Th>
                    <Table.Th>{words.columns.role}</Table.Th>
                    <Table.Th>{words.columns.status}</Table.Th>
                    <Table.Th>{words.columns.lastSignIn}</Table.Th>
                    <Table.Th>{words.columns.acts}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((each) => (
                    <PersonRow key={each.id} person={each} onLink={setShown} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Section>
        )}
      </Loaded>
      <InvitationModal shown={shown} onLink={setShown} onClose={() => setShown(undefined)} />
    </Stack>
  );
}
