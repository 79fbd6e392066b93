/** Options that say how an application proves itself, for create and update. */
import type { OptionValues } from '../../command.js';
import { UsageError } from '../../failures.js';
import { secretIfGiven, secretOption } from '../../secret-input.js';
import { anyOf, type Settings } from '../../settings-input.js';
import type { Terminal } from '../../terminal.js';

const text = (value: string, meaning: string) => ({ kind: 'text', value, meaning }) as const;
const flag = (meaning: string) => ({ kind: 'flag', meaning }) as const;

const METHODS = {
  secret: 'clientSecret',
  certificate: 'certificate',
  'managed-identity': 'managedIdentity',
  federated: 'federatedCredential',
  none: 'none',
} as const;

type Method = (typeof METHODS)[keyof typeof METHODS];

export const CLIENT_AUTH_OPTIONS = {
  'client-auth': text(
    'way',
    `How the application proves itself: ${Object.keys(METHODS).join(', ')}. Seen from the options below where it is left out; else secret.`,
  ),
  'client-secret-file': secretOption('Client Secret'),
  'client-secret-expires': text('date', 'The day that the Client Secret ends on, 2028-11-20.'),
  'client-secret-transport': text(
    'where',
    'body or basic; automatic: as the metadata of the server offers it.',
  ),
  'second-client-secret-file': {
    ...secretOption('second Client Secret'),
    meaning:
      'File that holds a second Client Secret, used at once when the first is refused; - reads standard input, or asks.',
  },
  'second-client-secret-expires': text('date', 'The day that the second Client Secret ends on.'),
  'promote-second-client-secret': flag('Put the second Client Secret in the place of the first.'),
  'no-second-client-secret': flag('Forget the second Client Secret.'),
  certificate: text('file.pem', 'Certificate, PEM; with --private-key.'),
  'private-key': text('key.pem', 'Its private key, PEM (RSA); - reads standard input.'),
  pfx: text('file', 'Certificate and private key as PFX, in the place of both.'),
  'passphrase-file': secretOption('passphrase of the private key or the PFX'),
  algorithm: text('name', 'PS256 (default) or RS256: what the client assertion is signed with.'),
  'managed-identity': flag(
    'The managed identity of the Azure machine that the service runs on: for the grant clientCredentials.',
  ),
  'user-assigned': flag(
    'With --managed-identity: the identity whose Client ID is --client-id, not the machine’s own.',
  ),
  'federated-token-file': text(
    'path',
    'Federated credential: absolute path, on the machine of the service, of a token that is read anew each time. With --client-auth federated alone: what AZURE_FEDERATED_TOKEN_FILE names there.',
  ),
  'federated-managed-identity': flag('Federated credential: a token of a user-assigned managed identity.'),
  'identity-client-id': text('id', 'Its Client ID, where the machine has several.'),
  'federated-audience': text('audience', 'Audience of the token; api://AzureADTokenExchange.'),
  public: flag(
    'There is no Client Secret: a public client, with PKCE alone. The same as --client-auth none.',
  ),
} as const;

type Given = OptionValues<typeof CLIENT_AUTH_OPTIONS>;

/** Which way an option belongs to. */
const OPTIONS_OF: Readonly<Record<Method, readonly (keyof Given)[]>> = {
  clientSecret: [
    'client-secret-file',
    'client-secret-expires',
    'client-secret-transport',
    'second-client-secret-file',
    'second-client-secret-expires',
    'promote-second-client-secret',
    'no-second-client-secret',
  ],
  certificate: ['certificate', 'private-key', 'pfx', 'passphrase-file', 'algorithm'],
  managedIdentity: ['managed-identity', 'user-assigned'],
  federatedCredential: [
    'federated-token-file',
    'federated-managed-identity',
    'identity-client-id',
    'federated-audience',
  ],
  none: ['public'],
};

/** Options whose file may be standard input. */
export const CLIENT_AUTH_INPUTS = [
  'client-secret-file',
  'second-client-secret-file',
  'private-key',
  'passphrase-file',
] as const satisfies readonly (keyof Given)[];

/**
 * @returns what clientAuth is to be; `undefined` when no option speaks of it
 * @throws UsageError
 */
