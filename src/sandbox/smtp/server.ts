/** The SMTP submission server: takes connections, cuts the bytes into lines and contents, runs the commands in order. */
import type { Socket } from 'node:net';
import { type ByteQueue, createByteQueue } from '../byte-queue.js';
import { type Listener, type ListenOptions, listen } from '../listener.js';
import { authenticate } from './authenticate.js';
import type { SmtpContext } from './context.js';
import { data, mail, rcpt } from './envelope.js';
import { REPLIES } from './replies.js';
import { playFault, type SmtpSession } from './session.js';
import { submit } from './submit.js';

const MAX_LINE_BYTES = 64 * 1024;

export function listenSmtp(context: SmtpContext, options: ListenOptions): Promise<Listener> {
  return listen(options, (socket) => serveConnection(socket, context));
}

function serveConnection(socket: Socket, context: SmtpContext): void {
  const bytes = createByteQueue();
  const session = createSession(socket, context);
  let searchedTo = 0;
  let working = true;

  socket.on('close', () => {
    if (session.user) context.limits.disconnected(session.user.oid);
  });

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    try {
      while (!session.closed && (session.receiving ? await takeContent() : await takeLine()));
    } catch {
      socket.destroy();
    } finally {
      working = false;
    }
  }

  async function takeLine(): Promise<boolean> {
    const end = bytes.indexOf('\n');
    if (end === -1) {
      if (bytes.length > MAX_LINE_BYTES) session.drop();
      return false;
    }
    const line = bytes
      .take(end + 1)
      .toString()
      .replace(/\r?\n$/, '');
    const { continuation } = session;
    session.continuation = undefined;
    if (continuation) await continuation(line);
    else await runLine(session, line);
    return true;
  }

  async function takeContent(): Promise<boolean> {
    const content = contentOf(bytes, searchedTo);
    if (!content) {
      searchedTo = bytes.length - 4;
      return false;
    }
    searchedTo = 0;
    session.receiving = false;
    await submit(session, content);
    return true;
  }

  socket.on('data', (chunk: Buffer) => {
    bytes.push(chunk);
    void work();
  });
  playFault(session, 'connect').then(
    (fault) => {
      if (fault && !('reply' in fault)) return;
      if (!fault) session.reply(REPLIES.greeting);
      working = false;
      void work();
    },
    () => socket.destroy(),
  );
}

function createSession(socket: Socket, context: SmtpContext): SmtpSession {
  return {
    context,
    greeted: false,
    user: undefined,
    rank: 0,
    envelope: undefined,
    continuation: undefined,
    receiving: false,
    get closed() {
      return socket.destroyed || socket.writableEnded;
    },
    reply(text) {
      if (!socket.destroyed && !socket.writableEnded) socket.write(`${text}\r\n`);
    },
    end: (text) => void (text === undefined ? socket.end() : socket.end(`${text}\r\n`)),
    drop: () => void socket.destroy(),
  };
}

/** Takes the content off the queue once its closing line has come, and removes dot-stuffing (RFC 5321 §4.5.2). */
function contentOf(bytes: ByteQueue, from: number): Buffer | undefined {
  if (from <= 0 && bytes.length >= 3 && bytes.indexOf('.\r\n') === 0) {
    bytes.take(3);
    return Buffer.alloc(0);
  }
  const end = bytes.indexOf('\r\n.\r\n', from);
  if (end === -1) return undefined;
  const content = bytes.take(end + 2);
  bytes.take(3);
  return content.includes('\r\n..') || content[0] === 0x2e
    ? Buffer.from(content.toString('latin1').replace(/(^|\r\n)\./g, '$1'), 'latin1')
    : content;
}

async function runLine(session: SmtpSession, line: string): Promise<void> {
  const [verb = ''] = line.split(' ', 1);
  const argument = line.slice(verb.length + 1);
  switch (verb.toUpperCase()) {
    case 'EHLO':
    case 'HELO':
      return hello(session);
    case 'AUTH':
      return authenticate(session, argument);
    case 'MAIL':
      return mail(session, argument);
    case 'RCPT':
      return rcpt(session, argument);
    case 'DATA':
      return data(session);
    case 'RSET':
      session.envelope = undefined;
      return session.reply(REPLIES.reset);
    case 'NOOP':
      return session.reply(REPLIES.noop);
    case 'QUIT':
      return session.end(REPLIES.quit);
    default:
      return session.reply(REPLIES.unknownCommand);
  }
}

async function hello(session: SmtpSession): Promise<void> {
  if (await playFault(session, 'ehlo')) return;
  session.greeted = true;
  session.envelope = undefined;
  const offered = [
    'SANDBOX.prod.outlook.example Hello',
    `SIZE ${session.context.messageBytes}`,
    'PIPELINING',
    'DSN',
    'ENHANCEDSTATUSCODES',
    'AUTH LOGIN XOAUTH2',
    '8BITMIME',
    'SMTPUTF8',
  ];
  session.reply(
    offered.map((each, index) => `250${index < offered.length - 1 ? '-' : ' '}${each}`).join('\r\n'),
  );
}
