/** Deleting a record: against the version it has, or the one that is given. */
import { type Command, command } from './command.js';
import { IF_VERSION_OPTION, versionOf } from './settings-input.js';

/** @param resource as in the API's paths; `what` one of them is called; `notes` of the help */
export const deleteCommand = (resource: string, what: string, notes: readonly string[] = []): Command =>
  command({
    name: `${resource} delete`,
    summary: `Delete ${what}.`,
    args: { id: `Id of ${what}.` },
    options: IF_VERSION_OPTION,
    notes,
    async run({ args, options, api, show }) {
      const ifVersion = versionOf(options['if-version']);
      const path = `/${resource}/${encodeURIComponent(args.id)}`;
      show(await api.change('DELETE', path, { ifVersion }), () => `Deleted ${args.id}.`);
    },
  });
