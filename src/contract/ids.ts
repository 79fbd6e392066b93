/** Ids: branded so that they cannot be swapped, time-ordered (UUIDv7, RFC 9562 §5.7) so that lists sort by age. */
import { v7 as uuidv7 } from 'uuid';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type ApplicationId = Branded<'ApplicationId'>;
export type ConnectionId = Branded<'ConnectionId'>;
export type ConnectorId = Branded<'ConnectorId'>;
export type MessageId = Branded<'MessageId'>;
export type ApiKeyId = Branded<'ApiKeyId'>;
export type PersonId = Branded<'PersonId'>;
export type AlertId = Branded<'AlertId'>;
export type AlertChannelId = Branded<'AlertChannelId'>;
/** What locks and budgets belong to: `mbx_` and a digest of tid+oid, else of host and User. */
export type MailboxKey = Branded<'MailboxKey'>;

const compact = (): string => uuidv7().replaceAll('-', '');

export const newApplicationId = (): ApplicationId => `app_${compact()}` as ApplicationId;
export const newConnectionId = (): ConnectionId => `con_${compact()}` as ConnectionId;
export const newConnectorId = (): ConnectorId => `ctr_${compact()}` as ConnectorId;
/** An outbound message's id; inbound ids are derived from mailbox, UIDVALIDITY and UID (see receive/message-id). */
export const newMessageId = (): MessageId => `msg_${compact()}` as MessageId;
export const newApiKeyId = (): ApiKeyId => `key_${compact()}` as ApiKeyId;
export const newPersonId = (): PersonId => `per_${compact()}` as PersonId;
export const newAlertId = (): AlertId => `alr_${compact()}` as AlertId;
export const newAlertChannelId = (): AlertChannelId => `ach_${compact()}` as AlertChannelId;
/** `webhook-id` of one notice to one alert channel; the same however often it is tried. */
export const newAlertNoticeId = (): string => `ntc_${compact()}`;
