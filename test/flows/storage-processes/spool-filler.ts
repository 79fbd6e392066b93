/** Accepts messages in the spool of argv[2] until the disk refuses one, and reports what is there then (JSON). */
import { readdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { ConnectionId, ConnectorId, MessageId } from '../../../src/contract/ids.js';
import { newMessageId } from '../../../src/contract/ids.js';
import { ProblemError } from '../../../src/contract/problem.js';
import { openSpool } from '../../../src/storage/spool.js';
import { silentLog } from '../../../src/telemetry/log.js';

const directory = process.argv[2] ?? '';
const grow = Number(process.argv[3]);
const spool = await openSpool({ directory, log: silentLog });
const connection = 'con_filler' as ConnectionId;
const contentOf = (id: MessageId, bytes: number): Buffer => Buffer.alloc(bytes, id);

const accept = async (bytes: number): Promise<MessageId | string> => {
  const id = newMessageId();
  try {
    await spool.accept(
      {
        id,
        connector: 'ctr_filler' as ConnectorId,
        connection,
        envelope: { from: 'a@example.com', to: ['b@example.com'] },
        messageId: `<${id}@example.com>`,
        subject: '',
        acceptedAt: Date.now(),
      },
      contentOf(id, bytes),
    );
    accepted.set(id, bytes);
    return id;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return `${error.problem.code} ${(error.cause as NodeJS.ErrnoException).code}`;
  }
};
const accepted = new Map<MessageId, number>();
const files = async (): Promise<string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

let refusal = '';
for (let bytes = 20_000; !refusal; bytes += grow) {
  const result = await accept(bytes);
  if (!accepted.has(result as MessageId)) refusal = result;
}
const left = await files();
let whole = 0;
for (const [id, bytes] of accepted) {
  if ((await spool.content(id))?.equals(contentOf(id, bytes)) && (await spool.read(id))?.status === 'queued')
    whole++;
}
await unlink(left[0] ?? '');
const afterwards = await accept(10_000);
process.stdout.write(
  JSON.stringify({
    accepted: accepted.size - (accepted.has(afterwards as MessageId) ? 1 : 0),
    refusal,
    whole,
    files: left.length,
    acceptsAgain: accepted.has(afterwards as MessageId),
  }),
);
