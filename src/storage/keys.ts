/**
 * Every Redis key name. Hash tags (the part in braces) follow what changes together: one per application, connection,
 * connector or mailbox, one per queue; no script touches two tags, so Redis Cluster may spread them.
 */
import { createHash } from 'node:crypto';
import type {
  AlertChannelId,
  ApiKeyId,
  ApplicationId,
  ConnectionId,
  ConnectorId,
  MailboxKey,
} from '../contract/ids.js';

/** A short digest for key parts that come from outside (mailbox names, idempotency keys, states). */
export const digest = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22);

export type QueueName = 'refresh' | 'receive' | 'send';

/** What is counted belongs to a connector, and once more to the service as a whole. */
export type CountedOf = ConnectorId | 'statistics';

export const keys = {
  // indexes: sorted by creation, for lists; a member without its record is skipped and swept by the reconciler
  applications: 'mg:{applications}',
  connections: 'mg:{connections}',
  connectors: 'mg:{connectors}',

  /** hash: version, settings, secret (sealed), failure */
  application: (id: ApplicationId) => `mg:{${id}}`,
  /** set of connection ids */
  applicationConnections: (id: ApplicationId) => `mg:{${id}}:connections`,
  /** string with expiry: whoever sets it probes a failed application (law 5) */
  applicationProbe: (id: ApplicationId) => `mg:{${id}}:probe`,
  /** string: owner of the change that is being made */
  applicationChange: (id: ApplicationId) => `mg:{${id}}:change`,

  /** hash: version, settings, password (sealed), epoch, tokenVersion, tokens (sealed), authorization, attempt */
  connection: (id: ConnectionId) => `mg:{${id}}`,
  /** set of connector ids */
  connectionConnectors: (id: ConnectionId) => `mg:{${id}}:connectors`,
  /** string: owner of the refresh in flight */
  refreshLock: (id: ConnectionId) => `mg:{${id}}:refresh-lock`,
  /** string with expiry: tokenVersion that a refresh made in the place of a refused token */
  replacement: (id: ConnectionId) => `mg:{${id}}:replacement`,
  /** sealed string, ten minutes: one sign-in in progress, by the digest of its state */
  signIn: (id: ConnectionId, stateDigest: string) => `mg:{${id}}:sign-in:${stateDigest}`,
  /** pattern for SCAN: every sign-in in progress */
  signInPattern: 'mg:{con_*}:sign-in:*',
  /** string: state digest of the newest sign-in, for a bare code */
  newestSignIn: (id: ConnectionId) => `mg:{${id}}:sign-in-newest`,
  /** sealed string: the device sign-in, until a day after its end */
  deviceSignIn: (id: ConnectionId) => `mg:{${id}}:device`,
  /** pattern for SCAN: every device sign-in */
  deviceSignInPattern: 'mg:{con_*}:device',
  /** string: owner of the poll for a device code */
  devicePollLease: (id: ConnectionId) => `mg:{${id}}:device-poll`,
  /** zset: message id → when it is due (ms); what waits to be sent */
  outbox: (id: ConnectionId) => `mg:{${id}}:outbox`,
  /** string: JSON, why and until when nothing is sent over the connection */
  sendPause: (id: ConnectionId) => `mg:{${id}}:send-pause`,

  /** hash: version, settings, secrets (sealed), health */
  connector: (id: ConnectorId) => `mg:{${id}}`,
  /** set of alert channels that send through the connector */
  connectorUsers: (id: ConnectorId) => `mg:{${id}}:users`,
  /** hash: position in one mailbox (uidValidity, watermark, …) */
  ledger: (id: ConnectorId, mailbox: string) => `mg:{${id}}:ledger:${digest(mailbox)}`,
  /** string: header fingerprints of delivered messages, eight bytes each, one key per chunk */
  fingerprints: (id: ConnectorId, mailbox: string, chunk: number) =>
    `mg:{${id}}:seen:${digest(mailbox)}:${chunk}`,
  /** hash: message id → inbound message record (recent deliveries, everything quarantined) */
  inbound: (id: ConnectorId) => `mg:{${id}}:inbound`,
  /** zset: message id → time; recent deliveries, bounded */
  inboundRecent: (id: ConnectorId) => `mg:{${id}}:inbound-recent`,
  /** zset: message id → time; quarantined messages */
  quarantine: (id: ConnectorId) => `mg:{${id}}:quarantine`,
  /** zset: message id → accepted at (ms); outbound messages of this connector, index over the spool */
  outbound: (id: ConnectorId) => `mg:{${id}}:outbound`,
  /** hash: message id → status, for filtering the index */
  outboundStatus: (id: ConnectorId) => `mg:{${id}}:outbound-status`,
  /** string, 24 hours: digest of the body and id of the message that an Idempotency-Key made */
  idempotency: (id: ConnectorId, key: string) => `mg:{${id}}:idempotency:${digest(key)}`,
  /** string: owner of the request that is using an Idempotency-Key now */
  idempotencyLock: (id: ConnectorId, key: string) => `mg:{${id}}:idempotency:${digest(key)}:lock`,

  /** string with expiry: 24 hours × sent, received, failed and quarantined, u32 each, of a day (days since the epoch) */
  hourlyCounts: (of: CountedOf, day: number) => `mg:{${of}}:counts:${day}`,
  /** hash with expiry: hour and code of a problem → how often */
  hourlyProblems: (of: CountedOf, day: number) => `mg:{${of}}:problems:${day}`,
  /** hash with expiry: hour, direction and bucket of a latency → how many messages */
  hourlyLatencies: (of: CountedOf, day: number) => `mg:{${of}}:latencies:${day}`,

  /** pattern for SCAN: whatever belongs to any connection or connector, the records themselves left out */
  recordPartsPattern: 'mg:{c??_*}:*',
  /** pattern for SCAN: whatever belongs to any mailbox */
  mailboxPattern: 'mg:{mbx_*}:*',
  /** set of connection ids that share the mailbox */
  mailboxConnections: (key: MailboxKey) => `mg:{${key}}:connections`,
  /** string: owner of the polling session */
  pollLease: (key: MailboxKey) => `mg:{${key}}:poll`,
  /** string: owner of the session that reads a message for somebody who looks at it */
  readLease: (key: MailboxKey) => `mg:{${key}}:read`,
  /** string: owner of the drain */
  drainLease: (key: MailboxKey) => `mg:{${key}}:drain`,
  /** string: owner of the test that runs (Test Connection) */
  testLease: (key: MailboxKey) => `mg:{${key}}:test`,
  /** zset: SMTP connection slot → lease end (ms) */
  smtpSlots: (key: MailboxKey) => `mg:{${key}}:smtp-slots`,
  /** zset: message → sent at (ms), the last minute */
  minuteBudget: (key: MailboxKey) => `mg:{${key}}:minute`,
  /** hash: bucket of five minutes → recipients, the last 24 hours */
  dayBudget: (key: MailboxKey) => `mg:{${key}}:day`,

  /** string: GCRA theoretical arrival time of one token endpoint */
  pace: (tokenEndpoint: string) => `mg:{pace:${digest(tokenEndpoint)}}`,
  /** string: the same of the line before it */
  paceLine: (tokenEndpoint: string) => `mg:{pace:${digest(tokenEndpoint)}}:line`,
  /** hash with expiry: connection → when its place in the line of a token endpoint is due, ms */
  pacePlaces: (tokenEndpoint: string) => `mg:{pace:${digest(tokenEndpoint)}}:places`,

  /** zset: subject → when to wake it (ms) */
  due: (queue: QueueName) => `mg:{queue:${queue}}:due`,
  /** zset: subject → until when its worker says it is alive (ms) */
  running: (queue: QueueName) => `mg:{queue:${queue}}:running`,
  /** hash: running subject → its run; a run that was given up on may not end the one after it */
  runs: (queue: QueueName) => `mg:{queue:${queue}}:runs`,
  /** string, a second: an alarm for now was set and not heard yet */
  bell: (queue: QueueName) => `mg:{queue:${queue}}:bell`,
  /** BullMQ's own keys; its prefix carries the hash tag */
  queuePrefix: (queue: QueueName) => `mg:{queue:${queue}}`,

  apiKeys: 'mg:{api-keys}',
  /** hash: record of an API key, found by the digest of the key itself */
  apiKey: (keyDigest: string) => `mg:{api-key:${keyDigest}}`,
  apiKeyDigest: (id: ApiKeyId) => `mg:{api-key-id:${id}}`,
  /** hash with expiry: whose session, digests of its secret, of the one before and of the next, times */
  session: (sessionId: string) => `mg:{session:${sessionId}}`,

  /** hash: id → JSON of a person, without the password */
  people: 'mg:{people}',
  /** hash: name in small letters → id */
  peopleNames: 'mg:{people}:names',
  /** hash: id → Argon2 hash */
  peoplePasswords: 'mg:{people}:passwords',
  /** hash: id → last sign-in (ms) */
  peopleSignedIn: 'mg:{people}:signed-in',
  /** hash: digest of issuer and subject at an OpenID provider → id, also of a removed person */
  peopleOpenId: 'mg:{people}:openid',
  /** hash: id of a deleted person whom the provider would bring back → JSON, who they were */
  peopleRemoved: 'mg:{people}:removed',
  /** hash: digest of a set-up link → until when it may be used (ms); gone once somebody is stored */
  setUpLinks: 'mg:{people}:set-up',
  /** string with expiry: name of the person who signed in with a browser before, by the digest of its cookie */
  knownBrowser: (browserDigest: string) => `mg:{browser:${browserDigest}}`,
  /** sealed string, ten minutes: a person's sign-in through OpenID in progress, by the digest of its state */
  personSignIn: (stateDigest: string) => `mg:{person-sign-in:${stateDigest}}`,
  /** pattern for SCAN: every one of those */
  personSignInPattern: 'mg:{person-sign-in:*}',
  /** hash with expiry: failed sign-ins of a name, an address or both, and until when the next is refused */
  signInFailures: (kind: string, who: string) => `mg:{sign-ins}:${kind}:${digest(who)}`,

  /** stream: entries of the audit trail; bounded in length and age */
  audit: (stream: string) => `mg:{audit:${stream}}`,

  /** stream: what open pages are told of; bounded in length */
  events: 'mg:{events}',
  /** string with expiry: somebody follows the events */
  eventsWatched: 'mg:{events}:watched',

  alertChannels: 'mg:{alert-channels}',
  /** hash: version, settings, secret (sealed) */
  alertChannel: (id: AlertChannelId) => `mg:{${id}}`,
  /** set of what refers to an alert channel: nothing does, so it never exists */
  alertChannelUsers: (id: AlertChannelId) => `mg:{${id}}:users`,
  /** hash: alert key → JSON, what is open or was seen and is waited for */
  alertStates: 'mg:{alerts}:states',
  /** zset: id of a resolved alert, sorted by id; the last ones */
  alertsResolved: 'mg:{alerts}:resolved',
  /** hash: id of a resolved alert → JSON */
  alertsResolvedRecords: 'mg:{alerts}:resolved-records',
  /** list: JSON, what a channel is still to be told, oldest first */
  alertQueue: (id: AlertChannelId) => `mg:{alerts}:queue:${id}`,
  /** hash: the notice that is on its way to a channel, its attempts, and how the channel does */
  alertDelivery: (id: AlertChannelId) => `mg:{alerts}:delivery:${id}`,
  /** string: owner of the look at all conditions */
  alertsLease: 'mg:{alerts}:lease',
  /** string: owner of the deliveries to one channel */
  alertDeliveryLease: (id: AlertChannelId) => `mg:{alerts}:delivery-lease:${id}`,

  /** string: sealed known text; tells a wrong key at start (law 7) */
  vaultCanary: 'mg:{vault}:canary',
  /** zset: process and the ids of its encryption keys → until when it is alive (ms) */
  vaultHolders: 'mg:{vault}:holders',
  /** string: marker of the spool directory that belongs to this Redis */
  spoolMarker: 'mg:{spool}:marker',
  /** string: owner of the reconciler's turn */
  reconcilerLease: 'mg:{reconciler}:lease',
} as const;
