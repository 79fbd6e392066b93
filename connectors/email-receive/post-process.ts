/** Post-processing over IMAP: STORE, COPY, MOVE, EXPUNGE, each result checked (imapflow answers failure with false or undefined). */
import type { ImapFlow } from 'imapflow';
import type { PostProcessing } from '../../src/contract/connector-type.js';
import { problemError } from '../../src/contract/problem.js';
import type { ImapFailure } from './replies.js';
import { portions, sequenceSet } from './sequence-set.js';

/** A refusal that is about the target, not about one message: trying them singly would change nothing. */
const ABOUT_THE_TARGET = /\[(TRYCREATE|NONEXISTENT|OVERQUOTA|NOPERM|READ-ONLY|CANNOT)\]/i;

type Verb = (client: ImapFlow, range: string, action: PostProcessing) => Promise<unknown>;

const byUid = { uid: true } as const;

/** Without UID EXPUNGE (RFC 4315) a plain EXPUNGE would remove whatever anybody flagged \Deleted. */
const refuseWithoutUidPlus = (client: ImapFlow, what: string): void => {
  if (!client.capabilities.has('UIDPLUS'))
    throw problemError('post-processing-failed', {
      with: { action: what, uid: '*' },
      serverWords: 'the server offers no UIDPLUS, so single messages cannot be expunged',
    });
};

const VERBS: Record<Exclude<PostProcessing['action'], 'none'>, Verb> = {
  markRead: (client, range) => client.messageFlagsAdd(range, ['\\Seen'], { ...byUid, silent: true }),
  copy: (client, range, action) => client.messageCopy(range, targetOf(action), byUid),
  move(client, range, action) {
    if (!client.capabilities.has('MOVE')) refuseWithoutUidPlus(client, 'move');
    return client.messageMove(range, targetOf(action), byUid);
  },
  delete(client, range) {
    refuseWithoutUidPlus(client, 'delete');
    return client.messageDelete(range, byUid);
  },
};

/**
 * Applies an action to the selected mailbox.
 * @param uids ascending
 * @param takeFailure what the server said when a verb answered with a falsy result
 * @returns the UIDs it was applied to; a UID that has gone counts, for commands pass over it (RFC 9051 §6.4.9)
 * @throws ProblemError `post-processing-failed` when it could be applied to none
 */
export async function applyPostProcessing(
  client: ImapFlow,
  uids: readonly number[],
  action: PostProcessing,
  takeFailure: () => ImapFailure | undefined,
): Promise<number[]> {
  if (action.action === 'none') return [...uids];
  const verb = VERBS[action.action];
  const applied: number[] = [];
  let refusal: ImapFailure | undefined;

  for (const portion of portions(uids)) {
    if (await verb(client, sequenceSet(portion), action)) {
      applied.push(...portion);
      continue;
    }
    refusal = takeFailure();
    if (!client.usable) throw connectionLost(refusal);
    if (portion.length === 1 || ABOUT_THE_TARGET.test(refusal?.words ?? '')) continue;
    for (const uid of portion) {
      if (await verb(client, `${uid}`, action)) applied.push(uid);
      else refusal = takeFailure() ?? refusal;
      if (!client.usable) throw connectionLost(refusal);
    }
  }
  if (applied.length === 0 && uids.length > 0) {
    throw problemError('post-processing-failed', {
      with: { action: action.action, uid: uids.join(', ') },
      ...(refusal?.words && { serverWords: refusal.words }),
    });
  }
  return applied;
}

const targetOf = (action: PostProcessing): string => ('mailbox' in action ? action.mailbox : '');

/** Carries the BYE along, for the table of replies to read. */
const connectionLost = (failure: ImapFailure | undefined): Error =>
  Object.assign(new Error(failure?.message ?? 'connection lost'), {
    code: failure?.code ?? 'NoConnection',
    responseText: failure?.words,
    reason: failure?.bye,
  });
