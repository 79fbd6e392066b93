/** Wires the events: what is told of, how its status is read, and who follows. */
import { createDescribe } from '../activity/describe.js';
import { createEventFeed } from '../activity/event-feed.js';
import { createEventLog } from '../activity/event-log.js';
import { createEventWriter } from '../activity/event-writer.js';
import type { Parts } from './parts.js';
import type { SetupServices } from './setup.js';

/** @param setup is read from when an event is written down, and not before */
export function wireActivity({ storage, log }: Parts, setup: () => SetupServices) {
  const events = createEventLog({ redis: storage.redis.client });
  const eventFeed = createEventFeed({ events, connect: storage.redis.forReader, log });
  const writer = createEventWriter({ events, describe: (told) => createDescribe(setup())(told), log });
  return {
    events,
    eventFeed,
    tell: writer.tell,
    /** A connector ran, and shows as before. */
    routine: writer.routine,
    async close() {
      eventFeed.close();
      await writer.close();
    },
  };
}

export type ActivityServices = ReturnType<typeof wireActivity>;
