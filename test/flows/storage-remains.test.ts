import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type ConnectionId,
  type ConnectorId,
  type MessageId,
  newConnectionId,
  newConnectorId,
} from '../../src/contract/ids.js';
import { createLedgers } from '../../src/receive/ledger.js';
import { createOutboxIndex } from '../../src/send/outbox-index.js';
import { keys } from '../../src/storage/keys.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { sweepRemains } from '../../src/storage/remains.js';
import { startRedis, type TestRedis } from '../servers/redis.js';

let redis: TestRedis;
let storage: RedisStorage;
beforeAll(async () => {
  redis = await startRedis();
  storage = await openRedis(redis.url);
});
afterAll(async () => {
  await storage.close();
  await redis.stop();
});

/** Writes whatever receiving and sending write beside a connector and its connection. */
async function use(connector: ConnectorId, connection: ConnectionId): Promise<string[]> {
  const { client } = storage;
  const id = 'msg_x' as MessageId;
  const ledger = await createLedgers(client).claim(connector, 'INBOX', { owner: 'me', account: 'mbx_x' });
  const position = { mailbox: 'INBOX', uidValidity: '1', uid: 1 };
  const facts = {
    messageId: null,
    from: '',
    to: [],
    subject: 'private',
    size: 1,
    attempts: 1,
    log: [],
    at: 1,
    since: 1,
  };
  await ledger.commit({
    fingerprints: [Buffer.alloc(8)],
    records: [
      { id, status: 'delivered', ...position, ...facts },
      { id: 'msg_y' as MessageId, status: 'quarantined', ...position, ...facts },
    ],
  });
  await createOutboxIndex(client).add({ id, connector, connection, acceptedAt: 1 }, 'queued', 1);
  await client.set(keys.sendPause(connection), '{}');
  await client.set(keys.idempotency(connector, 'key'), '{}');
  return [
    keys.ledger(connector, 'INBOX'),
    keys.fingerprints(connector, 'INBOX', 0),
    keys.inbound(connector),
    keys.inboundRecent(connector),
    keys.quarantine(connector),
    keys.outbound(connector),
    keys.outboundStatus(connector),
    keys.idempotency(connector, 'key'),
    keys.outbox(connection),
    keys.sendPause(connection),
  ];
}
const existing = async (names: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(
    names.map(async (name) => [name, await storage.client.exists(name)] as const),
  );
  return found.filter(([, there]) => there === 1).map(([name]) => name);
};

it('leaves nothing of a deleted connector or connection, and all of those that are there', async () => {
  const kept = { connector: newConnectorId(), connection: newConnectionId() };
  const gone = { connector: newConnectorId(), connection: newConnectionId() };
  await storage.client.hset(keys.connector(kept.connector), 'version', 1);
  await storage.client.hset(keys.connection(kept.connection), 'version', 1);
  const keptKeys = await use(kept.connector, kept.connection);
  const goneKeys = await use(gone.connector, gone.connection);
  expect(await existing(goneKeys)).toEqual(goneKeys);
  expect(await sweepRemains(storage.client)).toBe(goneKeys.length);
  expect(await existing(goneKeys)).toEqual([]);
  expect(await existing(keptKeys)).toEqual(keptKeys);
});
