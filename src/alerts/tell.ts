/** Tells one notice over one channel: posted and signed, or handed to the outbox of an Email Send connector. */
import { Webhook } from 'standardwebhooks';
import type { Clock } from '../contract/clock.js';
import type { ConnectorId } from '../contract/ids.js';
import { asProblem, type Problem, ProblemError, problem, problemError } from '../contract/problem.js';
import { withoutSecrets } from '../contract/without-secrets.js';
import type { Outgoing } from '../outgoing/outgoing.js';
import type { Outbox } from '../send/outbox.js';
import type {
  AlertChannel,
  MailChannelSettings,
  WebhookChannelSettings,
} from '../setup/alert-channel-record.js';
import type { AlertChannels } from '../setup/alert-channels.js';
import type { Applications } from '../setup/applications.js';
import { shownStatus } from '../setup/connection-view.js';
import type { Connections } from '../setup/connections.js';
import type { Connectors } from '../setup/connectors.js';
import { counted } from '../setup/time-left.js';
import { mailOf } from './mail-text.js';
import type { Notice } from './notice.js';

/** A receiver that takes longer is tried again; the id tells it that it had the notice already. */
const WEBHOOK_DEADLINE_MS = 15_000;
/** Of an answer's body, which nobody asked for. */
const BODY_BYTES = 16 * 1024;
/** Of that, shown with a refusal. */
const WORDS_KEPT = 300;

export interface TellDeps {
  channels: Pick<AlertChannels, 'secret'>;
  applications: Pick<Applications, 'read'>;
  connections: Pick<Connections, 'read'>;
  connectors: Pick<Connectors, 'read'>;
  outbox: Pick<Outbox, 'accept'>;
  outgoing: Pick<Outgoing, 'fetch'>;
  publicUrl: string;
  clock: Clock;
}

export interface Told {
  /** Message that it went out as; mail only. */
  message?: string;
  /** It is told as far as this channel can, and yet nobody reads it before something is mended. */
  problem?: Problem;
}

/**
 * @param options `waiting`: how many alerts wait behind it, for the problem
 * @throws ProblemError `alert-channel-unreachable`, `alert-channel-refused`, `alert-mail-refused`; the reason of the signal
 */
export function tell(
  deps: TellDeps,
  { channel, notice }: { channel: AlertChannel; notice: Notice },
  options: { waiting: number; signal: AbortSignal },
): Promise<Told> {
  const { settings } = channel;
  return settings.type === 'webhook'
    ? post(deps, { channel, settings, notice }, options)
    : mail(deps, settings, notice);
}

async function post(
  { channels, outgoing, clock }: TellDeps,
  { channel, settings, notice }: { channel: AlertChannel; settings: WebhookChannelSettings; notice: Notice },
  { waiting, signal }: { waiting: number; signal: AbortSignal },
): Promise<Told> {
  const secret = (await channels.secret(channel.id)) ?? '';
  const body = JSON.stringify({ type: notice.type, timestamp: notice.timestamp, data: notice.data });
  const at = new Date(clock.now());
  // Query strings of webhooks often carry a key.
  const { origin, pathname } = new URL(settings.url);
  const shown = { url: origin + pathname, waiting: counted(waiting + notice.data.count, 'alert') };
  let response: Response;
  try {
    response = await outgoing.fetch(settings.url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Mailgrant',
        'webhook-id': notice.id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(secret).sign(notice.id, at, body),
      },
      signal,
      deadlineMs: WEBHOOK_DEADLINE_MS,
      mostBytes: BODY_BYTES,
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ProblemError) throw unreachable(shown, error.problem.detail, error);
    const { code, message } = error as { code?: string; message?: string };
    throw unreachable(shown, code ?? message ?? 'no answer', error);
  }
  if (response.ok) return {};
  const words = withoutSecrets(await response.text(), [secret, secret.replace(/^whsec_/, '')]).slice(
    0,
    WORDS_KEPT,
  );
  throw problemError('alert-channel-refused', {
    with: { ...shown, status: response.status },
    foreign: { status: response.status },
    ...(words && { serverWords: words }),
  });
}

const unreachable = (shown: { url: string; waiting: string }, what: string, cause: unknown): ProblemError =>
  problemError('alert-channel-unreachable', { with: { ...shown, what }, cause });

/** The notice's id as idempotency key: told twice, it is one message all the same. */
async function mail(deps: TellDeps, settings: MailChannelSettings, notice: Notice): Promise<Told> {
  const { outbox, publicUrl } = deps;
  const draft = { to: [...settings.to], ...mailOf(notice, publicUrl) };
  try {
    const { id } = await outbox.accept(settings.connector, draft, { idempotencyKey: notice.id });
    const held = await standstill(deps, settings.connector);
    return { message: id, ...(held && { problem: held }) };
  } catch (error) {
    const { code, title, detail } = asProblem(error);
    // It was accepted before, by a process that died, and the channel's addresses were changed since.
    if (code === 'idempotency-key-reused') return {};
    throw problemError('alert-mail-refused', {
      with: { connector: settings.connector, what: `${title}. ${detail}` },
      cause: error,
    });
  }
}

/** What keeps the mail in the outbox: most of all that the very connection it goes over stands still. */
async function standstill(
  { applications, connections, connectors, clock }: TellDeps,
  id: ConnectorId,
): Promise<Problem | undefined> {
  const { name, enabled, connection: bound } = await connectors.read(id);
  const held = (why: string): Problem => problem('alert-mail-held', { with: { connector: name, why } });
  if (!enabled) return held('it is switched off');
  const connection = await connections.read(bound);
  const { application } = connection.settings;
  const failure = application === undefined ? undefined : (await applications.read(application)).failure;
  const { status } = shownStatus(connection, failure);
  // While its application fails it sends on for as long as the access token lasts.
  const { accessTokenExpiresAt: end = 0 } = connection.authorization;
  if (status === 'authorized' || (status === 'application-error' && end > clock.now())) return undefined;
  return held(`its connection ${connection.settings.name} needs a person itself`);
}
