/** Options of an alert channel's settings, for create and update. */
import { ALERT_KINDS } from '../../../contract/alert.js';
import type { OptionValues } from '../../command.js';
import { UsageError } from '../../failures.js';
import { secretIfGiven, secretOption } from '../../secret-input.js';
import { FILE_OPTION, laidOver, type Settings, settingsFile } from '../../settings-input.js';
import type { Terminal } from '../../terminal.js';

export const CHANNEL_OPTIONS = {
  name: { kind: 'text', value: 'text', meaning: 'What people call it.' },
  'webhook-url': { kind: 'text', value: 'URL', meaning: 'Webhook: where alerts are posted.' },
  'webhook-secret-file': secretOption('secret that signs each post, whsec_…'),
  connector: { kind: 'text', value: 'id', meaning: 'Mail: the Email Send connector it goes out by, ctr_….' },
  to: { kind: 'list', value: 'address', meaning: 'Mail: who gets it.' },
  'minimum-severity': {
    kind: 'text',
    value: 'warning|critical',
    meaning: 'From which severity on; warning.',
  },
  only: {
    kind: 'list',
    value: 'kind',
    meaning: `Only alerts of this kind: ${ALERT_KINDS.join(', ')}.`,
  },
  disabled: { kind: 'flag', meaning: 'Switched off; what waits for it is forgotten.' },
  ...FILE_OPTION,
} as const;

/** @throws UsageError */
export async function channelSettings(
  terminal: Terminal,
  options: OptionValues<typeof CHANNEL_OPTIONS>,
): Promise<Settings> {
  const secretFile = options['webhook-secret-file'];
  if (secretFile === '-' && options.file === '-')
    throw new UsageError('Only one of --file and --webhook-secret-file can be standard input.');
  if (
    (options['webhook-url'] ?? secretFile) !== undefined &&
    (options.connector ?? options.to[0]) !== undefined
  )
    throw new UsageError('Give a webhook, or a connector and addresses, not both.');
  const file = await settingsFile(terminal, options.file);
  const secret = await secretIfGiven(terminal, { file: secretFile, name: 'Webhook secret' });
  return laidOver(file, {
    name: options.name,
    url: options['webhook-url'],
    secret,
    connector: options.connector,
    to: options.to.length > 0 ? options.to : undefined,
    minimumSeverity: options['minimum-severity'],
    only: options.only.length > 0 ? options.only : undefined,
    enabled: options.disabled ? false : undefined,
  });
}
