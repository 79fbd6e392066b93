/** Accepts and sends messages in the spool of argv[2] for ever, telling each step when it is durable. */
import type { ConnectionId, ConnectorId } from '../../../src/contract/ids.js';
import { newMessageId } from '../../../src/contract/ids.js';
import { openSpool } from '../../../src/storage/spool.js';
import { silentLog } from '../../../src/telemetry/log.js';

const spool = await openSpool({ directory: process.argv[2] ?? '', log: silentLog });
const connection = 'con_writer' as ConnectionId;
const say = (what: string, id: string) => process.stdout.write(`${what} ${id}\n`);

async function messageAfterMessage(): Promise<never> {
  for (;;) {
    const id = newMessageId();
    const head = {
      id,
      connector: 'ctr_writer' as ConnectorId,
      connection,
      envelope: { from: 'a@example.com', to: ['b@example.com'] },
      messageId: `<${id}@example.com>`,
      subject: '',
      acceptedAt: Date.now(),
    };
    await spool.accept(head, Buffer.from(`${id}\r\n`.repeat(100)));
    say('accepted', id);
    if (!(await spool.markSending(connection, id, { at: Date.now(), status: 'sending' }))) continue;
    say('sending', id);
    await spool.record(connection, id, { at: Date.now(), status: 'sent' }, { to: 'done' });
    say('sent', id);
  }
}
await Promise.all([messageAfterMessage(), messageAfterMessage(), messageAfterMessage()]);
