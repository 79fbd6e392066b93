/** Receive or send now, Reset backoff, pause and resume, from home; each row that was acted on is read again. */
import { useMemo } from 'react';
import { atVersion } from '../../api/at-version.js';
import { answerOf, api } from '../../api/client.js';
import { useConfirm } from '../../parts/confirm.js';
import { tellDone, tellRefusal } from '../../parts/notify.js';
import { pauseQuestion } from '../../parts/pause-question.js';
import { strings } from '../../strings/index.js';
import type { Row } from './overview.js';

export interface ConnectorActs {
  run(row: Row): Promise<void>;
  /** One after the other. */
  reset(rows: readonly Row[]): Promise<void>;
  /** Asks before it pauses. */
  enable(row: Row, enabled: boolean): Promise<void>;
}

/** @param readAgain of useLiveRows */
export function useConnectorActs(readAgain: (ids: readonly string[]) => void): ConnectorActs {
  const confirm = useConfirm();
  return useMemo(() => {
    const words = strings.home.acts;
    /** What was done shows, whether the last of it was or not. */
    async function told(rows: readonly Row[], done: string, act: () => Promise<unknown>): Promise<void> {
      try {
        await act();
        tellDone(done);
      } catch (error) {
        tellRefusal(error);
      }
      readAgain(rows.map(({ id }) => id));
    }
    const reset = ({ id }: Row): Promise<unknown> =>
      answerOf(api.POST('/api/v1/connectors/{id}/reset', { params: { path: { id } } }));
    return {
      run: (row) =>
        told([row], words.ran(row.name), () =>
          answerOf(api.POST('/api/v1/connectors/{id}/run', { params: { path: { id: row.id } } })),
        ),
      reset(rows) {
        const [first, ...others] = rows;
        const done = first && others.length === 0 ? words.wasReset(first.name) : words.allReset(rows.length);
        return told(rows, done, async () => {
          for (const row of rows) await reset(row);
        });
      },
      async enable(row, enabled) {
        const { name, direction } = row;
        if (!enabled && !(await confirm(pauseQuestion(name, direction)))) return;
        const params = atVersion(row);
        const { paused, resumed } = strings.connectors.pause;
        await told([row], enabled ? resumed(name) : paused(name), () =>
          answerOf(api.PATCH('/api/v1/connectors/{id}', { params, body: { enabled } })),
        );
      },
    };
  }, [confirm, readAgain]);
}
