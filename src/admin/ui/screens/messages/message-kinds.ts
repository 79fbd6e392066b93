/** What can be done with a message, by its direction and status, as src/contract/message.ts has the transitions. */
import type { paths } from '../../api/schema.js';

type Answer = paths['/api/v1/messages']['get']['responses'][200]['content']['application/json'];
export type MessagePage = Answer;
export type ListedMessage = Answer['items'][number];

export type Act = 'retry' | 'cancel' | 'redeliver';
export const ACTS: readonly Act[] = ['retry', 'redeliver', 'cancel'];

const FROM: Readonly<Record<Act, ReadonlySet<string>>> = {
  retry: new Set(['failed', 'uncertain', 'held', 'queued', 'scheduled']),
  cancel: new Set(['scheduled', 'queued', 'held', 'uncertain']),
  redeliver: new Set(['quarantined', 'delivered', 'pending']),
};

export const mayBe = (act: Act, { status }: { status: string }): boolean => FROM[act].has(status);

/** Nothing moves them any more, unless a person asks. */
const FINAL: ReadonlySet<string> = new Set(['sent', 'cancelled', 'delivered']);
export const isFinal = ({ status }: { status: string }): boolean => FINAL.has(status);

/** Where it stands in a list: what was sent by when it was accepted, what was received by when it was last handled. */
export function placeOf({ direction, createdAt, log }: ListedMessage): number {
  return Date.parse(direction === 'inbound' ? (log.at(-1)?.at ?? createdAt) : createdAt);
}
