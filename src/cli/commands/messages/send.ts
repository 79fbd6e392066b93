/** mailgrant messages send */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { command } from '../../command.js';
import { Unreachable, UsageError } from '../../failures.js';

interface Accepted {
  id: string;
  status: string;
  messageId: string;
}

export const sendMessage = command({
  name: 'messages send',
  summary: 'Send a message through an Email Send connector.',
  args: { connector: 'Id of the Email Send connector, ctr_….' },
  options: {
    to: { kind: 'list', value: 'address', meaning: 'Recipient: an address, or "Name <address>".' },
    cc: { kind: 'list', value: 'address', meaning: 'Cc.' },
    bcc: { kind: 'list', value: 'address', meaning: 'Bcc; never in the headers.' },
    'reply-to': { kind: 'list', value: 'address', meaning: 'Where answers go.' },
    from: {
      kind: 'text',
      value: 'address',
      meaning: "The connection's User, which it is anyway; another is refused.",
    },
    subject: { kind: 'text', value: 'text', meaning: 'Subject.' },
    text: { kind: 'text', value: 'text', meaning: 'The text itself.' },
    'text-file': {
      kind: 'text',
      value: 'path',
      meaning: 'File that holds the text; - reads standard input.',
    },
    'html-file': { kind: 'text', value: 'path', meaning: 'File that holds the HTML.' },
    attach: { kind: 'list', value: 'path', meaning: 'File to attach.' },
    'send-at': { kind: 'text', value: 'time', meaning: 'Not before then: 2026-12-01T08:00:00+01:00.' },
    'idempotency-key': {
      kind: 'text',
      value: 'text',
      meaning: 'For 24 hours the same key with the same message sends it once; made up where it is left out.',
    },
  },
  notes: [
    'It is done when the message is safe on disk; "messages show" says what became of it. While the connection needs a person the message is held, and goes on by itself afterwards.',
  ],
  async run({ args, options, api, terminal, show }) {
    if (options.text !== undefined && options['text-file'] !== undefined)
      throw new UsageError('Give one of --text and --text-file.');
    const read = async (file: string): Promise<string> =>
      (file === '-' ? await terminal.readInput() : terminal.readFile(file)).toString('utf8');
    const textFile = options['text-file'];
    const htmlFile = options['html-file'];
    const some = (addresses: string[]): string[] | undefined =>
      addresses.length > 0 ? addresses : undefined;
    const body = {
      to: some(options.to),
      cc: some(options.cc),
      bcc: some(options.bcc),
      replyTo: some(options['reply-to']),
      from: options.from,
      subject: options.subject,
      text: textFile === undefined ? options.text : await read(textFile),
      html: htmlFile === undefined ? undefined : await read(htmlFile),
      sendAt: options['send-at'],
      attachments:
        options.attach.length === 0
          ? undefined
          : options.attach.map((file) => ({
              filename: path.basename(file),
              content: terminal.readFile(file).toString('base64'),
            })),
    };
    const key = options['idempotency-key'] ?? randomUUID();
    const headers = { 'idempotency-key': key };
    const where = `/connectors/${encodeURIComponent(args.connector)}/messages`;
    const answer = await api.call<Accepted>('POST', where, { body, headers }).catch((error) => {
      if (!(error instanceof Unreachable)) throw error;
      const advice = `Whether the message was accepted is not known. Give the same command with --idempotency-key ${key}: it is then sent once.`;
      throw new Unreachable(`${error.message}\n${advice}`, { cause: error });
    });
    show(
      answer,
      (one) => `Accepted: ${one.id} is ${one.status}.\nFollow it: mailgrant messages show ${one.id}`,
    );
  },
});
