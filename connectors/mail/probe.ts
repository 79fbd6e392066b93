/**
 * The steps of Test Connection before anybody signs in: resolve, TCP, TLS, greeting and capabilities. Nothing secret is
 * sent; the sign-in after it makes a connection of its own, by the code that the work uses, to the same address.
 */
import type { Endpoint, MailContext } from '../../src/contract/connector-type.js';
import { ProblemError, problemError } from '../../src/contract/problem.js';
import type { Finding, MailProtocol, TestSteps } from '../../src/contract/test-steps.js';
import { certificateDetail, handshakeProblem } from './certificate.js';
import { transportSecurity } from './endpoint.js';
import { foreignGreeting } from './foreign-greeting.js';
import { type LineSocket, openLineSocket } from './line-socket.js';

/** Of what a server says, shown; a line may be as long as the whole conversation. */
const MOST_CHARACTERS = 1_000;

/** How a protocol begins: what differs between IMAP and SMTP before the sign-in. */
export interface MailDialogue {
  protocol: MailProtocol;
  /** Reads on until the greeting is complete. @param first its first line @throws ProblemError when the server refuses */
  greeting(first: string, lines: LineSocket): Promise<void>;
  /** Words that the server offers, in capitals. */
  capabilities(lines: LineSocket): Promise<string[]>;
  /** Asks for TLS. @returns whether the server goes on with it */
  startTls(lines: LineSocket): Promise<boolean>;
  mechanisms(capabilities: readonly string[]): string[];
  /** Mechanisms that the sign-in can use, any of them. */
  usable: Readonly<Record<TestSteps['authentication'], readonly string[]>>;
  goodbye: string;
}

/**
 * Runs the steps `resolve`, `tcp`, `tls` and `greeting`.
 * @throws what the step that failed threw
 */
export async function probeServer(
  context: MailContext,
  steps: TestSteps,
  { endpoint, dialogue }: { endpoint: Endpoint; dialogue: MailDialogue },
): Promise<void> {
  const { host, port, tlsType } = endpoint;
  const { protocol } = dialogue;
  const silent = (seconds: number): ProblemError =>
    problemError('server-silent', { with: { host, port, tlsType, seconds } });
  const address = await steps.resolve(protocol, host);
  const lines = await steps.run(
    { protocol, step: 'tcp' },
    () => connected(endpoint, address, context.signal),
    (seconds) =>
      problemError('host-unreachable', {
        with: { host, address, port, what: `no answer within ${seconds} seconds` },
      }),
  );
  try {
    const greeted = await steps.run(
      { protocol, step: 'tls' },
      () => secured(lines, { endpoint, dialogue, address }),
      silent,
    );
    await steps.run(
      { protocol, step: 'greeting' },
      () => offered(lines, { endpoint, dialogue, greeted, authentication: steps.authentication }),
      silent,
    );
    lines.writeLine(dialogue.goodbye);
  } finally {
    lines.close();
  }
}

async function connected(
  { host, port }: Endpoint,
  address: string,
  signal: AbortSignal,
): Promise<Finding<LineSocket>> {
  try {
    const value = await openLineSocket({ address, port }, signal);
    return { detail: `${address}, port ${port}, takes connections`, value };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const refused = code === 'ECONNREFUSED';
    throw problemError(refused ? 'connection-refused' : 'host-unreachable', {
      with: { host, address, port, what: code ?? message },
      cause: error,
    });
  }
}

/** @returns whether the greeting was read already: with STARTTLS it comes first */
async function secured(
  lines: LineSocket,
  { endpoint, dialogue, address }: { endpoint: Endpoint; dialogue: MailDialogue; address: string },
): Promise<Finding<string | undefined>> {
  const { host, port } = endpoint;
  const security = transportSecurity(endpoint);
  if (security.plain) {
    if (!/^(127\.|::1$)/.test(address)) throw problemError('tls-required', { with: { host } });
    return { detail: 'TLS Type None: clear text, which is allowed to this machine alone', value: undefined };
  }
  const greeting = security.secure ? undefined : await greet(lines, endpoint, dialogue);
  if (greeting !== undefined && !(await spoken(endpoint, () => dialogue.startTls(lines)))) {
    throw problemError('starttls-not-offered', { with: { host, port } });
  }
  const socket = await lines.startTls(host).catch((error: unknown) => {
    throw handshakeProblem(error, endpoint) ?? hungUp(error, endpoint);
  });
  const how = greeting === undefined ? 'from the first byte' : 'by STARTTLS';
  return { detail: `TLS ${how}: ${certificateDetail(socket, endpoint)}`, value: greeting };
}

async function offered(
  lines: LineSocket,
  {
    endpoint,
    dialogue,
    greeted,
    authentication,
  }: {
    endpoint: Endpoint;
    dialogue: MailDialogue;
    greeted: string | undefined;
    authentication: TestSteps['authentication'];
  },
): Promise<Finding<void>> {
  const { host, port } = endpoint;
  const greeting = greeted ?? (await greet(lines, endpoint, dialogue));
  const capabilities = await spoken(endpoint, () => dialogue.capabilities(lines));
  const mechanisms = dialogue.mechanisms(capabilities);
  const usable = dialogue.usable[authentication];
  if (!mechanisms.some((each) => usable.includes(each))) {
    const none = 'no way to sign in';
    throw problemError('sign-in-not-offered', {
      with: { host, port, offered: mechanisms.join(', ') || none, wanted: usable.join(' or ') },
      serverWords: capabilities.join(' '),
    });
  }
  const offers = capabilities.join(' ').slice(0, MOST_CHARACTERS);
  return { detail: `“${greeting.slice(0, MOST_CHARACTERS)}” Offers ${offers}`, value: undefined };
}

async function greet(lines: LineSocket, endpoint: Endpoint, dialogue: MailDialogue): Promise<string> {
  const { host, port } = endpoint;
  return spoken(endpoint, async () => {
    const first = await lines.readLine();
    const found = foreignGreeting(first, dialogue.protocol);
    if (found) {
      const protocol = dialogue.protocol.toUpperCase();
      throw problemError('other-protocol', { with: { host, port, protocol, found }, serverWords: first });
    }
    await dialogue.greeting(first, lines);
    return first;
  });
}

/** A connection that ends in the middle of what is said has a problem of its own. */
async function spoken<Value>(endpoint: Endpoint, talk: () => Promise<Value>): Promise<Value> {
  try {
    return await talk();
  } catch (error) {
    throw error instanceof ProblemError ? error : hungUp(error, endpoint);
  }
}

function hungUp(error: unknown, { host, port }: Endpoint): ProblemError {
  const { code, message } = error as NodeJS.ErrnoException;
  return problemError('server-hung-up', { with: { host, port, what: code ?? message }, cause: error });
}
