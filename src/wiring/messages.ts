/** Wires the list of all messages, and what opens one. */
import { connectorTypes } from '../../connectors/index.js';
import { parseMessage } from '../../connectors/mail/parse.js';
import { systemClock } from '../contract/clock.js';
import { createListMessages } from '../messages/list-messages.js';
import { createOpenMessage } from '../messages/open-message.js';
import type { MailServices } from './mail.js';
import type { Parts } from './parts.js';

export const wireMessages = ({ storage }: Parts, { outbox, inboundMessages }: MailServices) => ({
  listMessages: createListMessages({
    ...{ redis: storage.redis.client, spool: storage.spool },
    ...{ connectorTypes, clock: systemClock },
  }),
  openMessage: createOpenMessage({ outbox, inbox: inboundMessages, parser: { parseMessage } }),
});
