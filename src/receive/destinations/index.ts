/** Destinations by their type; a further one is a file beside this and a line here. */
import type { Dispatcher } from 'undici';
import type { Clock } from '../../contract/clock.js';
import type { ReceiveSettings } from '../../contract/receive-settings.js';
import type { Destination } from './destination.js';
import { createDirectory } from './directory.js';
import { createWebhook } from './webhook.js';

export type { Destination } from './destination.js';

export interface DestinationParts {
  dispatcher: Dispatcher;
  clock: Clock;
  webhookDeadlineMs?: number;
}

/** @param settings with secrets */
export function openDestination(settings: ReceiveSettings, parts: DestinationParts): Destination {
  const { destination } = settings;
  switch (destination.type) {
    case 'webhook':
      return createWebhook({
        webhook: destination,
        settings,
        dispatcher: parts.dispatcher,
        clock: parts.clock,
        ...(parts.webhookDeadlineMs !== undefined && { deadlineMs: parts.webhookDeadlineMs }),
      });
    case 'directory':
      return createDirectory(destination, settings);
  }
}
