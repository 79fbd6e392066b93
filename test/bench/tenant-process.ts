/** The sandbox tenant in a process of its own. */
import { startTenant } from '../../src/sandbox/tenant.js';
import { serve } from './rpc.js';

/** Accounts m0…m1699: enough for every section. */
const ACCOUNTS = 1_700;

const tenant = await startTenant({
  users: Array.from({ length: ACCOUNTS }, (_, index) => `m${index}@sandbox.example`),
  keepContent: false,
});

/** Counts matching entries of a growing log, looking at each entry once. */
function counter<Entry>(log: () => readonly Entry[], matches: (entry: Entry) => boolean): () => number {
  let looked = 0;
  let count = 0;
  return () => {
    const entries = log();
    for (; looked < entries.length; looked++) if (matches(entries[looked] as Entry)) count++;
    return count;
  };
}
const logouts = counter(
  () => tenant.imap.log,
  ({ command }) => command === 'LOGOUT',
);
const refreshes = counter(
  () => tenant.authorization.log,
  ({ grantType }) => grantType === 'refresh_token',
);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

serve(
  {
    describe: () => ({
      issuer: tenant.issuer,
      tenantId: tenant.tenantId,
      clientId: tenant.clientId,
      clientSecret: tenant.clientSecret,
      accessTokenUrl: tenant.accessTokenUrl,
      defaultScope: tenant.defaultScope,
      imap: { host: tenant.imap.host, port: tenant.imap.port, tlsType: tenant.imap.tlsType },
      smtp: { host: tenant.smtp.host, port: tenant.smtp.port, tlsType: tenant.smtp.tlsType },
    }),
    signIn: ({ url, as }: { url: string; as: string }) => tenant.signIn(url, { as }),
    issueTokens: (user: string) => tenant.issueTokens(user),
    deliver: ({ user, count, bytes }: { user: string; count: number; bytes: number }) => {
      const text = 'All work and no play makes mail a dull thing. '
        .repeat(Math.ceil(bytes / 46))
        .slice(0, bytes);
      tenant.deliver(
        user,
        (index) => ({ subject: `Bench ${index}`, from: 'x@elsewhere.example', text }),
        count,
      );
    },
    accessTokenSeconds: (seconds: number) => tenant.misbehave.accessTokenSeconds(seconds),
    sent: () => tenant.sink.count,
    untilSent: (count: number) => until(() => tenant.sink.count >= count),
    logouts,
    untilLogouts: (count: number) => until(() => logouts() >= count),
    refreshes,
    untilRefreshes: (count: number) => until(() => refreshes() >= count),
  },
  () => tenant.close(),
);
