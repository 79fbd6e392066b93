/** People: their role and status, and how they come in. */
import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { everyPage } from '../../api/every-page.js';
import { queryKeys } from '../../api/keys.js';
import { ListTable } from '../../parts/list-table.js';
import { Loaded, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { InvitationModal } from './invitation-modal.js';
import { PersonRow } from './person-row.js';
import { RemovedPeople } from './removed-people.js';

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
            <ListTable
              columns={[
                words.columns.name,
                words.columns.role,
                words.columns.status,
                words.columns.lastSignIn,
                words.columns.acts,
              ]}
              minWidth={640}
            >
              {items.map((each) => (
                <PersonRow key={each.id} person={each} onLink={setShown} />
              ))}
            </ListTable>
          </Section>
        )}
      </Loaded>
      <RemovedPeople />
      <InvitationModal shown={shown} onLink={setShown} onClose={() => setShown(undefined)} />
    </Stack>
  );
}
