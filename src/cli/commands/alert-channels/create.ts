/** mailgrant alert-channels create */
import { command } from '../../command.js';
import { UsageError } from '../../failures.js';
import type { ShownAlertChannel } from '../../shown.js';
import { alertChannelText } from './channel-text.js';
import { CHANNEL_OPTIONS, channelSettings } from './settings.js';

export const createAlertChannel = command({
  name: 'alert-channels create',
  summary: 'Create an alert channel: a webhook, or mail through an Email Send connector.',
  options: CHANNEL_OPTIONS,
  notes: [
    'Have a webhook among your channels: mail cannot tell that the mailbox it goes out by is the one that stopped.',
    `Examples:
  mailgrant alert-channels create --name "On call" --webhook-url https://example.com/hooks/alerts \\
      --webhook-secret-file secret
  mailgrant alert-channels create --name "Mail team" --connector ctr_… --to mail-team@example.com \\
      --minimum-severity critical`,
  ],
  async run({ options, api, terminal, show }) {
    const settings = await channelSettings(terminal, options);
    if (settings.type === undefined && settings.url === undefined && settings.connector === undefined)
      throw new UsageError(
        'Say where alerts go: --webhook-url and --webhook-secret-file, or --connector and --to for mail.',
      );
    const isWebhook = settings.url !== undefined || settings.secret !== undefined;
    const body = { type: isWebhook ? 'webhook' : 'mail', ...settings };
    const answer = await api.call<ShownAlertChannel>('POST', '/alert-channels', { body });
    show(
      answer,
      (one) => `Created.\n${alertChannelText(one)}\n\nTry it: mailgrant alert-channels test ${one.id}`,
    );
  },
});
