/** mailgrant connections sign-out */
import { command } from '../../command.js';
import type { ShownConnection } from '../../shown.js';

export const signOutConnection = command({
  name: 'connections sign-out',
  summary: 'End the grant: the tokens are forgotten here, and revoked where the provider offers that.',
  args: { id: 'Id of the connection, con_….' },
  notes: ['What waits to be sent is held, and goes on after the next sign-in.'],
  async run({ args, api, show }) {
    const path = `/connections/${encodeURIComponent(args.id)}/sign-out`;
    const answer = await api.call<ShownConnection>('POST', path);
    show(answer, (one) => `Signed out. Sign in again: mailgrant connections authorize ${one.id}`);
  },
});
