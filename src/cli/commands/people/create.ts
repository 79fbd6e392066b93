/** mailgrant people create */
import { command } from '../../command.js';
import { UsageError } from '../../failures.js';
import type { ShownInvitation } from '../../shown.js';
import { invitationText, ROLE_OPTION } from './person-text.js';

export const createPerson = command({
  name: 'people create',
  summary: 'Invite somebody to the page; prints the link that sets their password.',
  options: {
    name: { kind: 'text', value: 'text', meaning: 'Name to sign in with. Required.' },
    role: { ...ROLE_OPTION, meaning: `${ROLE_OPTION.meaning} Required.` },
  },
  async run({ options: { name, role }, api, show }) {
    if (name === undefined) throw new UsageError('--name is missing.');
    if (role === undefined) throw new UsageError('--role is missing: viewer, operator or admin.');
    show(await api.call<ShownInvitation>('POST', '/people', { body: { name, role } }), invitationText);
  },
});
