/** What an operator has to know of one connector: that it fails, was silent for too long, or has messages in quarantine. */
import { timeText } from '../contract/date-text.js';
import { type Problem, problem } from '../contract/problem.js';
import { counted } from '../setup/time-left.js';
import type { Condition } from './alert.js';
import type { ConnectorFacts } from './facts.js';

/** A run that fails is tried again; this is longer than a server's restart and shorter than anybody's patience. */
const FAILING_HOLDS_MS = 10 * 60_000;
/** After an outage, or when the service starts, what was silent runs within minutes; until then its silence is old. */
const STALE_HOLDS_MS = 5 * 60_000;
/** One good run among bad ones is no recovery. */
const CLEARS_MS = 5 * 60_000;

/** @param isExplained whether its connection, or that one's application, says why it stands still */
export function connectorConditions(connector: ConnectorFacts, isExplained: boolean): Condition[] {
  const { id, name, enabled, quarantined } = connector;
  if (!enabled) return [];
  const common = { subject: { type: 'connector', id, name } } as const;
  const conditions: Condition[] = [];
  if (quarantined > 0) {
    conditions.push({
      ...common,
      key: `quarantine:${id}`,
      kind: 'quarantine',
      severity: 'warning',
      level: quarantined,
      problem: problem('messages-quarantined', {
        with: { count: counted(quarantined, 'message'), connector: name },
      }),
      affects: { what: 'messages', count: quarantined, names: [] },
      holdsMs: 0,
      clearsMs: 0,
    });
  }
  if (isExplained) return conditions;
  const own = ownTrouble(connector);
  // One key for all: failing that goes on becomes silence, and is no recovery in between.
  if (own) conditions.push({ ...common, ...own, key: `connector:${id}` });
  return conditions;
}

type Trouble = Pick<Condition, 'kind' | 'severity' | 'level' | 'problem' | 'holdsMs' | 'clearsMs'>;

function ownTrouble(connector: ConnectorFacts): Trouble | undefined {
  const found = connector.problem ?? failing(connector);
  const common = { kind: 'connector-failing', problem: found, clearsMs: CLEARS_MS } as const;
  switch (connector.status) {
    case 'failing':
    case 'backoff':
      return { ...common, severity: 'warning', level: 0, holdsMs: FAILING_HOLDS_MS };
    case 'stale':
      return { ...common, kind: 'connector-stale', severity: 'critical', level: 1, holdsMs: STALE_HOLDS_MS };
    // Held: its own problem needs a person. Paused though enabled: its webhook answered 410. Neither passes by itself.
    case 'held':
    case 'paused':
      return { ...common, severity: 'critical', level: 2, holdsMs: 0, clearsMs: 0 };
    default:
      return undefined;
  }
}

const failing = ({ name, failures, lastSuccessAt }: ConnectorFacts): Problem =>
  problem('connector-failing', {
    with: {
      connector: name,
      failures,
      lastSuccess: lastSuccessAt === undefined ? 'never' : timeText(lastSuccessAt),
    },
  });
