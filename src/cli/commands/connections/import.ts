/** mailgrant connections import */
import { command } from '../../command.js';
import { UsageError } from '../../failures.js';
import { connectionText } from '../../record-text.js';
import { secretFrom, secretOption } from '../../secret-input.js';
import { settingsFile } from '../../settings-input.js';
import type { ShownConnection } from '../../shown.js';

export const importConnection = command({
  name: 'connections import',
  summary: 'Import a grant that was exported on another machine.',
  operation: 'OAuthSettingsLocation',
  args: { id: 'Id of the connection here, con_….' },
  options: {
    file: { kind: 'text', value: 'path', meaning: 'The exported file. Required.' },
    'passphrase-file': secretOption('passphrase of the export. Required'),
  },
  notes: [
    'The connection here must have the same User, Client Id and tenant. The grant is refreshed once, and checked like a sign-in; nothing is stored when anything differs.',
  ],
  async run({ args, options, api, terminal, show }) {
    const { file, 'passphrase-file': passphraseFile } = options;
    if (file === undefined) throw new UsageError('--file is missing.');
    if (passphraseFile === undefined) throw new UsageError('--passphrase-file is missing.');
    if (file === '-' && passphraseFile === '-' && !terminal.isInteractive)
      throw new UsageError('Standard input cannot be both the file and the passphrase.');
    const body = {
      file: await settingsFile(terminal, file),
      passphrase: await secretFrom(terminal, { file: passphraseFile, name: 'Passphrase' }),
    };
    const path = `/connections/${encodeURIComponent(args.id)}/import`;
    const answer = await api.call<ShownConnection>('POST', path, { body });
    show(answer, (one) => `Imported. ${one.authenticatedUser} is signed in.\n${connectionText(one)}`);
  },
});
