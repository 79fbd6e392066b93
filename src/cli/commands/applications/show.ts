/** mailgrant applications show */
import { command } from '../../command.js';
import { applicationText } from '../../record-text.js';
import type { ShownApplication } from '../../shown.js';

export const showApplication = command({
  name: 'applications show',
  summary: 'Show an application, with the Callback URL to register at the provider.',
  args: { id: 'Id of the application, app_….' },
  async run({ args, api, show }) {
    show(
      await api.call<ShownApplication>('GET', `/applications/${encodeURIComponent(args.id)}`),
      applicationText,
    );
  },
});
