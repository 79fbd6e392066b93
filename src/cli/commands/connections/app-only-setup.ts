/** mailgrant connections app-only-setup */
import { command } from '../../command.js';
import type { ShownSetup } from '../../shown.js';
import { indented, paragraphs } from '../../text.js';

export const appOnlySetup = command({
  name: 'connections app-only-setup',
  summary: 'Print what to run in Exchange Online PowerShell so that the application may open the mailbox.',
  operation: 'AzureServicePrincipal',
  args: { id: 'Id of the connection, con_….' },
  async run({ args, api, show }) {
    const path = `/connections/${encodeURIComponent(args.id)}/app-only-setup`;
    show(await api.call<ShownSetup>('GET', path), ({ cmdlets, toFillIn, notes }) =>
      paragraphs(
        cmdlets.join('\n'),
        ...toFillIn.map(({ placeholder, where }) => `${placeholder}\n${indented(where)}`),
        ...notes,
      ),
    );
  },
});
