/** The IMAP server: takes connections, cuts the bytes into commands, and runs them one after another. */
import type { Socket } from 'node:net';
import { createByteQueue } from '../byte-queue.js';
import { type Listener, type ListenOptions, listen } from '../listener.js';
import { CommandSyntaxError, parseCommand, type RawCommand } from './command-line.js';
import type { ImapContext } from './context.js';
import { runCommand } from './run-command.js';
import { createImapSession, type ImapSession } from './session.js';

/** Exchange's limit for a command line; a client that sends more is lost. */
const MAX_LINE_BYTES = 64 * 1024;
const MAX_LITERAL_BYTES = 160 * 1024 * 1024;

export async function listenImap(context: ImapContext, options: ListenOptions): Promise<Listener> {
  const listener = await listen(options, (socket) => serveConnection(socket, context));
  const stopListening = context.grants.onExpired((user) => {
    for (const session of context.sessions)
      if (session.user && (!user || session.user === user))
        session.bye('Session invalidated - AccessTokenExpired');
  });
  return {
    port: listener.port,
    close() {
      stopListening();
      return listener.close();
    },
  };
}

function serveConnection(socket: Socket, context: ImapContext): void {
  const session = createImapSession(socket, context);
  const bytes = createByteQueue();
  context.sessions.add(session);
  socket.on('close', () => {
    session.idle?.stop();
    session.continuation?.('');
    context.sessions.delete(session);
  });
  if (!greet(session, context)) return;

  let raw: RawCommand = { text: [], literals: [] };
  let literalBytes: number | undefined;
  let running = false;

  /** Takes the next whole command or line off the queue; `undefined` until more bytes come. */
  function nextCommand(): RawCommand | undefined {
    for (;;) {
      if (literalBytes !== undefined) {
        if (bytes.length < literalBytes) return undefined;
        raw.literals.push(bytes.take(literalBytes));
        literalBytes = undefined;
      }
      const end = bytes.indexOf('\n');
      if (end === -1) {
        if (bytes.length > MAX_LINE_BYTES) session.drop();
        return undefined;
      }
      const line = bytes
        .take(end + 1)
        .toString('latin1')
        .replace(/\r?\n$/, '');
      const literal = /\{(\d+)(\+?)\}$/.exec(line);
      if (!literal || session.continuation || session.idle) {
        raw.text.push(line);
        const whole = raw;
        raw = { text: [], literals: [] };
        return whole;
      }
      literalBytes = Number(literal[1]);
      if (literalBytes > MAX_LITERAL_BYTES) {
        session.drop();
        return undefined;
      }
      raw.text.push(line.slice(0, literal.index));
      if (!literal[2]) session.send('+ Ready for additional command text.');
    }
  }

  async function work(): Promise<void> {
    if (running) return;
    running = true;
    try {
      for (
        let whole = nextCommand();
        whole && !socket.destroyed && !socket.writableEnded;
        whole = nextCommand()
      ) {
        const line = whole.text[0] ?? '';
        if (session.idle) endIdle(session, line);
        else await runWhole(session, whole);
      }
    } catch {
      socket.destroy();
    } finally {
      running = false;
    }
  }

  socket.on('data', (chunk: Buffer) => {
    bytes.push(chunk);
    // A SASL response belongs to the command that is running and waits for it.
    if (session.continuation) {
      const whole = nextCommand();
      const answer = session.continuation;
      if (!whole) return;
      session.continuation = undefined;
      answer(whole.text[0] ?? '');
      return;
    }
    void work();
  });
}

/** @returns whether the session goes on */
function greet(session: ImapSession, context: ImapContext): boolean {
  const fault = context.faults.take(
    undefined,
    (each) => 'command' in each && each.command?.toUpperCase() === 'CONNECT',
  );
  if (!fault) {
    session.send('* OK The Microsoft Exchange IMAP4 service is ready. [SANDBOX]');
    return true;
  }
  if (fault.kind === 'unavailable') {
    session.send('Server Unavailable. 15');
    session.close();
  } else if (fault.kind !== 'hang') session.drop();
  return false;
}

function endIdle(session: ImapSession, line: string): void {
  const tag = session.idle?.tag;
  session.idle?.stop();
  session.update();
  session.send(line.toUpperCase() === 'DONE' ? `${tag} OK IDLE completed.` : `${tag} BAD Command Error. 12`);
}

async function runWhole(session: ImapSession, whole: RawCommand): Promise<void> {
  try {
    await runCommand(session, parseCommand(whole));
  } catch (error) {
    if (!(error instanceof CommandSyntaxError)) throw error;
    const tag = /^[^\s]+/.exec(whole.text[0] ?? '')?.[0] ?? '*';
    session.send(`${tag} BAD ${error.message}`);
  }
}
