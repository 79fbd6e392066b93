/** mailgrant setup import */
import { command } from '../../command.js';
import { Unfinished, UsageError } from '../../failures.js';
import { settingsFile } from '../../settings-input.js';
import { paragraphs, table } from '../../text.js';

interface ShownItem {
  list: string;
  ref: string;
  name: string;
  status: string;
  id?: string;
  secrets: string[];
  faults: { path: string; message: string }[];
}

/** What one of a list is called. */
const KINDS: Readonly<Record<string, string>> = {
  applications: 'application',
  connections: 'connection',
  connectors: 'connector',
  alertChannels: 'alert channel',
};

interface ShownImport {
  dryRun: boolean;
  items: ShownItem[];
}

export const importSetup = command({
  name: 'setup import',
  summary: 'Import a set-up that was exported elsewhere; everything is checked before anything is written.',
  options: {
    file: { kind: 'text', value: 'path', meaning: 'The document; - reads standard input. Required.' },
    'dry-run': { kind: 'flag', meaning: 'Only say what would be done.' },
    update: {
      kind: 'flag',
      meaning: 'Change what is here already under the same name and kind; else it is left as it is.',
    },
  },
  notes: [
    'What was imported without its secret waits for it: an application shows the problem, a connection with a password is held, a connector or an alert channel is off.',
  ],
  async run({ options, api, terminal, show }) {
    const { file, 'dry-run': dryRun, update } = options;
    if (file === undefined) throw new UsageError('--file is missing.');
    const body = await settingsFile(terminal, file);
    const query = { dryRun: String(dryRun), onExisting: update ? 'update' : 'skip' };
    const answer = await api.call<ShownImport>('POST', '/setup/import', { body, query });
    show(answer, importText);
    const faulty = answer.body.items.filter(({ status }) => status === 'faulty').length;
    if (faulty > 0) throw new Unfinished(`${faulty} items cannot be imported as they are.`);
  },
});

function importText({ dryRun, items }: ShownImport): string {
  const columns = {
    what: ({ list }: ShownItem) => KINDS[list] ?? list,
    name: ({ name }: ShownItem) => name,
    ref: ({ ref }: ShownItem) => ref,
    [dryRun ? 'would be' : 'was']: ({ status }: ShownItem) => status,
    id: ({ id }: ShownItem) => id,
  };
  const faults = items.flatMap(({ list, name, faults: its }) =>
    its.map(({ path, message }) => `  ${list} ${name} ${path || '/'}: ${message}`),
  );
  const secrets = items.flatMap(({ name, id, secrets: its }) =>
    its.map((pointer) => `  ${name}${id ? ` (${id})` : ''}: ${pointer}${id ? entering(pointer, id) : ''}`),
  );
  return paragraphs(
    table(items, columns, 'There is nothing in it.'),
    faults.length > 0 && `At fault:\n${faults.join('\n')}`,
    secrets.length > 0 && `Secrets to enter ${dryRun ? 'then' : 'now'}:\n${secrets.join('\n')}`,
    dryRun && 'Nothing was written.',
  );
}

/** The command that enters a secret, by where it stands in a document. */
const ENTERED_BY: Readonly<Record<string, string>> = {
  '/clientAuth/clientSecret': 'applications update <id> --client-secret-file -',
  '/clientAuth/secondClientSecret': 'applications update <id> --second-client-secret-file -',
  '/clientAuth/privateKey': 'applications update <id> --certificate <file.pem> --private-key <key.pem>',
  '/basic/password': 'connections update <id> --password-file -',
  '/settings/destination/secret': 'connectors update <id> --webhook-secret-file - --enabled',
  '/secret': 'alert-channels update <id> --webhook-secret-file - --enabled',
};

function entering(pointer: string, id: string): string {
  const command = ENTERED_BY[pointer];
  return command === undefined ? '' : `\n      mailgrant ${command.replace('<id>', id)}`;
}
