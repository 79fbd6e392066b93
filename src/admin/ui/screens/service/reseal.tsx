/** Seals everything anew after the encryption key was changed, and says whether the old one may go. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { useConfirm } from '../../parts/confirm.js';
import { Section } from '../../parts/page.js';
import { RefusalPanel } from '../../parts/problem-panel.js';
import { strings } from '../../strings/index.js';

const words = strings.service;

export function Reseal() {
  const confirm = useConfirm();
  const reseal = useMutation({ mutationFn: () => answerOf(api.POST('/api/v1/service/reseal')) });
  const ask = async (): Promise<void> => {
    const question = { title: words.resealAct, text: words.resealAsk, act: words.resealAct };
    if (await confirm({ ...question, isDestructive: false })) reseal.mutate();
  };
  const { data } = reseal;
  const resealed = data?.kinds.reduce((sum, each) => sum + each.resealed, 0) ?? 0;
  return (
    <Section title={words.reseal}>
      <Text size="sm">{words.resealText}</Text>
      <Group>
        <Button variant="default" loading={reseal.isPending} onClick={() => void ask()}>
          {words.resealAct}
        </Button>
      </Group>
      <RefusalPanel error={reseal.error} />
      {data && (
        <Alert role="status" color={data.remaining === 0 ? 'green' : 'yellow'} variant="outline">
          <Text size="sm">{words.resealed(resealed, data.keyId)}</Text>
          <Text size="sm">{words.remaining(data.remaining)}</Text>
          {data.unreadable.length > 0 && <Text size="sm">{words.unreadable(data.unreadable)}</Text>}
        </Alert>
      )}
    </Section>
  );
}
