/** How IMAP begins, for Test Connection (RFC 9051 §7.1, §6.1.1, §6.2.1): greeting, CAPABILITY, STARTTLS. */
import type { MailContext } from '../../src/contract/connector-type.js';
import type { LineSocket } from '../mail/line-socket.js';
import type { MailDialogue } from '../mail/probe.js';
import { placeOf } from './imap-failure.js';
import { problemOf } from './replies.js';

export function imapDialogue(context: MailContext, endpoint: NonNullable<MailContext['imap']>): MailDialogue {
  const refusal = (words: string) => problemOf({ words }, placeOf(context, endpoint));

  /** The untagged lines until the tagged one; the tag is the only one of this conversation in flight. */
  async function command(lines: LineSocket, name: string): Promise<{ status: string; untagged: string[] }> {
    lines.writeLine(`t ${name}`);
    const untagged: string[] = [];
    for (;;) {
      const line = await lines.readLine();
      const [, status] = /^t (OK|NO|BAD)\b/i.exec(line) ?? [];
      if (status) return { status: status.toUpperCase(), untagged };
      if (!line.startsWith('* ') || /^\* BYE\b/i.test(line)) throw refusal(line);
      untagged.push(line);
    }
  }

  return {
    protocol: 'imap',
    async greeting(first) {
      if (!/^\* (OK|PREAUTH)\b/i.test(first)) throw refusal(first);
    },
    async capabilities(lines) {
      const { untagged } = await command(lines, 'CAPABILITY');
      const found = untagged.find((line) => /^\* CAPABILITY /i.test(line)) ?? '';
      return found.toUpperCase().split(' ').slice(2);
    },
    startTls: async (lines) => (await command(lines, 'STARTTLS')).status === 'OK',
    mechanisms: (capabilities) => [
      ...capabilities.filter((each) => each.startsWith('AUTH=')).map((each) => each.slice('AUTH='.length)),
      // The command of its own (RFC 9051 §6.2.3), wherever it is not forbidden.
      ...(capabilities.includes('LOGINDISABLED') ? [] : ['LOGIN']),
    ],
    usable: { oauth2: ['XOAUTH2', 'OAUTHBEARER'], basic: ['PLAIN', 'LOGIN'] },
    goodbye: 't LOGOUT',
  };
}
