/** What the IMAP server can be made to do, in Exchange's words (EXCHANGE-ONLINE.md §4). */
export type ImapFault =
  /** `NO AUTHENTICATE failed.` though the token is good. */
  | { kind: 'refuse-authentication' }
  /** Sign-in succeeds, then the first command is answered `BAD User is authenticated but not connected.` and BYE. */
  | { kind: 'not-connected' }
  /** `* BYE Session invalidated - AccessTokenExpired` when the command arrives. */
  | { kind: 'expire-token'; command?: string }
  /** The command is answered with the back-off time. */
  | { kind: 'throttled'; ms: number; as?: 'NO' | 'BAD'; command?: string }
  /** The line `Server Unavailable. 15`, which is no IMAP, and the end of the connection; `command: 'connect'` in place of the greeting. */
  | { kind: 'unavailable'; command?: string }
  /** Any answer to a command: `NO …` or `BAD …`, without the tag. */
  | { kind: 'answer'; command: string; text: string }
  /** `* BYE` with these words when the command arrives. */
  | { kind: 'bye'; command: string; text: string }
  /** The connection breaks when the command arrives; without a command, after so many commands or bytes sent. */
  | { kind: 'drop'; command?: string; afterCommands?: number; afterBytes?: number }
  /** The command is never answered. */
  | { kind: 'hang'; command?: string }
  /** The command waits before it is carried out. */
  | { kind: 'hold'; command: string; until: Promise<unknown> }
  /** The command is carried out, and the connection breaks before the answer. */
  | { kind: 'lost-answer'; command: string };

/** The command at which a fault strikes; `undefined` means any after sign-in. */
export function strikesAt(fault: ImapFault, command: string): boolean {
  if (fault.kind === 'refuse-authentication') return command === 'AUTHENTICATE';
  if (fault.kind === 'not-connected') return command === 'signed-in';
  // Without a command, a drop is counted, not tied to one.
  if (fault.kind === 'drop' && fault.command === undefined) return false;
  if (fault.command !== undefined) return fault.command.toUpperCase() === command;
  return !BEFORE_SIGN_IN.has(command);
}

const BEFORE_SIGN_IN = new Set(['CONNECT', 'AUTHENTICATE', 'CAPABILITY', 'ID', 'LOGOUT', 'signed-in']);
