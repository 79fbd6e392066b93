/** mailgrant connections export */
import { command } from '../../command.js';
import { type ShownProblem, UsageError } from '../../failures.js';
import { problemText } from '../../problem-text.js';
import { secretFrom, secretOption } from '../../secret-input.js';
import { paragraphs } from '../../text.js';

interface ShownExport {
  file: Record<string, unknown>;
  warnings: ShownProblem[];
}

export const exportConnection = command({
  name: 'connections export',
  summary: 'Export the grant of a connection as an encrypted file, for another machine.',
  operation: 'OAuthSettingsLocation',
  args: { id: 'Id of the connection, con_….' },
  options: {
    out: {
      kind: 'text',
      value: 'path',
      meaning: 'File to write, which must not exist yet; - writes to standard output. Required.',
    },
    'passphrase-file': secretOption('passphrase that protects it, at least 12 characters. Required'),
    move: {
      kind: 'flag',
      meaning:
        'End the grant here once the file is made. Needed where the provider ends a grant that two machines use.',
    },
  },
  notes: [
    `For a machine without a browser: sign in here, carry the file over, and import it there into a connection with the same User, Client Id and tenant.
  mailgrant connections export con_… --out orders.grant --passphrase-file -
  mailgrant connections import con_… --file orders.grant --passphrase-file -`,
    'The file opens with the passphrase alone, and nobody can recover that. Whoever has both can read the mailbox.',
  ],
  async run({ args, options, api, terminal, show }) {
    const { out, 'passphrase-file': passphraseFile, move } = options;
    if (passphraseFile === undefined) throw new UsageError('--passphrase-file is missing.');
    if (out === undefined) throw new UsageError('--out is missing.');
    const passphrase = await secretFrom(terminal, { file: passphraseFile, name: 'Passphrase' });
    // Typed blind, and nobody can open the file if it was mistyped.
    const isTyped = passphraseFile === '-' && terminal.isInteractive;
    if (isTyped && (await terminal.askSecret('Passphrase again')) !== passphrase)
      throw new UsageError('The two passphrases differ.');
    // Before the call: a grant that was moved is in its answer alone.
    const file = out === '-' ? undefined : terminal.newFile(out);
    const path = `/connections/${encodeURIComponent(args.id)}/export`;
    const call = api.call<ShownExport>('POST', path, { body: { passphrase, move } });
    const answer = await call.catch((error) => {
      file?.discard();
      throw error;
    });
    const text = JSON.stringify(answer.body.file, null, 2);
    file?.write(`${text}\n`);
    show(answer, ({ warnings }) => {
      if (!file) {
        for (const each of warnings) terminal.note(`${problemText(each)}\n`);
        return text;
      }
      return paragraphs(
        move ? `Moved to ${out}. The grant ended here.` : `Exported to ${out}. The grant goes on here.`,
        ...warnings.map((each) => problemText(each)),
      );
    });
  },
});
