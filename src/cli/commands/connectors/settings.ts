/** Options of a connector's settings, for create and update. */
import type { OptionValues } from '../../command.js';
import { UsageError } from '../../failures.js';
import { secretIfGiven, secretOption } from '../../secret-input.js';
import { anyOf, FILE_OPTION, laidOver, type Settings, settingsFile } from '../../settings-input.js';
import type { Terminal } from '../../terminal.js';

export const CONNECTOR_OPTIONS = {
  name: { kind: 'text', value: 'text', meaning: 'What people call it.' },
  connection: { kind: 'text', value: 'id', meaning: 'Connection it works with, con_….' },
  disabled: { kind: 'flag', meaning: 'Switched off.' },
  mailbox: { kind: 'text', value: 'folder', meaning: 'Receive: the folder to read; INBOX.' },
  every: { kind: 'text', value: 'duration', meaning: 'Receive: pause between polls, such as 5m.' },
  'start-from': {
    kind: 'text',
    value: 'now|all|date',
    meaning: 'Receive: where the first poll begins; now.',
  },
  'webhook-url': { kind: 'text', value: 'URL', meaning: 'Receive: where each message is posted.' },
  'webhook-secret-file': secretOption('secret that signs each post, whsec_…'),
  directory: {
    kind: 'text',
    value: 'path',
    meaning: 'Receive: the directory that messages are written to, instead.',
  },
  'post-processing': {
    kind: 'text',
    value: 'action[:folder]',
    meaning:
      'Receive: what becomes of a message afterwards: none, markRead, delete, move:<folder>, copy:<folder>.',
  },
  'display-name': { kind: 'text', value: 'text', meaning: 'Send: the name beside the From address.' },
  set: {
    kind: 'list',
    value: 'setting=value',
    meaning:
      'Any other setting, such as maxAttempts=5 or filter.subject=Invoice; the value as JSON, or text.',
  },
  ...FILE_OPTION,
} as const;

/** @throws UsageError */
export async function connectorSettings(
  terminal: Terminal,
  options: OptionValues<typeof CONNECTOR_OPTIONS>,
): Promise<Settings> {
  if (options['webhook-secret-file'] === '-' && options.file === '-')
    throw new UsageError('Only one of --file and --webhook-secret-file can be standard input.');
  const secretFile = options['webhook-secret-file'];
  if (options.directory !== undefined && (options['webhook-url'] ?? secretFile) !== undefined)
    throw new UsageError('Give a webhook or a directory, not both.');
  const file = await settingsFile(terminal, options.file);
  const secret = await secretIfGiven(terminal, { file: secretFile, name: 'Webhook secret' });
  const webhook = anyOf({ url: options['webhook-url'], secret });
  const named = anyOf({
    mailbox: options.mailbox,
    schedule: options.every === undefined ? undefined : { every: options.every },
    startFrom: options['start-from'],
    destination:
      options.directory === undefined
        ? webhook && { type: 'webhook', ...webhook }
        : { type: 'directory', path: options.directory },
    postProcessing: postProcessing(options['post-processing']),
    displayName: options['display-name'],
  });
  const others = options.set.map(settingOf).reduce(laidOver, named ?? {});
  return laidOver(file, {
    name: options.name,
    connection: options.connection,
    enabled: options.disabled ? false : undefined,
    settings: anyOf(others),
  });
}

function postProcessing(text: string | undefined): Settings | undefined {
  if (text === undefined) return undefined;
  const [, action, mailbox] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  return anyOf({ action, mailbox });
}

/**
 * `filter.subject=Invoice` as `{ filter: { subject: 'Invoice' } }`.
 * @throws UsageError; also for a secret, which does not belong on a command line
 */
export function settingOf(assignment: string): Settings {
  const [, path = '', text = ''] = /^([A-Za-z][\w.-]*)=(.*)$/s.exec(assignment) ?? [];
  const names = path.split('.');
  if (names.some((name) => name === '' || name === '__proto__'))
    throw new UsageError(
      `--set takes setting=value, such as maxAttempts=5${path === '' ? '' : `, not ${path}`}.`,
    );
  if (/^(secret|password)$/i.test(names.at(-1) ?? ''))
    throw new UsageError(
      `${path} is a secret: give it with --webhook-secret-file or in --file, where nobody else reads it.`,
    );
  return names.reduceRight<unknown>((value, name) => ({ [name]: value }), jsonOrText(text)) as Settings;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
