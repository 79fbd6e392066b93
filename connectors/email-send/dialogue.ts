/** How SMTP submission begins, for Test Connection (RFC 5321 §3.1, RFC 3207, RFC 4954): greeting, EHLO, STARTTLS. */
import type { MailContext } from '../../src/contract/connector-type.js';
import type { LineSocket } from '../mail/line-socket.js';
import type { MailDialogue } from '../mail/probe.js';
import { smtpProblem } from './smtp-failure.js';

/** A client without a name of its own gives its address as a literal (RFC 5321 §4.1.4). */
const EHLO = 'EHLO [127.0.0.1]';

export function smtpDialogue(context: MailContext): MailDialogue {
  const refusal = (response: string) =>
    smtpProblem(context, Object.assign(new Error(response), { response }), { stage: 'connect' });

  /** @param first line of the reply @returns all of its lines (RFC 5321 §4.2.1) */
  async function whole(first: string, lines: LineSocket): Promise<string[]> {
    const reply = [first];
    for (let line = first; /^\d{3}-/.test(line); reply.push(line)) line = await lines.readLine();
    return reply;
  }

  async function command(lines: LineSocket, line: string): Promise<string[]> {
    lines.writeLine(line);
    return whole(await lines.readLine(), lines);
  }

  async function hello(lines: LineSocket): Promise<string[]> {
    const reply = await command(lines, EHLO);
    if (!/^250/.test(reply[0] ?? '')) throw refusal(reply.join('\n'));
    return reply.slice(1).map((line) => line.slice(4).toUpperCase());
  }

  return {
    protocol: 'smtp',
    async greeting(first, lines) {
      const reply = await whole(first, lines);
      if (!/^220/.test(first)) throw refusal(reply.join('\n'));
    },
    capabilities: hello,
    async startTls(lines) {
      if (!(await hello(lines)).includes('STARTTLS')) return false;
      const [answer = ''] = await command(lines, 'STARTTLS');
      return /^220/.test(answer);
    },
    // Old servers write AUTH=LOGIN.
    mechanisms: (capabilities) =>
      capabilities
        .filter((each) => /^AUTH[ =]/.test(each))
        .flatMap((each) => each.slice(5).trim().split(/ +/)),
    usable: { oauth2: ['XOAUTH2'], basic: ['PLAIN', 'LOGIN', 'CRAM-MD5'] },
    goodbye: 'QUIT',
  };
}
