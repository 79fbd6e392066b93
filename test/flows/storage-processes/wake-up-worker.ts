/** A process that works on the receive queue of the Redis in argv[2]: it notes each begin and end in a list, and hangs on the subject "hang". */
import { openRedis } from '../../../src/storage/redis.js';
import { startWorker } from '../../../src/storage/wake-up-worker.js';

const storage = await openRedis(process.argv[2] ?? '');
const workMs = Number(process.argv[3] ?? 20);
const note = (what: string, subject: string) =>
  storage.client.rpush('{notes}', JSON.stringify({ what, subject, pid: process.pid }));
startWorker(storage, 'receive', {
  concurrency: 10,
  async handle(subject) {
    await note('begin', subject);
    await new Promise((resolve) => setTimeout(resolve, workMs));
    await note('end', subject);
    return undefined;
  },
  onCrash: (error) => {
    throw error;
  },
});
process.stdout.write('ready\n');
