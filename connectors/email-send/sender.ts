/**
 * One SMTP connection, signed in, sending one message after another.
 *
 * usable → (refusal with a reply) usable, after RSET before the next message → (421, silence, cut, close) not usable.
 */
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailContext, Sender, SendOutcome, SendRequest } from '../../src/contract/connector-type.js';
import { problemError } from '../../src/contract/problem.js';
import { withoutSecrets } from '../../src/contract/without-secrets.js';
import { type ContentStream, contentStream } from './content-stream.js';
import { classifyReply, messageIdOf, parseReply, type ReadReply } from './replies.js';
import { type SignedIn, signInSmtp } from './sign-in.js';
import { type SmtpError, secretsOf, smtpProblem, stageOf } from './smtp-failure.js';

/**
 * Once a message is handed over only the reply tells what became of it, so a stop waits this long for it: after a process
 * was suspended the reply may lie in its socket already, unread, when it learns that it lost the mailbox.
 */
const LAST_WORD_MS = 1_000;

/** Problems of RCPT TO that concern the recipient alone; any other one stops the whole message. */
const OF_RECIPIENT = new Set(['recipient-refused', 'smtp-deferred', 'too-many-recipients']);

/**
 * Opens a connection and signs in. A direct 535 forces one refresh and one retry on a new connection.
 * @throws ProblemError by the reply table
 */
export async function openSender(context: MailContext): Promise<Sender> {
  return senderOn(context, await signInSmtp(context));
}

function senderOn(context: MailContext, { connection, credentials }: SignedIn): Sender {
  let open = true;
  let needsReset = false;
  const gone = (): void => {
    open = false;
  };
  // A server may repeat in any reply what it was sent (law 7).
  const secrets = secretsOf(credentials);
  const replyWithout = <Reply extends { reply: string }>(one: Reply): Reply => ({
    ...one,
    reply: withoutSecrets(one.reply, secrets),
  });
  const washed = (outcome: SendOutcome): SendOutcome => ({
    ...replyWithout(outcome),
    rejected: outcome.rejected.map(replyWithout),
    deferred: outcome.deferred.map(replyWithout),
  });
  connection.on('error', gone);
  connection.on('end', gone);

  const close = (): void => {
    open = false;
    connection.close();
  };

  return {
    get usable() {
      return open;
    },
    async send(request) {
      const content = contentStream(request.content);
      try {
        if (needsReset) await reset(connection);
        needsReset = false;
        return washed(await transaction(connection, context, request, content));
      } catch (thrown) {
        const error = thrown as SmtpError;
        const refusedAll = allRefused(context, error);
        // Only a reply to the message itself settles it; anything else after the hand-over leaves it open.
        const answered = error.code === 'EMESSAGE' && error.response !== undefined;
        if (content.handedOver ? !answered : !error.response || error.command === 'DATA') close();
        else needsReset = true;
        if (/^421/.test(error.response ?? '')) close();
        if (content.handedOver && !answered) {
          throw problemError('outcome-unknown', {
            with: { host: context.smtp?.host ?? 'the server', user: context.user },
            ...(error.response !== undefined && { serverWords: withoutSecrets(error.response, secrets) }),
            cause: thrown,
          });
        }
        if (refusedAll) return washed(refusedAll);
        throw smtpProblem(context, telling(error), {
          stage: stageOf(error),
          credentials,
          message: { from: request.envelope.from, size: request.content.length },
        });
      }
    },
    close,
  };
}

/** MAIL FROM to the final reply. Rejects with nodemailer's error, or with our own when the signal aborts and the last word does not come. */
function transaction(
  connection: SMTPConnection,
  context: MailContext,
  { envelope, content }: SendRequest,
  stream: ContentStream,
): Promise<SendOutcome> {
  const { signal } = context;
  return new Promise((resolve, reject) => {
    let lastWord: NodeJS.Timeout | undefined;
    const stopped = (): void => {
      const stop = (): void => reject(new Error('stopped by Mailgrant'));
      if (stream.handedOver) lastWord = setTimeout(stop, LAST_WORD_MS);
      else stop();
    };
    if (signal.aborted) return stopped();
    signal.addEventListener('abort', stopped);
    connection.send({ ...envelope, size: content.length }, stream.stream, (error, info) => {
      signal.removeEventListener('abort', stopped);
      clearTimeout(lastWord);
      if (error || !info) return reject(error ?? new Error('no reply'));
      if (!stream.handedOver) return reject(new Error('the server answered before it had the message'));
      const serverMessageId = messageIdOf(info.response);
      resolve({
        reply: info.response,
        accepted: [...info.accepted],
        ...sorted(context, info.rejectedErrors ?? []),
        ...(serverMessageId !== undefined && { serverMessageId }),
      });
    });
  });
}

const reset = (connection: SMTPConnection): Promise<void> =>
  new Promise((resolve, reject) => connection.reset((error) => (error ? reject(error) : resolve())));

const replyOf = (error: SmtpError) => ({
  address: error.recipient ?? '',
  reply: error.response ?? error.message,
});

/** Refusals of RCPT TO: for good, or for now. */
function sorted(
  context: MailContext,
  errors: readonly SmtpError[],
): Pick<SendOutcome, 'rejected' | 'deferred' | 'unknown'> {
  const forNow = (error: SmtpError): boolean => (error.responseCode ?? 0) < 500;
  const unknown = errors.filter((error) => readAtRecipient(error).isUnknown);
  for (const _ of unknown) context.onUnknownReply?.('smtp');
  return {
    ...(unknown.length > 0 && { unknown: true }),
    rejected: errors.filter((error) => !forNow(error)).map(replyOf),
    deferred: errors.filter(forNow).map(replyOf),
  };
}

const readAtRecipient = (error: SmtpError): ReadReply =>
  classifyReply(parseReply(error.response ?? ''), 'recipient');

/** Every recipient was refused, each for a reason of its own: an outcome without anybody accepted. */
function allRefused(context: MailContext, error: SmtpError): SendOutcome | undefined {
  const refusals = error.rejectedErrors;
  if (!refusals?.length || !refusals.every((each) => OF_RECIPIENT.has(readAtRecipient(each).problem)))
    return undefined;
  return { reply: error.response ?? error.message, accepted: [], ...sorted(context, refusals) };
}

/** Of several refusals the one that stops more than its recipient. */
const telling = (error: SmtpError): SmtpError =>
  error.rejectedErrors?.find((each) => !OF_RECIPIENT.has(readAtRecipient(each).problem)) ?? error;
