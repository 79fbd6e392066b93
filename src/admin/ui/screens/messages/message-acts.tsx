/** What can be done with a message as it stands: try it again or send it now, cancel it, hand it over again. */
import { IconRefresh, IconSend, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api, type Message } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { useMay } from '../../api/session.js';
import { BusyButton } from '../../parts/busy-button.js';
import { useConfirm } from '../../parts/confirm.js';
import { tellDone } from '../../parts/notify.js';
import { strings } from '../../strings/index.js';
import { questionOf } from './act-question.js';
import { ACTS, type Act, mayBe } from './message-kinds.js';

const ICONS = { retry: IconSend, redeliver: IconRefresh, cancel: IconX } as const;
/** It waits for its time, or for a connection: nothing has failed that would be repeated. */
const NOT_TRIED: ReadonlySet<string> = new Set(['scheduled', 'queued', 'held']);

const call = (act: Act, id: string): Promise<Message> => {
  const params = { path: { id } };
  switch (act) {
    case 'retry':
      return answerOf(api.POST('/api/v1/messages/{id}/retry', { params }));
    case 'cancel':
      return answerOf(api.POST('/api/v1/messages/{id}/cancel', { params }));
    case 'redeliver':
      return answerOf(api.POST('/api/v1/messages/{id}/redeliver', { params }));
  }
};

/** An act on the message under way, or what it was refused with. */
export function useMessageAct(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: Act) => call(act, id),
    onSuccess(after, act) {
      client.setQueryData(queryKeys.message(id), after);
      tellDone(strings.messages.message.did[act]);
    },
    // What it was refused for may stand in the message's log as well.
    onError: () => client.invalidateQueries({ queryKey: queryKeys.message(id) }),
  });
}

export interface MessageActsProps {
  message: Message;
  doing: ReturnType<typeof useMessageAct>;
}

export function MessageActs({ message, doing }: MessageActsProps) {
  const words = strings.messages.message;
  const may = useMay('operate');
  const confirm = useConfirm();
  if (!may) return null;
  const begin = async (act: Act): Promise<void> => {
    const question = questionOf(act, [message]);
    if (!question || (await confirm(question))) doing.mutate(act);
  };
  return (
    <>
      {ACTS.filter((act) => mayBe(act, message)).map((act) => {
        const Icon = ICONS[act];
        return (
          <BusyButton
            key={act}
            variant={act === 'cancel' ? 'default' : 'filled'}
            leftSection={<Icon size={16} aria-hidden />}
            isBusy={doing.isPending && doing.variables === act}
            isIdle={doing.isPending && doing.variables !== act}
            onClick={() => void begin(act)}
          >
            {act === 'retry' && NOT_TRIED.has(message.status) ? words.acts.sendNow : words.acts[act]}
          </BusyButton>
        );
      })}
    </>
  );
}
