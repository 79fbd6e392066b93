/** mailgrant reseal */
import { command } from '../command.js';
import { Unfinished } from '../failures.js';
import { paragraphs, table } from '../text.js';

interface ShownReseal {
  keyId: string;
  kinds: { kind: string; resealed: number; current: number; remaining: Record<string, number> }[];
  remaining: number;
  unreadable: string[];
}

export const reseal = command({
  name: 'reseal',
  summary: 'Seal every stored secret anew with the first encryption key, while the service runs.',
  notes: [
    `To change the encryption key (MAILGRANT_SECRET_KEY) without a gap:
  1. Make a new one: openssl rand -base64 32
  2. With several processes: give each "previous,new" and restart them one by one, so that all can read both.
  3. Give each "new,previous" and restart them one by one.
  4. mailgrant reseal
  5. Give each "new" alone. The previous key is needed no more, and opens nothing.`,
    'It may be repeated at any time, also after a crash. The generated key of the embedded Redis is the file encryption-key in the data directory: put it second in MAILGRANT_SECRET_KEY.',
  ],
  async run({ api, show }) {
    const answer = await api.call<ShownReseal>('POST', '/service/reseal');
    show(answer, resealText);
    if (answer.body.remaining > 0)
      throw new Unfinished(`${answer.body.remaining} values are not sealed with key ${answer.body.keyId}.`);
  },
});

type Kind = ShownReseal['kinds'][number];

function resealText({ keyId, kinds, remaining, unreadable }: ShownReseal): string {
  const columns = {
    kind: (one: Kind) => one.kind,
    'sealed anew': (one: Kind) => String(one.resealed),
    [`with ${keyId}`]: (one: Kind) => String(one.current),
    'with another key': (one: Kind) =>
      Object.entries(one.remaining)
        .map(([id, count]) => `${count} with ${id}`)
        .join(', '),
  };
  return paragraphs(
    table(kinds, columns, 'Nothing is sealed.'),
    remaining === 0
      ? 'Everything is sealed with the first key. The previous ones are needed no more.'
      : `No key opens: ${unreadable.join(', ')}. Give the key that sealed them after a comma, or enter those secrets again; keep the previous keys until then.`,
  );
}
