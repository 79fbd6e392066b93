/** Wires the events: what is told of and by whom, how its status is read, and who follows. */
import { createDescribe } from '../activity/describe.js';
import type { EventKind } from '../activity/event.js';
import { createEventFeed } from '../activity/event-feed.js';
import { createEventLog } from '../activity/event-log.js';
import { createEventWriter } from '../activity/event-writer.js';
import type { SubjectKind } from '../audit/audit-entry.js';
import type { AuditTrail } from '../audit/audit-trail.js';
import type { ConnectionId, ConnectorId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import type { RefreshOutcome } from '../oauth/refresh/refresh.js';
import { problemView } from '../setup/view-parts.js';
import type { Parts } from './parts.js';
import type { SetupServices } from './setup.js';

/** What the audit trail writes down that open pages show; messages and sign-ins are told of by those who know more. */
const KIND_OF: Partial<Record<SubjectKind, EventKind>> = {
  application: 'application',
  connection: 'connection',
  connector: 'connector',
  'api-key': 'setup',
  'alert-channel': 'setup',
  person: 'setup',
  setup: 'setup',
};

/** @param setup is read from when an event is written down, and not before */
export function wireActivity({ storage, log }: Parts, setup: () => SetupServices) {
  const events = createEventLog({ redis: storage.redis.client });
  const eventFeed = createEventFeed({ events, connect: storage.redis.forReader, log });
  const writer = createEventWriter({ events, describe: (told) => createDescribe(setup())(told), log });
  const { tell } = writer;
  return {
    events,
    eventFeed,
    tell,
    /** For ChangeListener.connectorRan. */
    connectorRan(id: ConnectorId, isNews: boolean): void {
      if (isNews) tell({ kind: 'connector', subject: id });
      else writer.routine(id);
    },
    messagesChanged: (connector: ConnectorId): void => tell({ kind: 'messages', subject: connector }),
    /** For what a poll settled and an attempt came to. */
    mailMoved: ({ connector }: { connector: ConnectorId }): void =>
      tell({ kind: 'messages', subject: connector }),
    /** A token that is renewed ahead of its end is no news, but its end has moved. */
    refreshed(id: ConnectionId, outcome: RefreshOutcome): void {
      const isGood = outcome === 'refreshed';
      tell({
        kind: 'connection',
        subject: id,
        ...(isGood && { status: 'authorized', isRoutine: true as const }),
      });
    },
    signInEnded(id: ConnectionId, refused: Problem | undefined): void {
      const how = refused ? { status: 'refused', problem: problemView(refused) } : { status: 'done' };
      tell({ kind: 'sign-in', subject: id, ...how });
    },
    /** The trail, telling of what it writes down: all that is made, changed and deleted through the API. */
    told: (trail: AuditTrail): AuditTrail => ({
      ...trail,
      async record(stream, report) {
        const { subject, outcome } = report;
        const kind = subject && KIND_OF[subject.kind];
        if (kind && stream === 'changes' && outcome === 'done')
          tell({ kind, ...(subject.id !== undefined && { subject: subject.id }) });
        return trail.record(stream, report);
      },
    }),
    async close() {
      eventFeed.close();
      await writer.close();
    },
  };
}

export type ActivityServices = ReturnType<typeof wireActivity>;
