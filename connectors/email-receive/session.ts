/** One IMAP session of Email Receive: imapflow behind the contract's verbs, every result checked, every failure a problem. */
import type { ImapFlow } from 'imapflow';
import type {
  Endpoint,
  FetchedHead,
  FetchedMessage,
  MailContext,
  PostProcessing,
  ReceiveSession,
} from '../../src/contract/connector-type.js';
import { ProblemError, problemError } from '../../src/contract/problem.js';
import { withoutSecrets } from '../../src/contract/without-secrets.js';
import { failureOf, placeOf } from './imap-failure.js';
import { applyPostProcessing } from './post-process.js';
import { ACCESS_TOKEN_EXPIRED, problemOf } from './replies.js';
import { portions, sequenceSet } from './sequence-set.js';
import { type ImapConnection, signIn } from './sign-in.js';

/** A LOGOUT that is not answered by then is cut short. */
const LOGOUT_MS = 5_000;

/**
 * Opens a session.
 * @throws ProblemError as ReceiveSession says; `scope-missing` is the caller's to raise before
 */
export async function openSession(context: MailContext): Promise<ReceiveSession> {
  const endpoint = context.imap;
  if (!endpoint) throw problemError('imap-unavailable', { with: { host: 'IMAP', what: 'no IMAP endpoint' } });
  return sessionOn(context, endpoint, await signIn(context, endpoint));
}

/** The session of a connection that is signed in. */
export function sessionOn(
  context: MailContext,
  endpoint: Endpoint,
  { client, tokenVersion, secrets, takeFailure }: ImapConnection,
): ReceiveSession {
  /** What a failed command stands for; a token that expired on the way is refreshed here, for the next session. */
  async function problemFrom(error: unknown): Promise<ProblemError> {
    if (error instanceof ProblemError) return error;
    const kept = takeFailure();
    const failure = { ...kept, ...(error !== undefined && failureOf(error)) };
    const bye = failure.bye ?? (client as { byeReason?: string }).byeReason;
    const problem = problemOf(
      { ...failure, ...(kept?.words && !failure.words && { words: kept.words }), ...(bye && { bye }) },
      placeOf(context, endpoint, secrets),
      undefined,
      error,
    );
    if (problem.problem.foreign?.error === ACCESS_TOKEN_EXPIRED && tokenVersion !== undefined) {
      await context.credentials({ rejected: tokenVersion }).catch(() => undefined);
    }
    return problem;
  }

  async function run<Result>(command: () => Promise<Result>): Promise<Result> {
    takeFailure();
    try {
      return await command();
    } catch (error) {
      throw await problemFrom(error);
    }
  }

  /** On a closed connection imapflow's fetch yields nothing instead of throwing, which would read as "all gone". */
  function stillOpen(): void {
    if (!client.usable || !client.mailbox) throw new Error('the connection was closed');
  }

  return {
    select: (mailbox, { readOnly } = { readOnly: false }) =>
      run(async () => {
        try {
          skipList(client, mailbox);
          const { path, uidValidity, uidNext, exists } = await client.mailboxOpen(mailbox, { readOnly });
          // Without it UIDs mean nothing from one session to the next (RFC 9051 §2.3.1.1).
          if (!uidValidity) throw new Error('SELECT gave no UIDVALIDITY');
          return { path, uidValidity: String(uidValidity), uidNext: uidNext || undefined, exists };
        } catch (error) {
          const failure = failureOf(error);
          if (!failure.mailboxMissing) throw error;
          throw problemError('mailbox-not-found', {
            with: { mailbox },
            ...(failure.words && { serverWords: withoutSecrets(failure.words, secrets) }),
            cause: error,
          });
        }
      }),

    search: ({ from, unread }) =>
      run(async () => {
        const found = await client.search(
          { uid: `${from}:*`, ...(unread && { seen: false }) },
          { uid: true },
        );
        if (!Array.isArray(found)) throw await problemFrom(undefined);
        // `n:*` names the last message even when its UID is below n (RFC 9051 §9, seq-range).
        return found.filter((uid) => uid >= from);
      }),

    heads: (uids, { headers }) =>
      run(async () => {
        const heads: FetchedHead[] = [];
        const query = { uid: true, flags: true, size: true, internalDate: true, ...(headers && { headers }) };
        for (const portion of portions(uids)) {
          stillOpen();
          for await (const item of client.fetch(sequenceSet(portion), query, { uid: true })) {
            const receivedAt =
              item.internalDate === undefined ? Number.NaN : Date.parse(String(item.internalDate));
            heads.push({
              uid: item.uid,
              size: item.size ?? 0,
              seen: item.flags?.has('\\Seen') ?? false,
              ...(!Number.isNaN(receivedAt) && { receivedAt }),
              ...(item.headers && { headers: item.headers }),
            });
          }
        }
        stillOpen();
        return inOrder(heads);
      }),

    fetch: (uids) =>
      run(async () => {
        const messages: FetchedMessage[] = [];
        for (const portion of portions(uids)) {
          stillOpen();
          for await (const item of client.fetch(
            sequenceSet(portion),
            { uid: true, source: true },
            { uid: true },
          )) {
            if (item.source) messages.push({ uid: item.uid, source: item.source });
          }
        }
        stillOpen();
        return inOrder(messages);
      }),

    postProcess: (uids: readonly number[], action: PostProcessing) =>
      run(() => applyPostProcessing(client, uids, action, takeFailure)),

    async close() {
      if (!client.usable) return client.close();
      const cut = setTimeout(() => client.close(), LOGOUT_MS);
      await client.logout().catch(() => undefined);
      clearTimeout(cut);
      client.close();
    },
  };
}

/**
 * imapflow sends LIST before the first SELECT of a mailbox, for facts that nothing here asks for: a round trip of every
 * poll. What it has in its cache it does not ask for; a mailbox that does not exist is refused by SELECT itself.
 */
function skipList(client: ImapFlow, mailbox: string): void {
  const cache: unknown = (client as { folders?: unknown }).folders;
  const path = mailbox.toUpperCase() === 'INBOX' ? 'INBOX' : mailbox;
  if (cache instanceof Map && !cache.has(path)) cache.set(path, { path });
}

/** Servers may answer in any order, and may add what nobody asked for twice. */
const inOrder = <Item extends { uid: number }>(items: Item[]): Item[] =>
  [...new Map(items.map((item) => [item.uid, item])).values()].sort((a, b) => a.uid - b.uid);
