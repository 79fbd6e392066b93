/**
 * One IMAP connection.
 *
 * States (RFC 3501 §3): not authenticated → authenticated (AUTHENTICATE) → selected (SELECT, EXAMINE) → authenticated
 * (CLOSE, UNSELECT) …; any → closed (LOGOUT, an expired token, a fault). `disconnected` is Exchange's own: signed in,
 * but without a mailbox behind it, so that the next command ends the session.
 */
import type { Socket } from 'node:net';
import type { AccessGrant } from '../authorization/grants.js';
import type { Mailbox, StoredMessage } from '../mail/mailbox.js';
import type { SandboxUser } from '../users.js';
import type { ImapContext } from './context.js';

export interface Selected {
  mailbox: Mailbox;
  readOnly: boolean;
  /** Messages as this session numbers them; brought up to date between commands only (RFC 3501 §5.2). */
  view: StoredMessage[];
  expungesSeen: number;
}

export interface ImapSession {
  readonly context: ImapContext;
  user: SandboxUser | undefined;
  grant: AccessGrant | undefined;
  /** Signed in as somebody whose mailbox this is not. */
  disconnected: boolean;
  selected: Selected | undefined;
  /** Ends a running IDLE; the text is the line that the client sent. */
  idle: { tag: string; stop(): void } | undefined;
  /** Waits for one line in place of a command: a SASL response. */
  continuation: ((line: string) => void) | undefined;
  /** Commands since sign-in. */
  commands: number;
  /** Breaks the connection after so many more bytes. */
  limitBytes(bytes: number): void;
  send(line: string): void;
  sendBytes(bytes: Buffer): void;
  /** Resolves once the client reads fast enough. */
  drained(): Promise<void>;
  /** Brings the view up to date and tells the client what changed. */
  update(): void;
  /** `* BYE` and the end. */
  bye(text: string): void;
  close(): void;
  drop(): void;
}

export function createImapSession(socket: Socket, context: ImapContext): ImapSession {
  let bytesLeft = Number.POSITIVE_INFINITY;

  function write(bytes: Buffer | string): void {
    if (socket.destroyed || socket.writableEnded) return;
    if (bytesLeft === Number.POSITIVE_INFINITY) return void socket.write(bytes);
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    if (buffer.length < bytesLeft) {
      bytesLeft -= buffer.length;
      socket.write(buffer);
    } else socket.write(buffer.subarray(0, bytesLeft), () => socket.destroy());
  }

  const session: ImapSession = {
    context,
    user: undefined,
    grant: undefined,
    disconnected: false,
    selected: undefined,
    idle: undefined,
    continuation: undefined,
    commands: 0,
    limitBytes(bytes) {
      bytesLeft = bytes;
    },
    send: (line) => write(`${line}\r\n`),
    sendBytes: write,
    async drained() {
      if (socket.destroyed || !socket.writableNeedDrain) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          socket.off('drain', done);
          socket.off('close', done);
          resolve();
        };
        socket.on('drain', done);
        socket.on('close', done);
      });
    },
    update() {
      if (session.selected) updateView(session, session.selected);
    },
    bye(text) {
      session.send(`* BYE ${text}`);
      session.close();
    },
    close: () => void socket.end(),
    drop: () => void socket.destroy(),
  };
  return session;
}

function updateView(session: ImapSession, selected: Selected): void {
  const { mailbox } = selected;
  const before = selected.view;
  const now = mailbox.messages();
  if (mailbox.expunges !== selected.expungesSeen) {
    selected.expungesSeen = mailbox.expunges;
    const left = new Set(now);
    // From the end, so that numbers of those before stay what the client thinks (RFC 3501 §7.4.1).
    for (let number = before.length; number > 0; number -= 1) {
      const message = before[number - 1];
      if (message && !left.has(message)) session.send(`* ${number} EXPUNGE`);
    }
    selected.view = before.filter((message) => left.has(message));
  }
  if (now.length === selected.view.length) return;
  selected.view = [...now];
  session.send(`* ${now.length} EXISTS`);
}
