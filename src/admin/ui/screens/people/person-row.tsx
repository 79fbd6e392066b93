/** One person: role to be changed, and the acts that take access away or give it anew. */
import { Badge, Button, Group, Select, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { atVersion } from '../../api/at-version.js';
import { answerOf, api, type Person } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { sessionQuery } from '../../api/session.js';
import { choices } from '../../parts/bound-field.js';
import { type Question, useConfirm } from '../../parts/confirm.js';
import { Moment } from '../../parts/moment.js';
import { tellDone, tellRefusal } from '../../parts/notify.js';
import { strings } from '../../strings/index.js';
import type { MadeLink } from './people-list.js';

const words = strings.people;

const COLOURS: Readonly<Record<string, string>> = { active: 'green', invited: 'gray', disabled: 'red' };

export function PersonRow({ person, onLink }: { person: Person; onLink(link: MadeLink): void }) {
  const { id, name, role, status, disabled, openId } = person;
  const { data: session } = useQuery(sessionQuery);
  const client = useQueryClient();
  const confirm = useConfirm();
  const at = atVersion(person);
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onError: tellRefusal,
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.people }),
  });
  const patch = (body: { role?: Person['role']; disabled?: boolean }) => () =>
    answerOf(api.PATCH('/api/v1/people/{id}', { params: at, body }));
  const asked = async (question: Question, work: () => Promise<unknown>): Promise<void> => {
    if (await confirm(question)) act.mutate(work);
  };
  const isSelf = session?.id === id;
  const changeRole = (next: Person['role']): Promise<void> => {
    const named = words.roleNames[next] ?? next;
    return asked(
      {
        ...{ title: words.roleTitle(name), text: words.roleText(named), act: words.roleAct },
        isDestructive: false,
      },
      async () => {
        await patch({ role: next })();
        tellDone(words.roleChanged(name, named));
      },
    );
  };
  const newLink = (): Promise<void> =>
    asked({ title: words.newLinkTitle(name), text: words.newLinkText, act: words.newLink }, async () => {
      const { url, expiresAt } = await answerOf(
        api.POST('/api/v1/people/{id}/invite', { params: { path: { id } } }),
      );
      onLink({ name, url, expiresAt });
    });
  const remove = (): Promise<void> =>
    asked({ title: words.deleteTitle(name), text: words.deleteText, act: strings.parts.delete }, async () => {
      await answerOf(api.DELETE('/api/v1/people/{id}', { params: at }));
      tellDone(words.deleted(name));
    });
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={600}>
          {name}
          {isSelf && ` (${words.you})`}
        </Text>
        {openId && (
          <Text size="xs" c="dimmed">
            {words.openId(openId.issuer)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Select
          aria-label={`${words.role}: ${name}`}
          data={choices(words.roleNames)}
          value={role}
          allowDeselect={false}
          // The provider's claims say it anew at each sign-in; and nobody takes their own role away by a slip.
          disabled={openId !== null || isSelf}
          // It keeps the focus.
          readOnly={act.isPending}
          onChange={(next) => next !== null && next !== role && void changeRole(next as Person['role'])}
          w={130}
          size="xs"
        />
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={COLOURS[status] ?? 'gray'} tt="none">
          {words.statuses[status] ?? status}
        </Badge>
        {status === 'invited' && person.invitedUntil !== null && (
          <Text size="xs" c="dimmed" component="div">
            {words.invitedUntil} <Moment at={person.invitedUntil} />
          </Text>
        )}
      </Table.Td>
      <Table.Td>{person.lastSignInAt === null ? words.never : <Moment at={person.lastSignInAt} />}</Table.Td>
      <Table.Td>
        <Group gap="xs">
          {openId === null && (
            <Button
              size="xs"
              variant="default"
              aria-label={`${words.newLink} ${name}`}
              onClick={() => void newLink()}
            >
              {words.newLink}
            </Button>
          )}
          {disabled ? (
            <Button
              size="xs"
              variant="default"
              aria-label={`${words.enable} ${name}`}
              onClick={() => act.mutate(patch({ disabled: false }))}
            >
              {words.enable}
            </Button>
          ) : (
            !isSelf && (
              <Button
                size="xs"
                variant="default"
                aria-label={`${words.disable} ${name}`}
                onClick={() =>
                  void asked(
                    { title: words.disableTitle(name), text: words.disableText, act: words.disable },
                    patch({ disabled: true }),
                  )
                }
              >
                {words.disable}
              </Button>
            )
          )}
          {!isSelf && (
            <Button
              size="xs"
              variant="default"
              aria-label={`${strings.parts.delete} ${name}`}
              onClick={() => void remove()}
            >
              {strings.parts.delete}
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
