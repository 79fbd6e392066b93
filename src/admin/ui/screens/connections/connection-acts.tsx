/** What ends something: signing a connection out, and deleting it. Both ask first. */
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { atVersion } from '../../api/at-version.js';
import { answerOf, api, type Connection } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { useConfirm } from '../../parts/confirm.js';
import { tellDone, tellRefusal } from '../../parts/notify.js';
import { strings } from '../../strings/index.js';

export function ConnectionActs({ connection }: { connection: Connection }) {
  const { id, name, user, status } = connection;
  const words = strings.connections;
  const confirm = useConfirm();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/connections/{id}/sign-out', { params: { path: { id } } })),
    onSuccess({ revocation: { outcome, problem } }) {
      void client.invalidateQueries({ queryKey: queryKeys.connection(id) });
      const told = words.signOut.outcomes[outcome] ?? outcome;
      tellDone(problem ? `${told} ${problem.detail} ${problem.next}` : told);
    },
    onError: tellRefusal,
  });
  const remove = useMutation({
    mutationFn: () => answerOf(api.DELETE('/api/v1/connections/{id}', { params: atVersion(connection) })),
    async onSuccess() {
      tellDone(words.delete.done);
      // What was changed and not saved goes with it.
      await navigate({ to: '/connections', ignoreBlocker: true });
      client.removeQueries({ queryKey: queryKeys.connection(id) });
      void client.invalidateQueries({ queryKey: [...queryKeys.connections, 'list'] });
    },
    onError: tellRefusal,
  });
  const askSignOut = async (): Promise<void> => {
    const { title, text, act } = words.signOut;
    if (await confirm({ title: title(user), text, act })) signOut.mutate();
  };
  const askRemove = async (): Promise<void> => {
    const { title, text, act } = words.delete;
    if (await confirm({ title: title(name), text, act })) remove.mutate();
  };
  const isSignedIn = connection.authentication === 'oauth2' && status !== 'unauthorized';
  return (
    <>
      {isSignedIn && (
        <Button variant="default" loading={signOut.isPending} onClick={() => void askSignOut()}>
          {words.signOut.button}
        </Button>
      )}
      <Button variant="default" loading={remove.isPending} onClick={() => void askRemove()}>
        {strings.parts.delete}
      </Button>
    </>
  );
}
