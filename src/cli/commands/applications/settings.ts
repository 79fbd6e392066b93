/** Options of an application's settings, for create and update. */
import type { ProviderName } from '../../../contract/provider.js';
import type { OptionValues } from '../../command.js';
import { UsageError } from '../../failures.js';
import { FILE_OPTION, laidOver, type Settings, settingsFile } from '../../settings-input.js';
import type { Terminal } from '../../terminal.js';
import { CLIENT_AUTH_INPUTS, CLIENT_AUTH_OPTIONS, clientAuthSettings } from './client-auth.js';

const PROVIDERS = [
  'exchange-online',
  'exchange-online-gcc-high',
  'exchange-online-dod',
  'exchange-online-21vianet',
  'outlook.com',
  'gmail',
  'yahoo',
  'fastmail',
  'custom',
] as const satisfies readonly ProviderName[];

export const APPLICATION_OPTIONS = {
  name: { kind: 'text', value: 'text', meaning: 'What people call it.' },
  provider: { kind: 'text', value: 'preset', meaning: `One of ${PROVIDERS.join(', ')}.` },
  tenant: {
    kind: 'text',
    value: 'GUID',
    meaning: 'Directory (tenant) ID, or organizations, common, consumers.',
  },
  issuer: { kind: 'text', value: 'URL', meaning: 'Issuer, with provider custom.' },
  'auth-url': { kind: 'text', value: 'URL', meaning: 'Auth URL, where preset or discovery gives none.' },
  'access-token-url': {
    kind: 'text',
    value: 'URL',
    meaning: 'Access Token URL, where preset or discovery gives none.',
  },
  'client-id': { kind: 'text', value: 'id', meaning: 'Client Id; at Entra the Application (client) ID.' },
  ...CLIENT_AUTH_OPTIONS,
  'callback-url': {
    kind: 'text',
    value: 'URL',
    meaning:
      'Callback URL that is registered, where it is not the one of this service: http://localhost:33333, say.',
  },
  ...FILE_OPTION,
} as const;

/** @throws UsageError */
export async function applicationSettings(
  terminal: Terminal,
  options: OptionValues<typeof APPLICATION_OPTIONS>,
): Promise<Settings> {
  const inputs = [...CLIENT_AUTH_INPUTS, 'file' as const].filter((name) => options[name] === '-');
  if (inputs.length > 1)
    throw new UsageError(
      `Only one of ${inputs.map((name) => `--${name}`).join(' and ')} can be standard input.`,
    );
  const file = await settingsFile(terminal, options.file);
  return laidOver(file, {
    name: options.name,
    provider: options.provider,
    tenant: options.tenant,
    issuer: options.issuer,
    authUrl: options['auth-url'],
    accessTokenUrl: options['access-token-url'],
    clientId: options['client-id'],
    clientAuth: await clientAuthSettings(terminal, options),
    callbackUrl: options['callback-url'],
  });
}
