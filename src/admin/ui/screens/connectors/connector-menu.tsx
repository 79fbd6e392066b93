/** What is seldom done with a connector: copy it, delete it. */
import { Button, Menu, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconCopy, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { atVersion } from '../../api/at-version.js';
import { answerOf, api, type Connector } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { useConfirm } from '../../parts/confirm.js';
import { tellDone, tellRefusal } from '../../parts/notify.js';
import { strings } from '../../strings/index.js';
import { CopyForm } from './copy-form.js';

export function ConnectorMenu({ connector, direction }: { connector: Connector; direction: string }) {
  const words = strings.connectors;
  const [isCopying, copying] = useDisclosure(false);
  const remove = useRemoval(connector, direction);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="default"
            loading={remove.isPending}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            {words.acts.more}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={copying.open}>
            {words.acts.copy}
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => void remove.ask()}>
            {words.acts.delete}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isCopying} onClose={copying.close} title={words.copy.title(connector.name)}>
        <CopyForm connector={connector} onCancel={copying.close} />
      </Modal>
    </>
  );
}

function useRemoval(connector: Connector, direction: string) {
  const { id, name } = connector;
  const words = strings.connectors.delete;
  const confirm = useConfirm();
  const navigate = useNavigate();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => answerOf(api.DELETE('/api/v1/connectors/{id}', { params: atVersion(connector) })),
    async onSuccess() {
      tellDone(words.done(name));
      // What was changed and not saved goes with it.
      await navigate({ to: '/', ignoreBlocker: true });
      client.removeQueries({ queryKey: queryKeys.connector(id) });
      void client.invalidateQueries({ queryKey: queryKeys.connectors });
      void client.invalidateQueries({ queryKey: queryKeys.overview });
    },
    onError: tellRefusal,
  });
  const ask = async (): Promise<void> => {
    const text = `${direction === 'send' ? words.send : words.receive} ${words.connection}`;
    if (await confirm({ title: words.title(name), text, act: words.act })) remove.mutate();
  };
  return { ask, isPending: remove.isPending };
}
