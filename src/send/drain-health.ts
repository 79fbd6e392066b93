/** Notes how a drain goes in the health of its connectors, seldom enough not to cost a write per message. */
import type { ConnectorId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import type { Connectors } from '../setup/connectors.js';
import type { ConnectorHealthRecord } from '../setup/model.js';

const AT_MOST_EVERY_MS = 2_000;

export interface DrainHealth {
  succeeded(connector: ConnectorId): void;
  /** @param nextRunAt when it is tried again by itself; ms since the epoch */
  failed(connector: ConnectorId, problem: Problem, nextRunAt?: number): void;
  /** Writes what is still to be written. */
  flush(): Promise<void>;
}

export function createDrainHealth(
  connectors: Pick<Connectors, 'recordHealth'>,
  now: () => number,
): DrainHealth {
  const notes = new Map<ConnectorId, Partial<ConnectorHealthRecord>>();
  const failures = new Map<ConnectorId, number>();
  let writtenAt = 0;

  const write = async (): Promise<void> => {
    writtenAt = now();
    const due = [...notes];
    notes.clear();
    // Health is worth less than mail: a failed write shows in readyz, and the next one catches up.
    await Promise.all(due.map(([id, note]) => connectors.recordHealth(id, note).catch(() => undefined)));
  };
  const noted = (id: ConnectorId, note: Partial<ConnectorHealthRecord>): void => {
    notes.set(id, { ...notes.get(id), ...note });
    if (now() - writtenAt >= AT_MOST_EVERY_MS) void write();
  };

  return {
    succeeded(id) {
      failures.delete(id);
      noted(id, {
        lastSuccessAt: now(),
        lastRunAt: now(),
        failures: 0,
        problem: undefined,
        nextRunAt: undefined,
      });
    },
    failed(id, problem, nextRunAt) {
      const count = (failures.get(id) ?? 0) + 1;
      failures.set(id, count);
      noted(id, { lastRunAt: now(), failures: count, problem, nextRunAt });
    },
    flush: write,
  };
}