export async function clientAuthSettings(terminal: Terminal, options: Given): Promise<Settings | undefined> {
  const method = methodOf(options);
  switch (method) {
    case 'clientSecret':
      return { method, ...(await secretSettings(terminal, options)) };
    case 'certificate':
      return { method, ...(await certificateSettings(terminal, options)) };
    case 'managedIdentity':
      return { method, ...anyOf({ identity: options['user-assigned'] ? 'userAssigned' : undefined }) };
    case 'federatedCredential':
      return { method, ...federatedSettings(options) };
    default:
      return method && { method };
  }
}

/** @throws UsageError when the options speak of two ways */
function methodOf(options: Given): Method | undefined {
  const named = options['client-auth'];
  const isKnown = (name: string): name is keyof typeof METHODS => name in METHODS;
  if (named !== undefined && !isKnown(named))
    throw new UsageError(`--client-auth takes one of ${Object.keys(METHODS).join(', ')}, not "${named}".`);
  const given = (Object.keys(OPTIONS_OF) as Method[]).flatMap((method) =>
    OPTIONS_OF[method]
      .filter((name) => options[name] !== undefined && options[name] !== false)
      .map((name) => ({ method, name })),
  );
  const method = named === undefined ? given[0]?.method : METHODS[named];
  const other = given.find((each) => each.method !== method);
  if (!other) return method;
  if (options.public)
    throw new UsageError('--public says that there is no Client Secret; leave its options out.');
  const one = named === undefined ? `--${given[0]?.name}` : `--client-auth ${named}`;
  throw new UsageError(`${one} and --${other.name} are two ways of proving an application; keep one.`);
}

async function secretSettings(terminal: Terminal, options: Given): Promise<Settings> {
  const promotes = options['promote-second-client-secret'];
  const forgets = options['no-second-client-secret'];
  const [file, second] = [options['client-secret-file'], options['second-client-secret-file']];
  if (promotes && file !== undefined)
    throw new UsageError(
      '--promote-second-client-secret needs no --client-secret-file: the second takes its place.',
    );
  if (forgets && second !== undefined)
    throw new UsageError('--no-second-client-secret and --second-client-secret-file say opposite things.');
  const clientSecret = await secretIfGiven(terminal, { file, name: 'Client Secret' });
  const secondClientSecret = await secretIfGiven(terminal, { file: second, name: 'Second Client Secret' });
  return {
    ...anyOf({
      clientSecret: promotes ? null : clientSecret,
      expiresAt: options['client-secret-expires'],
      transport: options['client-secret-transport'],
      secondClientSecret: forgets ? null : secondClientSecret,
      secondExpiresAt: options['second-client-secret-expires'],
    }),
  };
}

async function certificateSettings(terminal: Terminal, options: Given): Promise<Settings> {
  const { certificate, pfx, algorithm } = options;
  const key = options['private-key'];
  if (pfx !== undefined && (certificate !== undefined || key !== undefined))
    throw new UsageError('--pfx stands for both --certificate and --private-key.');
  const keyText =
    key === '-' ? await terminal.readInput() : key === undefined ? undefined : terminal.readFile(key);
  const passphrase = await secretIfGiven(terminal, { file: options['passphrase-file'], name: 'Passphrase' });
  return {
    ...anyOf({
      certificate: certificate === undefined ? undefined : terminal.readFile(certificate).toString('utf8'),
      privateKey: keyText?.toString('utf8'),
      pfx: pfx === undefined ? undefined : terminal.readFile(pfx).toString('base64'),
      passphrase,
      algorithm,
    }),
  };
}

function federatedSettings(options: Given): Settings {
  const file = options['federated-token-file'];
  const isIdentity = options['federated-managed-identity'] || options['identity-client-id'] !== undefined;
  if (isIdentity && file !== undefined)
    throw new UsageError(
      '--federated-token-file and --federated-managed-identity are two sources; keep one.',
    );
  return {
    ...anyOf({
      source: isIdentity ? 'managedIdentity' : 'file',
      file,
      audience: options['federated-audience'],
      identityClientId: options['identity-client-id'],
    }),
  };
}
