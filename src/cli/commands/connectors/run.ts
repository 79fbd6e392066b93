/** mailgrant connectors run */
import { command } from '../../command.js';

export const runConnector = command({
  name: 'connectors run',
  summary: 'Run now: a receiver polls, a sender looks at its outbox.',
  args: { id: 'Id of the connector, ctr_….' },
  async run({ args, api, show }) {
    const path = `/connectors/${encodeURIComponent(args.id)}/run`;
    show(await api.call('POST', path), () => `Asked to run. See: mailgrant connectors show ${args.id}`);
  },
});
