/** A service reduced to its storage: locks the directory of argv[2], starts the embedded Redis, writes a key when told to, ends on SIGTERM. */
import { lockDataDirectory, openDataDirectory } from '../../../src/storage/data-directory.js';
import { startEmbeddedRedis } from '../../../src/storage/embedded-redis.js';
import { openRedis } from '../../../src/storage/redis.js';
import { silentLog } from '../../../src/telemetry/log.js';

const directory = await openDataDirectory(process.argv[2] ?? '');
const lock = await lockDataDirectory(directory);
const redis = await startEmbeddedRedis(directory, { log: silentLog });
const storage = await openRedis(redis.url);
await storage.client.incr('starts');
const starts = await storage.client.get('starts');
process.once('SIGTERM', async () => {
  await storage.close();
  await redis.stop();
  await lock.release();
});
process.stdout.write(`${JSON.stringify({ redisPid: redis.pid, starts })}\n`);
