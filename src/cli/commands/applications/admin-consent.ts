/** mailgrant applications admin-consent */
import { command } from '../../command.js';

export const adminConsent = command({
  name: 'applications admin-consent',
  summary: 'Print the link on which an administrator of the tenant consents for everybody.',
  args: { id: 'Id of the application, app_….' },
  options: {
    'app-only': {
      kind: 'flag',
      meaning: 'For the application permissions of app-only connections, instead of what users sign in with.',
    },
  },
  notes: [
    'For "Need admin approval", AADSTS65001 and 90094. The Callback URL of the application must be registered at the provider; the browser comes back to it. Afterwards each user signs in.',
  ],
  async run({ args, options, api, show }) {
    const path = `/applications/${encodeURIComponent(args.id)}/admin-consent`;
    const body = { appOnly: options['app-only'] };
    const answer = await api.call<{ adminConsentUrl: string }>('POST', path, { body });
    show(answer, ({ adminConsentUrl }) => adminConsentUrl);
  },
});
