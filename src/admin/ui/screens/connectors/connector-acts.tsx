/** What is done with a connector right now: Test Connection, Receive now or Send test message, Reset backoff. */
import { Box, Button, Group, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDownload, IconRefresh, IconSend } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api, type Connector } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { useMay } from '../../api/session.js';
import { tellDone, tellRefusal } from '../../parts/notify.js';
import { Section } from '../../parts/page.js';
import { TestRun } from '../../parts/test-run/test-run.js';
import { strings } from '../../strings/index.js';
import { SendTestMessage } from '../messages/send-test-message.js';

const words = strings.connectors.acts;

export function ConnectorActs({ connector, direction }: { connector: Connector; direction: string }) {
  const { id, name } = connector;
  const mayOperate = useMay('operate');
  const [isWriting, writing] = useDisclosure(false);
  const { run, reset } = useRuns(connector);
  return (
    <Section>
      <Group gap="sm" align="start">
        {mayOperate && (
          <Group gap="sm">
            {direction === 'send' ? (
              <Button
                variant="default"
                leftSection={<IconSend size={16} aria-hidden />}
                onClick={writing.open}
              >
                {words.sendTest}
              </Button>
            ) : (
              <Button
                variant="default"
                leftSection={<IconDownload size={16} aria-hidden />}
                loading={run.isPending}
                disabled={!connector.enabled}
                onClick={() => run.mutate()}
              >
                {words.receiveNow}
              </Button>
            )}
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} aria-hidden />}
              loading={reset.isPending}
              disabled={!connector.enabled}
              onClick={() => reset.mutate()}
            >
              {words.reset}
            </Button>
          </Group>
        )}
        <Box flex="1 1 320px" miw={0}>
          <TestRun of="connector" id={id} />
        </Box>
      </Group>
      <Modal opened={isWriting} onClose={writing.close} title={`${words.sendTest}: ${name}`} size="lg">
        <SendTestMessage connector={id} />
      </Modal>
    </Section>
  );
}

/** Receive now, and Reset backoff; what they come to is told live. */
export function useRuns({ id, name }: Connector) {
  const client = useQueryClient();
  const done = (message: string): void => {
    tellDone(message);
    void client.invalidateQueries({ queryKey: queryKeys.connector(id) });
  };
  const params = { path: { id } };
  const run = useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/connectors/{id}/run', { params })),
    onSuccess: () => done(words.receiving(name)),
    onError: tellRefusal,
  });
  const reset = useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/connectors/{id}/reset', { params })),
    onSuccess: () => done(words.wasReset(name)),
    onError: tellRefusal,
  });
  return { run, reset };
}
