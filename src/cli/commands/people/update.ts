/** mailgrant people update */
import { command } from '../../command.js';
import { UsageError } from '../../failures.js';
import { IF_VERSION_OPTION, refuseNothing, versionOf } from '../../settings-input.js';
import type { ShownPerson } from '../../shown.js';
import { personText, ROLE_OPTION } from './person-text.js';

export const updatePerson = command({
  name: 'people update',
  summary: 'Change the name or role of a person, or keep them out.',
  args: { id: 'Id of the person, per_….' },
  options: {
    name: { kind: 'text', value: 'text', meaning: 'Name to sign in with.' },
    role: ROLE_OPTION,
    disabled: { kind: 'flag', meaning: 'Cannot sign in; sessions end at once.' },
    enabled: { kind: 'flag', meaning: 'Can sign in again.' },
    ...IF_VERSION_OPTION,
  },
  notes: ['Another role ends the sessions of the person as well.'],
  async run({ args, options, api, show }) {
    if (options.enabled && options.disabled) throw new UsageError('Give one of --enabled and --disabled.');
    const body = refuseNothing({
      ...(options.name !== undefined && { name: options.name }),
      ...(options.role !== undefined && { role: options.role }),
      ...((options.enabled || options.disabled) && { disabled: options.disabled }),
    });
    const path = `/people/${encodeURIComponent(args.id)}`;
    const ifVersion = versionOf(options['if-version']);
    const answer = await api.change<ShownPerson>('PATCH', path, { body, ifVersion });
    show(answer, (one) => `Changed.\n${personText(one)}`);
  },
});
