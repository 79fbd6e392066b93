/** Tokens that Mailgrant gets by what its machine is (managed identity, federated credential): which mail servers are shown them. */
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../../../config/providers.js';
import type { MailContext } from '../../../../src/contract/connector-type.js';
import type { ApplicationId, ConnectionId, MailboxKey } from '../../../../src/contract/ids.js';
import { ProblemError } from '../../../../src/contract/problem.js';
import { createMailContexts } from '../../../../src/oauth/mail-context.js';
import type { ClientAuth, Connection } from '../../../../src/setup/model.js';

const MACHINE: readonly ClientAuth[] = [
  { method: 'managedIdentity' },
  { method: 'federatedCredential', source: 'managedIdentity' },
  { method: 'federatedCredential', source: 'file', audience: 'api://AzureADTokenExchangeUSGov' },
];
const OTHERS: readonly ClientAuth[] = [
  { method: 'clientSecret' },
  { method: 'federatedCredential', source: 'file', audience: 'https://id.example' },
];
const EXCHANGE = 'outlook.office365.com';

/** The context of an app-only connection. @param onToken told of each token that is handed out */
function contextOf(
  clientAuth: ClientAuth,
  { imap = EXCHANGE, smtp = EXCHANGE, grant = 'clientCredentials' }: Record<string, string>,
  { checksGrantLate, onToken = () => {} }: { checksGrantLate: boolean; onToken?: () => void },
): Promise<MailContext> {
  const { mailContext } = createMailContexts({
    accessTokens: {
      accessToken: async () => {
        onToken();
        return { accessToken: 'at', version: 1, saslUser: 'a@x.example', expiresAt: 0 };
      },
    },
    applications: {
      read: async (id) => ({
        id,
        version: 1,
        settings: { name: 'Mail app', provider: 'exchange-online', clientId: 'c', clientAuth },
        failure: undefined,
        createdAt: 0,
      }),
    },
    connections: { password: async () => undefined },
    providers: PROVIDERS,
    resolve: async (host) => host,
  });
  const connection = {
    id: 'con_1' as ConnectionId,
    version: 1,
    epoch: 1,
    tokenVersion: 1,
    createdAt: 0,
    settings: {
      name: 'a',
      user: 'a@x.example',
      authentication: 'oauth2',
      application: 'app_1' as ApplicationId,
      grant,
      tokenMode: 'getAndRefresh',
      scope: [],
      imap: { host: imap, port: 993, tlsType: 'SSL/TLS' },
      smtp: { host: smtp, port: 587, tlsType: 'STARTTLS' },
    },
    authorization: {
      status: 'authorized',
      identity: 'application',
      grantedScope: [],
      mailboxKey: 'k' as MailboxKey,
    },
  } as Connection;
  const { signal } = new AbortController();
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  return mailContext(connection, undefined, { signal, log, checksGrantLate });
}

/** @returns how many tokens were handed out, and the code of what was refused */
async function credentials(
  clientAuth: ClientAuth,
  places: Record<string, string>,
  checksGrantLate: boolean,
): Promise<[handedOut: number, code: string | undefined]> {
  let handedOut = 0;
  const onToken = (): void => {
    handedOut += 1;
  };
  try {
    await (await contextOf(clientAuth, places, { checksGrantLate, onToken })).credentials();
  } catch (error) {
    if (error instanceof ProblemError) return [handedOut, error.problem.code];
    throw error;
  }
  return [handedOut, undefined];
}

describe.each([[false], [true]])('an application that is what its machine is (checked late: %s)', (late) => {
  it.each([
    ['imap', 'mail.evil.example'],
    ['smtp', 'mail.evil.example'],
    ['imap', `${EXCHANGE}.evil.example`],
    ['smtp', 'evil-outlook.office365.com.example'],
  ])('shows its token to no stranger: %s at %s', async (protocol, host) => {
    for (const clientAuth of MACHINE)
      expect(await credentials(clientAuth, { [protocol]: host }, late)).toEqual([
        0,
        'machine-token-for-provider-only',
      ]);
  });

  it.each([EXCHANGE, `${EXCHANGE}.`, 'smtp.office365.com', 'partner.outlook.cn', 'localhost', '127.0.0.1'])(
    'shows it to %s',
    async (host) => {
      for (const clientAuth of MACHINE)
        expect(await credentials(clientAuth, { imap: host, smtp: host }, late)).toEqual([1, undefined]);
    },
  );
});

it('what somebody entered a credential for goes where they say, and so does a person’s own grant', async () => {
  const imap = 'mail.own.example';
  for (const clientAuth of OTHERS)
    expect(await credentials(clientAuth, { imap }, false)).toEqual([1, undefined]);
  for (const clientAuth of MACHINE)
    expect(await credentials(clientAuth, { imap, grant: 'authorizationCode' }, false)).toEqual([
      1,
      undefined,
    ]);
});

it.each<[ClientAuth, string]>([
  [{ method: 'managedIdentity' }, 'APPLICATION-ID'],
  [{ method: 'managedIdentity', identity: 'userAssigned' }, 'c'],
  [{ method: 'clientSecret' }, 'c'],
])(
  'cmdlets name the application of %o %s: a Client Id that is only a name is not taken for one',
  async (clientAuth, id) => {
    expect((await contextOf(clientAuth, {}, { checksGrantLate: false })).clientId).toBe(id);
  },
);
