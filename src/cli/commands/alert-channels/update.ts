/** mailgrant alert-channels update */
import { command } from '../../command.js';
import { UsageError } from '../../failures.js';
import { IF_VERSION_OPTION, refuseNothing, versionOf } from '../../settings-input.js';
import type { ShownAlertChannel } from '../../shown.js';
import { alertChannelText } from './channel-text.js';
import { CHANNEL_OPTIONS, channelSettings } from './settings.js';

export const updateAlertChannel = command({
  name: 'alert-channels update',
  summary: 'Change an alert channel; what waits for it is tried at once.',
  args: { id: 'Id of the alert channel, ach_….' },
  options: {
    enabled: { kind: 'flag', meaning: 'Switched on.' },
    'all-kinds': { kind: 'flag', meaning: 'Alerts of all kinds again.' },
    ...CHANNEL_OPTIONS,
    ...IF_VERSION_OPTION,
  },
  notes: ['What is not given stays as it is; the secret too, unless the URL goes to another origin.'],
  async run({ args, options, api, terminal, show }) {
    if (options.enabled && options.disabled) throw new UsageError('Give one of --enabled and --disabled.');
    if (options['all-kinds'] && options.only.length > 0)
      throw new UsageError('Give one of --all-kinds and --only.');
    const body = refuseNothing({
      ...(await channelSettings(terminal, options)),
      ...(options.enabled && { enabled: true }),
      ...(options['all-kinds'] && { only: null }),
    });
    const path = `/alert-channels/${encodeURIComponent(args.id)}`;
    const ifVersion = versionOf(options['if-version']);
    const answer = await api.change<ShownAlertChannel>('PATCH', path, { body, ifVersion });
    show(answer, (one) => `Changed.\n${alertChannelText(one)}`);
  },
});
