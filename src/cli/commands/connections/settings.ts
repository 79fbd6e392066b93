/** Options of a connection's settings, for create and update. */
import type { OptionValues } from '../../command.js';
import { UsageError } from '../../failures.js';
import { secretIfGiven, secretOption } from '../../secret-input.js';
import { anyOf, FILE_OPTION, laidOver, type Settings, settingsFile } from '../../settings-input.js';
import type { Terminal } from '../../terminal.js';

const TLS_TYPES = 'Automatic (by port), STARTTLS, SSL/TLS, or None (loopback only)';

export const CONNECTION_OPTIONS = {
  name: { kind: 'text', value: 'text', meaning: 'What people call it; the User where it is left out.' },
  application: { kind: 'text', value: 'id', meaning: 'Application to sign in through, app_….' },
  user: {
    kind: 'text',
    value: 'address',
    meaning: 'User: the mailbox address. Whoever signs in must be this user.',
  },
  scope: {
    kind: 'text',
    value: 'scope',
    meaning: 'Scope, tokens between spaces; left out, what the provider needs.',
  },
  grant: {
    kind: 'text',
    value: 'kind',
    meaning:
      'Grant: authorizationCode (a browser), deviceCode (a code on another device) or clientCredentials (app-only: the application itself).',
  },
  'token-mode': {
    kind: 'text',
    value: 'mode',
    meaning:
      'Token Mode: getAndRefresh, refresh (tokens are supplied once) or off (tokens are supplied by hand), as InitiateOAuth.',
  },
  imap: {
    kind: 'text',
    value: 'host[:port]',
    meaning: 'IMAP server, where it is not the one of the preset.',
  },
  'imap-tls-type': { kind: 'text', value: 'type', meaning: `TLS Type of IMAP: ${TLS_TYPES}.` },
  smtp: {
    kind: 'text',
    value: 'host[:port]',
    meaning: 'SMTP server, where it is not the one of the preset.',
  },
  'smtp-tls-type': { kind: 'text', value: 'type', meaning: `TLS Type of SMTP: ${TLS_TYPES}.` },
  'password-file': secretOption('password, for Basic authentication instead of an application'),
  ...FILE_OPTION,
} as const;

/** @throws UsageError */
export async function connectionSettings(
  terminal: Terminal,
  options: OptionValues<typeof CONNECTION_OPTIONS>,
): Promise<Settings> {
  const passwordFile = options['password-file'];
  if (passwordFile === '-' && options.file === '-')
    throw new UsageError('Only one of --file and --password-file can be standard input.');
  const file = await settingsFile(terminal, options.file);
  const password = await secretIfGiven(terminal, { file: passwordFile, name: 'Password' });
  return laidOver(file, {
    name: options.name,
    application: options.application,
    user: options.user,
    scope: options.scope,
    grant: options.grant,
    tokenMode: options['token-mode'],
    imap: endpoint(options.imap, options['imap-tls-type']),
    smtp: endpoint(options.smtp, options['smtp-tls-type']),
    basic: password === undefined ? undefined : { password },
  });
}

/**
 * @param address `host`, `host:port`, or `[IPv6]:port`
 * @throws UsageError
 */
export function endpoint(address: string | undefined, tlsType: string | undefined): Settings | undefined {
  if (address === undefined) return anyOf({ tlsType });
  const match = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(address);
  if (!match)
    throw new UsageError(`"${address}" is no server; write host or host:port, such as mail.example.com:993.`);
  return anyOf({ host: match[1], port: match[2] === undefined ? undefined : Number(match[2]), tlsType });
}
