/** mailgrant alert-channels show */
import { command } from '../../command.js';
import type { ShownAlertChannel } from '../../shown.js';
import { alertChannelText } from './channel-text.js';

export const showAlertChannel = command({
  name: 'alert-channels show',
  summary: 'Show an alert channel: its settings, what waits for it, and what is wrong with it.',
  args: { id: 'Id of the alert channel, ach_….' },
  async run({ args, api, show }) {
    const path = `/alert-channels/${encodeURIComponent(args.id)}`;
    show(await api.call<ShownAlertChannel>('GET', path), alertChannelText);
  },
});
