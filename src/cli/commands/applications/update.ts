/** mailgrant applications update */
import { command } from '../../command.js';
import { applicationText } from '../../record-text.js';
import { IF_VERSION_OPTION, refuseNothing, versionOf } from '../../settings-input.js';
import type { ShownApplication } from '../../shown.js';
import { APPLICATION_OPTIONS, applicationSettings } from './settings.js';

export const updateApplication = command({
  name: 'applications update',
  summary:
    'Change an application. A new Client Secret resumes all of its connections, without a new sign-in.',
  args: { id: 'Id of the application, app_….' },
  options: { ...APPLICATION_OPTIONS, ...IF_VERSION_OPTION },
  notes: [
    'What is not given stays as it is; null in a settings file removes.',
    `A new Client Secret (asked for):
  mailgrant applications update app_… --client-secret-file - --client-secret-expires 2028-11-20`,
    `Rotation without a gap: add the new secret beside the old one, remove the old one at the provider
whenever you like, then put the new one in its place:
  mailgrant applications update app_… --second-client-secret-file - --second-client-secret-expires 2030-11-20
  mailgrant applications update app_… --promote-second-client-secret`,
  ],
  async run({ args, options, api, terminal, show }) {
    const body = refuseNothing(await applicationSettings(terminal, options));
    const ifVersion = versionOf(options['if-version']);
    const path = `/applications/${encodeURIComponent(args.id)}`;
    const answer = await api.change<ShownApplication>('PATCH', path, { body, ifVersion });
    show(answer, (one) => `Changed.\n${applicationText(one)}`);
  },
});
