/** What is asked before an act: where something is lost by it, or may reach somebody twice. */
import type { Question } from '../../parts/confirm.js';
import { strings } from '../../strings/index.js';
import type { Act } from './message-kinds.js';

/** Somebody may have them already. */
const REACHED: ReadonlySet<string> = new Set(['uncertain', 'delivered']);

/** @returns nothing where there is nothing to ask */
export function questionOf(act: Act, messages: readonly { status: string }[]): Question | undefined {
  const { ask } = strings.messages.bulk;
  const count = messages.length;
  const early = messages.filter(({ status }) => status === 'scheduled').length;
  const asked = act === 'retry' && early === count ? ask.sendNow : ask[act];
  const words = { title: asked.title(count), act: asked.act(count) };
  if (act === 'cancel') return { ...words, text: ask.cancel.text };
  const reached = messages.filter(({ status }) => REACHED.has(status)).length;
  const texts = [
    ...(reached > 0 ? [ask[act].text(reached)] : []),
    ...(act === 'retry' && early > 0 ? [ask.sendNow.text(early)] : []),
  ];
  return texts.length === 0 ? undefined : { ...words, text: texts.join(' '), isDestructive: false };
}
