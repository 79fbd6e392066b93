/** Opens one signed-in IMAP connection: XOAUTH2 or a password, under a deadline, and closed when it is refused. */
import { isIP } from 'node:net';
import { ImapFlow } from 'imapflow';
import type { Endpoint, MailContext, MailCredentials } from '../../src/contract/connector-type.js';
import { ProblemError } from '../../src/contract/problem.js';
import { transportSecurity } from '../mail/endpoint.js';
import { explainedRefusal } from '../mail/refused-sign-in.js';
import { failureOf, placeOf } from './imap-failure.js';
import { type ImapFailure, problemOf } from './replies.js';

/** From connecting to signed in. A server may hold a refused sign-in for minutes (EXCHANGE-ONLINE.md §1). */
const SIGN_IN_DEADLINE_MS = 30_000;
/** Silence within a command after which the connection counts as dead. */
const SILENCE_MS = 60_000;

export interface ImapConnection {
  client: ImapFlow;
  /** Version of the access token it signed in with. */
  tokenVersion: number | undefined;
  /** A first token was refused, and this one was made in its place. */
  refreshed: boolean;
  /** What it signed in with. */
  secrets: readonly string[];
  /** What the last failed command was told; imapflow answers `false` instead of throwing it. */
  takeFailure(): ImapFailure | undefined;
}

/**
 * Connects and signs in. A refused access token is refreshed once and tried once more.
 * @throws ProblemError `imap-sign-in-refused`, `imap-password-refused`, `mailbox-not-connected`, `imap-throttled`,
 *   `tls-failed`, `imap-unavailable`, and what context.credentials() and context.resolve() throw
 */
export async function signIn(context: MailContext, endpoint: Endpoint): Promise<ImapConnection> {
  const credentials = await context.credentials();
  const first = await attempt(context, endpoint, credentials);
  if (first.kind === 'connected') return first.connection;
  if (!first.refusedToken || credentials.kind !== 'xoauth2') throw first.problem;
  context.log.info({ host: endpoint.host }, 'access token refused; refreshing it once');
  const renewed = await context.credentials({ rejected: credentials.version });
  const second = await attempt(context, endpoint, renewed);
  if (second.kind === 'failed') {
    const tried = { host: endpoint.host, triedAs: renewed.user };
    throw await explainedRefusal(context, second.problem, tried);
  }
  const refreshed = renewed.kind === 'xoauth2' && renewed.version !== credentials.version;
  return { ...second.connection, refreshed };
}

async function resolved(context: MailContext, endpoint: Endpoint): Promise<string> {
  try {
    return await context.resolve(endpoint.host);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw problemOf(failureOf(error), placeOf(context, endpoint), undefined, error);
  }
}

type Attempt =
  | { kind: 'connected'; connection: ImapConnection }
  | { kind: 'failed'; problem: Error; refusedToken: boolean };

async function attempt(
  context: MailContext,
  endpoint: Endpoint,
  credentials: MailCredentials,
): Promise<Attempt> {
  const address = await resolved(context, endpoint);
  const { client, takeFailure } = createClient(endpoint, address, credentials);
  const secrets = [credentials.kind === 'xoauth2' ? credentials.accessToken : credentials.password];
  const close = (): void => client.close();
  const deadline = setTimeout(close, SIGN_IN_DEADLINE_MS);
  context.signal.addEventListener('abort', close);
  client.on('close', () => context.signal.removeEventListener('abort', close));
  try {
    await client.connect();
    context.signal.throwIfAborted();
    const tokenVersion = credentials.kind === 'xoauth2' ? credentials.version : undefined;
    const connection = { client, tokenVersion, refreshed: false, secrets, takeFailure };
    return { kind: 'connected', connection };
  } catch (error) {
    client.close();
    const failure = { ...takeFailure(), ...failureOf(error) };
    const refused = credentials.kind === 'xoauth2' ? 'imap-sign-in-refused' : 'imap-password-refused';
    const problem = problemOf(
      failure,
      placeOf(context, endpoint, secrets),
      failure.refusedSignIn ? refused : undefined,
      error,
    );
    const refusedToken =
      problem.problem.code === 'imap-sign-in-refused' || problem.problem.foreign?.error !== undefined;
    return { kind: 'failed', problem, refusedToken };
  } finally {
    clearTimeout(deadline);
  }
}

function createClient(endpoint: Endpoint, address: string, credentials: MailCredentials) {
  const { secure, requireStartTls } = transportSecurity(endpoint);
  let failure: ImapFailure | undefined;
  /** A connection that closes after a refusal says less than the refusal did. */
  const note = (error: unknown): void => {
    failure = { ...failure, ...failureOf(error) };
  };
  const nothing = (): void => {};
  const client = new ImapFlow({
    host: address,
    port: endpoint.port,
    secure,
    doSTARTTLS: secure ? undefined : requireStartTls,
    // The address was resolved under the rules for outgoing connections; the name is what the certificate must hold.
    ...(!isIP(endpoint.host) && { servername: endpoint.host }),
    tls: { minVersion: 'TLSv1.2' },
    auth:
      credentials.kind === 'xoauth2'
        ? { user: credentials.user, accessToken: credentials.accessToken }
        : { user: credentials.user, pass: credentials.password },
    disableIMAP4rev2: true,
    disableAutoIdle: true,
    disableCompression: true,
    disableAutoEnable: true,
    clientInfo: { name: 'Mailgrant', version: '0', vendor: 'Mailgrant', 'support-url': false },
    connectionTimeout: SIGN_IN_DEADLINE_MS,
    greetingTimeout: SIGN_IN_DEADLINE_MS,
    socketTimeout: SILENCE_MS,
    // Nothing is logged: imapflow's lines hold message content. It is listened to for what it swallows.
    logger: {
      trace: nothing,
      debug: nothing,
      info: nothing,
      warn(line: { err?: unknown; throttleDelay?: number }) {
        if (line.err) note(line.err);
        // Left alone it would sit through the back-off, session and lease held, in a wait that begins after this line.
        if (line.throttleDelay) setImmediate(() => client.close());
      },
      error(line: { err?: unknown }) {
        if (line.err) note(line.err);
      },
      fatal: nothing,
    },
  });
  // Unheard, an error event would end the process; the command in flight is rejected with it as well.
  client.on('error', note);
  const takeFailure = (): ImapFailure | undefined => {
    const taken = failure;
    failure = undefined;
    return taken;
  };
  return { client, takeFailure };
}
