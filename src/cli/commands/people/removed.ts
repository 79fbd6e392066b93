/** mailgrant people removed, mailgrant people let-back */
import { command } from '../../command.js';
import type { ShownRemovedPerson } from '../../shown.js';
import { table, time } from '../../text.js';

export const listRemovedPeople = command({
  name: 'people removed',
  summary: 'List who was deleted and is kept out, though the OpenID provider knows them.',
  async run({ api, show }) {
    const answer = await api.call<{ items: ShownRemovedPerson[] }>('GET', '/people/removed');
    const columns = {
      id: (one: ShownRemovedPerson) => one.id,
      name: (one: ShownRemovedPerson) => one.name,
      issuer: (one: ShownRemovedPerson) => one.issuer,
      removed: (one: ShownRemovedPerson) => time(one.removedAt),
    };
    show(answer, ({ items }) => table(items, columns, 'Nobody is kept out.'));
  },
});

export const letPersonBack = command({
  name: 'people let-back',
  summary: 'Let somebody come back through OpenID who was deleted.',
  args: { id: 'Id of the person, per_…, as people removed shows it.' },
  notes: ['They are made anew at their next sign-in, where a claim still gives them a role.'],
  async run({ args, api, show }) {
    const answer = await api.call('DELETE', `/people/removed/${encodeURIComponent(args.id)}`);
    show(answer, () => `${args.id} may come back.`);
  },
});
