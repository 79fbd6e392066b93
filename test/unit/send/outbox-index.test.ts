import { expect, it } from 'vitest';
import type { ConnectionId, ConnectorId, MessageId } from '../../../src/contract/ids.js';
import { createOutboxIndex } from '../../../src/send/outbox-index.js';
import type { RedisClient } from '../../../src/storage/redis.js';

it('takes a message out of what waits only when its status is noted: what a crash leaves is looked at again', async () => {
  const done: string[] = [];
  let isDown = true;
  const redis = {
    hset: async () => {
      if (isDown) throw new Error('connection lost');
      done.push('status');
    },
    zrem: async () => void done.push('waits no longer'),
  };
  const index = createOutboxIndex(redis as unknown as RedisClient);
  const message = {
    id: 'msg' as MessageId,
    connector: 'ctr' as ConnectorId,
    connection: 'con' as ConnectionId,
  };
  await expect(index.settle(message, 'sent')).rejects.toThrow('connection lost');
  expect(done).toEqual([]);
  isDown = false;
  await index.settle(message, 'sent');
  expect(done).toEqual(['status', 'waits no longer']);
});
