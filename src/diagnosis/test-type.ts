/** Runs a connector type's own test on a connection: with the context that workers get, and within the mailbox's SMTP connections. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ConnectorType, MailContext } from '../contract/connector-type.js';
import { ProblemError, problemError } from '../contract/problem.js';
import type { TestSteps } from '../contract/test-steps.js';
import { effectiveLimits, sendSettings } from '../send/send-settings.js';
import { type SmtpSlot, takeSmtpSlot } from '../send/smtp-slots.js';
import type { Connection, Connector } from '../setup/model.js';
import type { DiagnosisDependencies } from './dependencies.js';
import type { TestRun } from './steps.js';
import { tokenDetail } from './token-detail.js';

/** A slot of a process that was killed is free after this long. */
const SLOT_LEASE_MS = 30_000;
/** Between two looks for a free slot. */
const SLOT_LOOK_MS = 200;
const SLOT_PATIENCE_MS = 10_000;

export interface TypeTest {
  type: ConnectorType;
  connection: Connection;
  /** Absent when the connection itself is tested. */
  connector: Connector | undefined;
  settings: Record<string, unknown>;
}

/** @throws what ended the test; the run has reported it */
export async function testType(deps: DiagnosisDependencies, run: TestRun, test: TypeTest): Promise<void> {
  const { type, connection, connector, settings } = test;
  const slot = type.needs.includes('smtp') ? await smtpSlot(deps, run, test) : undefined;
  try {
    const given = await deps.mailContext(connection, connector?.id, {
      signal: run.signal,
      log: deps.log.child({ connection: connection.id, ...(connector && { connector: connector.id }) }),
      needs: type.needs,
      checksGrantLate: true,
    });
    // What was looked at is what is signed in to, though the name should change its address meanwhile.
    const pinned = new Map<string, string>();
    const context = { ...given, resolve: async (host: string) => pinned.get(host) ?? given.resolve(host) };
    await type.test(context, settings, stepsOf(deps, run, { connection, context, pinned }));
  } finally {
    await slot?.release();
  }
}

interface Place {
  connection: Connection;
  context: MailContext;
  /** Host → address that the step `resolve` took. */
  pinned: Map<string, string>;
}

function stepsOf(
  { addresses, connections, clock }: DiagnosisDependencies,
  run: TestRun,
  { connection, context, pinned }: Place,
): TestSteps {
  return {
    authentication: connection.settings.authentication,
    run: run.run,
    resolve: (protocol, host) =>
      run.run({ protocol, step: 'resolve' }, async () => {
        const found = await addresses(host).catch((error: unknown) => {
          if (error instanceof ProblemError) throw error;
          const { code, message } = error as NodeJS.ErrnoException;
          throw problemError('host-not-found', { with: { host, what: code ?? message }, cause: error });
        });
        const [first = host] = found;
        pinned.set(host, first);
        const rest = found.length > 1 ? `; taking ${first}` : '';
        const detail = first === host ? `${host} is an address` : `${host} is ${found.join(', ')}${rest}`;
        return { detail, value: first };
      }),
    token: (protocol) =>
      run.run({ protocol, step: 'token' }, async () => {
        const credentials = await context.credentials();
        const now = await connections.read(connection.id);
        const renewed = now.tokenVersion > connection.tokenVersion ? ' It was refreshed just now.' : '';
        return { detail: tokenDetail(now, credentials, clock.now()) + renewed, value: undefined };
      }),
  };
}

/** The connectors that send over a connection; they may have set lower limits than the provider's. */
async function sendersOf(
  { connections, connectors }: DiagnosisDependencies,
  { id }: Connection,
): Promise<Connector[]> {
  const ids = await connections.connectors(id);
  const bound = await Promise.all(ids.map((each) => connectors.read(each).catch(() => undefined)));
  return bound
    .filter((each) => each !== undefined)
    .filter((each) => connectors.typeOf(each).direction === 'send');
}

/** One of the mailbox's SMTP connections, for this test; sending goes on over the others. */
async function smtpSlot(
  deps: DiagnosisDependencies,
  run: TestRun,
  { connection, connector }: TypeTest,
): Promise<SmtpSlot> {
  const { redis, deadlinesMs } = deps;
  const senders = connector ? [connector] : await sendersOf(deps, connection);
  const { limits } = await deps.presetOf(connection);
  const allowed = senders.map(({ settings }) => effectiveLimits(limits, sendSettings(settings)));
  const most = Math.max(1, ...(allowed.length > 0 ? allowed : [limits]).map((each) => each.smtpConnections));
  const { mailboxKey } = connection.authorization;
  const patienceMs = deadlinesMs?.slot ?? SLOT_PATIENCE_MS;
  for (let waitedMs = 0; ; waitedMs += SLOT_LOOK_MS) {
    const slot = await takeSmtpSlot(redis, mailboxKey, { connections: most, leaseMs: SLOT_LEASE_MS });
    if (slot) return slot;
    if (waitedMs >= patienceMs || run.signal.aborted) break;
    await wait(SLOT_LOOK_MS, undefined, { signal: run.signal }).catch(() => undefined);
  }
  const { user } = connection.settings;
  const seconds = patienceMs / 1_000;
  return run.run({ protocol: 'smtp', step: 'slot' }, () =>
    Promise.reject(problemError('smtp-connections-in-use', { with: { user, most, seconds } })),
  );
}
