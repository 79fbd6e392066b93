/** Which kind of server a first line belongs to, for ports that were mixed up. */
import type { MailProtocol } from '../../src/contract/test-steps.js';

/** The first that matches counts. */
const GREETINGS: readonly { line: RegExp; kind: string; protocol?: MailProtocol }[] = [
  { line: /^\* (OK|PREAUTH|BYE)\b/i, kind: 'an IMAP server', protocol: 'imap' },
  { line: /^220[ -].*\bFTP\b/i, kind: 'an FTP server' },
  { line: /^[2-5]\d\d[ -]/, kind: 'an SMTP server', protocol: 'smtp' },
  { line: /^\+OK\b/i, kind: 'a POP3 server' },
  { line: /^SSH-/, kind: 'an SSH server' },
  { line: /^HTTP\/|^<(!doctype|html)/i, kind: 'a web server' },
];

/**
 * @param line the first that a server sends
 * @returns what it is, in words; `undefined` when it is of the protocol, or nothing that is known
 */
export function foreignGreeting(line: string, protocol: MailProtocol): string | undefined {
  const found = GREETINGS.find((each) => each.line.test(line));
  return found && found.protocol !== protocol ? found.kind : undefined;
}
