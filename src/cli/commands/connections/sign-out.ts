/** mailgrant connections sign-out */
import { command } from '../../command.js';
import type { ShownProblem } from '../../failures.js';
import { problemText } from '../../problem-text.js';
import type { ShownConnection } from '../../shown.js';
import { paragraphs } from '../../text.js';

interface SignedOut extends ShownConnection {
  revocation: { outcome: string; problem: ShownProblem | null };
}

const AT_PROVIDER: Readonly<Record<string, string>> = {
  revoked: 'The tokens are forgotten here, and revoked at the provider.',
  'not-offered': 'The tokens are forgotten here; the provider offers no revocation.',
  'nothing-held': 'There was no grant.',
  failed: 'The tokens are forgotten here, but were not revoked at the provider.',
};

export const signOutConnection = command({
  name: 'connections sign-out',
  summary: 'End the grant: the tokens are forgotten here, and revoked where the provider offers that.',
  args: { id: 'Id of the connection, con_….' },
  notes: ['What waits to be sent is held, and goes on after the next sign-in.'],
  async run({ args, api, show }) {
    const path = `/connections/${encodeURIComponent(args.id)}/sign-out`;
    const answer = await api.call<SignedOut>('POST', path);
    show(answer, ({ revocation: { outcome, problem } }) =>
      paragraphs(`Signed out. ${AT_PROVIDER[outcome] ?? ''}`, problem && problemText(problem)),
    );
  },
});
