/** mailgrant people invite */
import { command } from '../../command.js';
import type { ShownInvitation } from '../../shown.js';
import { invitationText } from './person-text.js';

export const invitePerson = command({
  name: 'people invite',
  summary: 'Make a new link for somebody: the first was lost, or the password forgotten.',
  args: { id: 'Id of the person, per_….' },
  notes: ['Links made before stop working; a password that is there works until the new link is used.'],
  async run({ args, api, show }) {
    const path = `/people/${encodeURIComponent(args.id)}/invite`;
    show(await api.call<ShownInvitation>('POST', path), invitationText);
  },
});
