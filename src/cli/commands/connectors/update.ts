/** mailgrant connectors update */
import { command } from '../../command.js';
import { UsageError } from '../../failures.js';
import { connectorText } from '../../record-text.js';
import { IF_VERSION_OPTION, refuseNothing, versionOf } from '../../settings-input.js';
import type { ShownConnector } from '../../shown.js';
import { CONNECTOR_OPTIONS, connectorSettings } from './settings.js';

export const updateConnector = command({
  name: 'connectors update',
  summary: 'Change a connector; that also ends backoff and a pause.',
  args: { id: 'Id of the connector, ctr_….' },
  options: {
    enabled: { kind: 'flag', meaning: 'Switched on.' },
    ...CONNECTOR_OPTIONS,
    ...IF_VERSION_OPTION,
  },
  notes: ['What is not given stays as it is, secrets too; --set filter.subject=null removes.'],
  async run({ args, options, api, terminal, show }) {
    if (options.enabled && options.disabled) throw new UsageError('Give one of --enabled and --disabled.');
    const changes = await connectorSettings(terminal, options);
    const body = refuseNothing({ ...changes, ...(options.enabled && { enabled: true }) });
    const ifVersion = versionOf(options['if-version']);
    const path = `/connectors/${encodeURIComponent(args.id)}`;
    const answer = await api.change<ShownConnector>('PATCH', path, { body, ifVersion });
    show(answer, (one) => `Changed.\n${connectorText(one)}`);
  },
});
