/**
 * One SMTP submission connection (RFC 5321, RFC 4954).
 *
 * greeted → EHLO → signed in (AUTH) → envelope (MAIL, RCPT…) → content (DATA) → signed in again …; any → closed (QUIT,
 * a 421, a fault). An access token that expires later does not end the session: Exchange checks it at AUTH.
 */
import type { SandboxUser } from '../users.js';
import type { SmtpContext } from './context.js';
import type { SmtpFault, SmtpStage } from './smtp-faults.js';

export interface SmtpSession {
  readonly context: SmtpContext;
  greeted: boolean;
  user: SandboxUser | undefined;
  /** Which of the mailbox's connections this was when it signed in, from 1. */
  rank: number;
  envelope: { from: string; to: string[] } | undefined;
  /** Waits for one line in place of a command: a SASL response. */
  continuation: ((line: string) => void | Promise<void>) | undefined;
  /** The content is being received. */
  receiving: boolean;
  readonly closed: boolean;
  reply(text: string): void;
  /** Replies and closes. */
  end(text?: string): void;
  drop(): void;
}

/**
 * Plays the fault that waits for this stage.
 * @returns `undefined` when the stage goes its usual way, else the fault that took its place
 */
export async function playFault(
  session: SmtpSession,
  stage: SmtpStage,
  about: { user?: SandboxUser; recipient?: string; beforePlaying?: (fault: SmtpFault) => void } = {},
): Promise<SmtpFault | undefined> {
  const user = about.user ?? session.user;
  const fault = session.context.faults.take(
    user && [user.upn, user.mail],
    (each) =>
      each.stage === stage &&
      (each.recipient === undefined || each.recipient.toLowerCase() === about.recipient?.toLowerCase()),
  );
  if (!fault) return undefined;
  if (fault.delayMs !== undefined) {
    const { delayMs } = fault;
    await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
  }
  await fault.until;
  if ('slow' in fault) return undefined;
  about.beforePlaying?.(fault);
  if ('drop' in fault) session.drop();
  if ('reply' in fault) {
    if (fault.reply.startsWith('421')) session.end(multiline(fault.reply));
    else session.reply(multiline(fault.reply));
  }
  return fault;
}

/** Lines of one reply as the wire has them: the same code, a hyphen on all but the last (RFC 5321 §4.2.1). */
function multiline(reply: string): string {
  const lines = reply.split(/\r?\n/);
  const code = reply.slice(0, 3);
  return lines
    .map((line, index) => {
      const text = line.startsWith(code) ? line.slice(4) : line;
      return `${code}${index < lines.length - 1 ? '-' : ' '}${text}`;
    })
    .join('\r\n');
}
