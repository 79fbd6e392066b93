/** The webhook destination: one POST per message, signed by Standard Webhooks; any 2xx confirms, 410 pauses, all else retries. */
import { randomUUID } from 'node:crypto';
import { type Dispatcher, errors, request } from 'undici';
import type { Clock } from '../../contract/clock.js';
import type { InboundMessage } from '../../contract/message.js';
import { ProblemError, problemError } from '../../contract/problem.js';
import type { ReceiveSettings, WebhookDestination } from '../../contract/receive-settings.js';
import { withoutSecrets } from '../../contract/without-secrets.js';
import { answerHead } from '../../outgoing/answer-head.js';
import type { Destination } from './destination.js';
import { webhookBody } from './webhook-body.js';
import { pingBody, pingProblem } from './webhook-ping.js';
import { problemOfStatus, retryAfter } from './webhook-replies.js';
import { createWebhookSigner } from './webhook-signature.js';

/** For the answer's head, and then once more for its body; connecting has the agent's own. */
export const WEBHOOK_DEADLINE_MS = 30_000;
/** Of an answer, for the transaction log. */
const WORDS_KEPT = 300;
/** Of an answer's body, which nobody asked for; more ends the connection. */
const BODY_BYTES = 16 * 1024;

export interface WebhookOptions {
  webhook: WebhookDestination;
  settings: Pick<ReceiveSettings, 'maxInlineBytes' | 'downloadType'>;
  /** The guarded one of src/outgoing: allowed addresses only, kept alive; undici.request follows no redirects. */
  dispatcher: Dispatcher;
  clock: Clock;
  deadlineMs?: number;
}

export function createWebhook(options: WebhookOptions): Destination {
  const { webhook, settings, dispatcher, clock } = options;
  const signed = webhook.secret ? createWebhookSigner(webhook.secret) : undefined;
  const deadlineMs = options.deadlineMs ?? WEBHOOK_DEADLINE_MS;
  const shownUrl = withoutQuery(webhook.url);

  const bodyOf = (
    message: InboundMessage,
    timestamp: Date,
  ): { contentType: string; body: string | Buffer } =>
    webhook.format === 'raw'
      ? { contentType: 'message/rfc822', body: asBuffer(message.source) }
      : {
          contentType: 'application/json',
          body: webhookBody(message, { ...settings, timestamp: timestamp.toISOString() }),
        };

  async function post({ id, contentType, body, headers }: Posted, signal: AbortSignal): Promise<number> {
    const seconds = Math.floor(clock.now() / 1_000);
    try {
      const response = await request(webhook.url, {
        method: 'POST',
        dispatcher,
        signal,
        // undici's own timers: an AbortSignal per message would cost more than the signature.
        headersTimeout: deadlineMs,
        bodyTimeout: deadlineMs,
        headers: {
          'content-type': contentType,
          'user-agent': 'Mailgrant',
          'webhook-id': id,
          'webhook-timestamp': String(seconds),
          ...(signed && { 'webhook-signature': signed(id, seconds, body) }),
          ...headers,
        },
        body,
      });
      const code = problemOfStatus(response.statusCode);
      const answer = await answerHead(response.body, { mostBytes: BODY_BYTES, deadlineMs });
      if (!code) return response.statusCode;
      const words = withoutSecrets(answer.toString('utf8'), [webhook.secret ?? '']).slice(0, WORDS_KEPT);
      const retryAt = retryAfter(response.headers['retry-after'], clock.now());
      throw problemError(code, {
        with: { url: shownUrl, status: response.statusCode },
        foreign: { status: response.statusCode },
        ...(words && { serverWords: words }),
        ...(retryAt !== undefined && { retryAt }),
      });
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      if (error instanceof Error && error.cause instanceof ProblemError) throw error.cause;
      const late = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
      const what = late ? `no answer within ${deadlineMs / 1_000} s` : wordsOf(error);
      throw problemError('webhook-unreachable', { with: { url: shownUrl, what }, cause: error });
    }
  }

  return {
    reads: webhook.format === 'raw' ? 'headers' : 'message',
    async deliver(message, signal) {
      const headers = webhook.format === 'raw' ? positionHeaders(message) : {};
      await post({ id: message.id, ...bodyOf(message, new Date(clock.now())), headers }, signal);
    },
    async test(signal) {
      const body = pingBody(clock.now());
      const ping = { id: `ping_${randomUUID()}`, contentType: 'application/json', body, headers: {} };
      const status = await post(ping, signal).catch((error: unknown) => {
        throw pingProblem(error, { url: shownUrl, isSigned: signed !== undefined });
      });
      const how = signed ? 'a signed ping' : 'a ping without a signature, for the connector has no secret';
      return `${shownUrl} answered ${status} to ${how}`;
    },
  };
}

interface Posted {
  /** webhook-id */
  id: string;
  contentType: string;
  body: string | Buffer;
  headers: Record<string, string>;
}

/** Where a raw message lay; names are percent-encoded, for header values are ASCII. */
const positionHeaders = (message: InboundMessage): Record<string, string> => ({
  'mailgrant-connector': message.connector,
  'mailgrant-mailbox': encodeURIComponent(message.mailbox),
  'mailgrant-uid': String(message.uid),
  'mailgrant-uidvalidity': message.uidValidity,
});

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Query strings of webhooks often carry a key. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

const wordsOf = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  return code ?? message ?? 'no answer';
};
