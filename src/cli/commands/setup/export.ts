/** mailgrant setup export */
import { command } from '../../command.js';

interface ShownSetup {
  applications: unknown[];
  connections: unknown[];
  connectors: unknown[];
  alertChannels: unknown[];
}

export const exportSetup = command({
  name: 'setup export',
  summary: 'Export applications, connections, connectors and alert channels as a document, without secrets.',
  options: {
    out: {
      kind: 'text',
      value: 'path',
      meaning: 'File to write; it must not exist yet. Standard output unless given.',
    },
  },
  notes: [
    `To move a set-up between test and production: export it, edit what differs (hosts, tenant, Client Id, webhook URLs), try it, import it.
  mailgrant setup export --out setup.json
  mailgrant setup import --file setup.json --dry-run`,
    'Each item names the others by ref. "secrets" says which secrets an item has; put them in where you want them imported too, or enter them afterwards.',
  ],
  async run({ options, api, terminal, show }) {
    const file = options.out === undefined ? undefined : terminal.newFile(options.out);
    const answer = await api.call<ShownSetup>('GET', '/setup/export').catch((error) => {
      file?.discard();
      throw error;
    });
    const text = JSON.stringify(answer.body, null, 2);
    file?.write(`${text}\n`);
    const { applications, connections, connectors, alertChannels } = answer.body;
    show(answer, () =>
      file
        ? `Exported ${applications.length} applications, ${connections.length} connections, ${connectors.length} connectors and ${alertChannels.length} alert channels to ${options.out}.`
        : text,
    );
  },
});
