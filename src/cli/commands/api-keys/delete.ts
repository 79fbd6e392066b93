/** mailgrant api-keys delete */
import { command } from '../../command.js';

export const deleteApiKey = command({
  name: 'api-keys delete',
  summary: 'Delete an API key; it stops working at once.',
  args: { id: 'Id of the key, key_….' },
  async run({ args, api, show }) {
    const answer = await api.call('DELETE', `/api-keys/${encodeURIComponent(args.id)}`);
    show(answer, () => `Deleted ${args.id}.`);
  },
});
