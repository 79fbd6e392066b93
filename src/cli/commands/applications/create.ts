/** mailgrant applications create */
import { command } from '../../command.js';
import { UsageError } from '../../failures.js';
import { applicationText } from '../../record-text.js';
import { isSettings } from '../../settings-input.js';
import type { ShownApplication } from '../../shown.js';
import { paragraphs } from '../../text.js';
import { APPLICATION_OPTIONS, applicationSettings } from './settings.js';

const isIdentity = ({ clientAuth }: ShownApplication): boolean => clientAuth.method === 'managedIdentity';

export const createApplication = command({
  name: 'applications create',
  summary: 'Create an application: the client registration that connections sign in through.',
  options: APPLICATION_OPTIONS,
  notes: [
    'The Client Secret is asked for where no option gives it. It is never an argument: others could read it.',
    `With a certificate in the place of the secret:
  mailgrant applications create … --certificate mail.pem --private-key mail.key
  mailgrant applications create … --pfx mail.pfx --passphrase-file -`,
    `On Azure, with no credential at all:
  mailgrant applications create … --client-auth federated       (AKS workload identity)
  mailgrant applications create … --federated-managed-identity  (virtual machine, App Service)
  mailgrant applications create … --managed-identity            (application permissions)`,
    `Example:
  mailgrant applications create --name "Contoso mail" --provider exchange-online \\
      --tenant <Directory (tenant) ID> --client-id <Application (client) ID>`,
  ],
  async run({ options, api, terminal, show }) {
    const body = await applicationSettings(terminal, options);
    const auth = isSettings(body.clientAuth) ? body.clientAuth : { method: 'clientSecret' };
    if (auth.method === 'clientSecret' && auth.clientSecret === undefined) {
      if (!terminal.isInteractive)
        throw new UsageError(
          'The Client Secret is missing: --client-secret-file <path>, or - for standard input; or another way (--certificate, --pfx, --managed-identity, --federated-token-file, --public).',
        );
      auth.clientSecret = await terminal.askSecret('Client Secret');
    }
    const answer = await api.call<ShownApplication>('POST', '/applications', {
      body: { ...body, clientAuth: auth },
    });
    show(answer, (one) =>
      paragraphs(
        `Created.\n${applicationText(one)}`,
        // Nobody signs in with a managed identity, so no browser comes back either.
        !isIdentity(one) && `Register this Callback URL at the provider: ${one.callbackUrl}`,
        `Next: mailgrant connections create --application ${one.id} --user <mailbox address>${isIdentity(one) ? ' --grant clientCredentials' : ''}`,
      ),
    );
  },
});
