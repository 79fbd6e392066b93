/** IDLE (RFC 2177): tells of changes until the client says DONE; ends with the access token. */
import type { Command } from '../command-line.js';
import type { ImapSession } from '../session.js';
import type { Answer } from './answers.js';

export function idle(session: ImapSession, command: Command): Answer {
  const unwatch = session.selected?.mailbox.watch(() => session.update());
  const { grant } = session;
  const tokenEnd = grant
    ? setTimeout(
        () => session.bye('Session invalidated - AccessTokenExpired'),
        grant.expiresAt - session.context.clock.now(),
      )
    : undefined;
  session.idle = {
    tag: command.tag,
    stop() {
      unwatch?.();
      clearTimeout(tokenEnd);
      session.idle = undefined;
    },
  };
  session.send('+ IDLE accepted, awaiting DONE command.');
  return undefined;
}
