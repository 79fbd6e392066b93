/** Receive or Send, on or off; it takes effect at once, and asks before it stops. */
import { Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Connector } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { useConfirm } from '../../parts/confirm.js';
import { tellDone, tellRefusal } from '../../parts/notify.js';
import { pauseQuestion } from '../../parts/pause-question.js';
import { strings } from '../../strings/index.js';
import { patchedConnector } from './patched-connector.js';

const words = strings.connectors;

/** @param props `hasHint`: says what being off means */
export function EnableSwitch({
  connector,
  direction,
  hasHint = false,
}: {
  connector: Connector;
  direction: string;
  hasHint?: boolean;
}) {
  const { id, name, enabled } = connector;
  const confirm = useConfirm();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (on: boolean) => patchedConnector(connector, { enabled: on }),
    onSuccess(saved) {
      client.setQueryData(queryKeys.connector(id), saved);
      void client.invalidateQueries({ queryKey: [...queryKeys.connectors, 'list'] });
      tellDone(saved.enabled ? words.pause.resumed(name) : words.pause.paused(name));
    },
    onError(error) {
      void client.invalidateQueries({ queryKey: queryKeys.connector(id) });
      tellRefusal(error);
    },
  });
  const toggle = async (): Promise<void> => {
    if (change.isPending) return;
    if (enabled && !(await confirm(pauseQuestion(name, direction)))) return;
    change.mutate(!enabled);
  };
  return (
    <Switch
      label={words.goesOn[direction] ?? words.goesOn.receive}
      {...(hasHint && { description: words.goesOnHint[direction] })}
      checked={enabled}
      // Not disabled meanwhile: it would lose the focus.
      aria-busy={change.isPending}
      aria-disabled={change.isPending}
      onChange={() => void toggle()}
    />
  );
}
