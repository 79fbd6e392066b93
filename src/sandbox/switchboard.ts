/** The switches of the sandbox in the terminal: a letter and Enter makes the tenant misbehave, so that one sees what the service makes of it. */
import { createInterface } from 'node:readline';
import type { ManagedIdentity } from './authorization/managed-identities.js';
import type { SandboxCredentials } from './credentials.js';
import type { Tenant } from './tenant-model.js';

interface Switch {
  letter: string;
  /** What happens, as the menu says it. */
  does: string;
  press(): void;
}

interface Registered {
  credentials: Pick<SandboxCredentials, 'nextClientSecret'>;
  /** The managed identity of the machine. */
  identity: Pick<ManagedIdentity, 'clientId'>;
}

function switchesOf(tenant: Tenant, { credentials, identity }: Registered): Switch[] {
  const { misbehave } = tenant;
  const everybody = tenant.users.all().map(({ upn }) => upn);
  return [
    {
      letter: 'r',
      does: 'revoke Alice’s sign-in (AADSTS50173): her mail is held until she signs in again',
      press: () => {
        misbehave.revoke('alice@sandbox.example');
        misbehave.expireAccessTokens('alice@sandbox.example');
      },
    },
    {
      letter: 'e',
      does: 'expire every access token now: each is refreshed once, and mail goes on',
      press: () => misbehave.expireAccessTokens(),
    },
    {
      letter: 't',
      does: 'take the token endpoint down (503): grants are kept, mail goes on while tokens last',
      press: () => void misbehave.token({ kind: 'status', status: 503 }),
    },
    {
      letter: 's',
      does: 'replace the client secret (AADSTS7000215): all connections of the application stop, and heal with c, or with next-client-secret put into the application',
      press: () => misbehave.clientSecret({ secret: credentials.nextClientSecret, second: null }),
    },
    {
      letter: 'a',
      does: 'let the application, and the machine’s managed identity, into every mailbox: what app-only-setup prints was run',
      press: () => {
        for (const { clientId } of [tenant, identity]) tenant.servicePrincipals.add(clientId, ...everybody);
      },
    },
    {
      letter: 'b',
      does: 'make SMTP busy (432 4.3.2): messages are tried again',
      press: () =>
        void misbehave.smtp({
          stage: 'message',
          reply: '432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending',
        }),
    },
    {
      letter: 'i',
      does: 'make IMAP unavailable (Server Unavailable. 15): polls fail and come back',
      press: () => void misbehave.imap({ kind: 'unavailable' }),
    },
    {
      letter: 'c',
      does: 'all well again (a revoked sign-in stays revoked: sign in on the page)',
      press: () => {
        misbehave.clear();
        // Whoever put the next one in keeps it.
        misbehave.clientSecret({ secret: tenant.clientSecret, second: credentials.nextClientSecret });
      },
    },
  ];
}

/**
 * Listens on the terminal; does nothing where standard input is none.
 * @param options `say`: prints a line
 */
export function listenToSwitches(
  tenant: Tenant,
  options: Registered & { say(line: string): void; signal: AbortSignal },
): void {
  if (!process.stdin.isTTY) return;
  const { say, signal } = options;
  const switches = switchesOf(tenant, options);
  say('Make the tenant misbehave: type a letter and Enter.');
  for (const { letter, does } of switches) say(`  ${letter}  ${does}`);
  say('');
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const chosen = switches.find(({ letter }) => letter === line.trim());
    chosen?.press();
    if (chosen) say(`--------  ${chosen.does}`);
  });
  signal.addEventListener('abort', () => lines.close(), { once: true });
}
