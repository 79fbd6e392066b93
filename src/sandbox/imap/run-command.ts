/** Runs one command of an IMAP session: log, token still good, scripted fault, the command itself, news, tagged answer. */
import { type Command, CommandSyntaxError } from './command-line.js';
import { ImapRefusal } from './commands/answers.js';
import { ANY_STATE, SIGNED_IN } from './commands/index.js';
import { type ImapFault, strikesAt } from './imap-faults.js';
import type { ImapSession } from './session.js';

/** Commands whose numbers would shift under the client if expunges were told during them (RFC 3501 §7.4.1). */
const WITHOUT_NEWS = new Set(['FETCH', 'STORE', 'SEARCH']);

export async function runCommand(session: ImapSession, command: Command): Promise<void> {
  const { context, user } = session;
  context.log.push({ at: context.clock.now(), command: command.name, ...(user ? { user: user.upn } : {}) });
  if (user) session.commands += 1;
  if (endOfToken(session)) return;
  const fault = takeFault(session, command.name);
  if (fault && !playBefore(session, command, fault)) return;
  if (session.disconnected && !(command.name in ANY_STATE)) {
    session.send(`${command.tag} BAD User is authenticated but not connected.`);
    return session.bye('Connection closed. 14');
  }
  if (fault?.kind === 'hold') await fault.until;
  const answer = await answerOf(session, command);
  if (fault?.kind === 'lost-answer') return session.drop();
  if (answer === undefined) return;
  if (!WITHOUT_NEWS.has(command.name)) session.update();
  session.send(`${command.tag} ${answer}`);
}

async function answerOf(session: ImapSession, command: Command): Promise<string | undefined> {
  const handler = ANY_STATE[command.name] ?? (session.user ? SIGNED_IN[command.name] : undefined);
  if (!handler)
    return command.name in SIGNED_IN ? 'BAD Command received in Invalid state.' : 'BAD Command Error. 12';
  try {
    return await handler(session, command);
  } catch (error) {
    if (error instanceof ImapRefusal) return error.message;
    if (error instanceof CommandSyntaxError) return `BAD ${error.message}`;
    throw error;
  }
}

function endOfToken(session: ImapSession): boolean {
  if (!session.grant || session.grant.expiresAt > session.context.clock.now()) return false;
  session.bye('Session invalidated - AccessTokenExpired');
  return true;
}

function takeFault(session: ImapSession, name: string): ImapFault | undefined {
  const names = session.user && [session.user.upn, session.user.mail];
  const counted = session.context.faults.take(
    names,
    (fault) =>
      fault.kind === 'drop' &&
      fault.command === undefined &&
      session.user !== undefined &&
      (fault.afterBytes !== undefined || session.commands > (fault.afterCommands ?? 0)),
  );
  if (counted?.kind === 'drop' && counted.afterBytes !== undefined) session.limitBytes(counted.afterBytes);
  else if (counted) return counted;
  // These two strike inside AUTHENTICATE, once the account is known.
  return session.context.faults.take(
    names,
    (fault) =>
      fault.kind !== 'refuse-authentication' && fault.kind !== 'not-connected' && strikesAt(fault, name),
  );
}

/** @returns whether the command is to be carried out all the same */
function playBefore(session: ImapSession, command: Command, fault: ImapFault): boolean {
  switch (fault.kind) {
    case 'expire-token':
      session.bye('Session invalidated - AccessTokenExpired');
      return false;
    case 'throttled':
      session.send(
        `${command.tag} ${fault.as ?? 'NO'} Request is throttled. Suggested Backoff Time: ${fault.ms} milliseconds`,
      );
      return false;
    case 'unavailable':
      session.send('Server Unavailable. 15');
      session.close();
      return false;
    case 'answer':
      session.send(`${command.tag} ${fault.text}`);
      return false;
    case 'bye':
      session.bye(fault.text);
      return false;
    case 'drop':
      session.drop();
      return false;
    case 'hang':
      return false;
    default:
      return true;
  }
}
