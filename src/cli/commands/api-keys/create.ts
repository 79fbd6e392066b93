/** mailgrant api-keys create */
import { command } from '../../command.js';
import { UsageError } from '../../failures.js';
import type { ShownApiKey } from '../../shown.js';
import { fields, paragraphs } from '../../text.js';

export const createApiKey = command({
  name: 'api-keys create',
  summary: 'Create an API key; it is shown once.',
  options: {
    name: { kind: 'text', value: 'text', meaning: 'Which program it is for. Required.' },
    scope: {
      kind: 'list',
      value: 'scope',
      meaning: 'read: look. operate: also send, run and sign in. admin: everything. Required.',
    },
  },
  async run({ options, api, show }) {
    if (options.name === undefined) throw new UsageError('--name is missing.');
    if (options.scope.length === 0) throw new UsageError('--scope is missing: read, operate or admin.');
    const body = { name: options.name, scopes: options.scope };
    const answer = await api.call<ShownApiKey & { key: string }>('POST', '/api-keys', { body });
    show(answer, ({ id, name, scopes, key }) =>
      paragraphs(
        fields({ Id: id, Name: name, Scopes: scopes.join(', '), Key: key }),
        'Keep the key now: it is not stored and cannot be shown again.',
      ),
    );
  },
});
