/** mailgrant people show */
import { command } from '../../command.js';
import type { ShownPerson } from '../../shown.js';
import { personText } from './person-text.js';

export const showPerson = command({
  name: 'people show',
  summary: 'Show a person.',
  args: { id: 'Id of the person, per_….' },
  async run({ args, api, show }) {
    show(await api.call<ShownPerson>('GET', `/people/${encodeURIComponent(args.id)}`), personText);
  },
});
