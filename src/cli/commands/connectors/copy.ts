/** mailgrant connectors copy */
import { command } from '../../command.js';
import { UsageError } from '../../failures.js';
import { connectorText } from '../../record-text.js';
import type { ShownConnector } from '../../shown.js';

export const copyConnector = command({
  name: 'connectors copy',
  summary: 'Copy a connector, with its secrets; the copy is switched off.',
  args: { id: 'Id of the connector, ctr_….' },
  options: { name: { kind: 'text', value: 'text', meaning: 'What people call the copy. Required.' } },
  async run({ args, options, api, show }) {
    if (options.name === undefined) throw new UsageError('--name of the copy is missing.');
    const path = `/connectors/${encodeURIComponent(args.id)}/copy`;
    const answer = await api.call<ShownConnector>('POST', path, { body: { name: options.name } });
    show(
      answer,
      (one) => `Copied. Switch it on: mailgrant connectors update ${one.id} --enabled\n${connectorText(one)}`,
    );
  },
});
