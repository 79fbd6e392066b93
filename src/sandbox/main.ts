/** `npm run sandbox`: the real service against a pretend tenant, with two mailboxes signed in and mail going round in the terminal. */
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../config/load.js';
import { startService } from '../app.js';
import { lockDataDirectory, openDataDirectory } from '../storage/data-directory.js';
import { EMBEDDED_SOCKET } from '../storage/embedded-redis.js';
import { stopOrphans } from '../storage/orphaned-redis.js';
import { createLogger } from '../telemetry/logger.js';
import { SANDBOX_ACCESS_TOKEN_SECONDS, writeCredentials } from './credentials.js';
import { ensurePackages, PackagesMissing, SANDBOX_PACKAGES } from './packages.js';
import { sandboxProviders } from './providers.js';
import { setUpSandbox } from './set-up.js';
import { showMail } from './show-mail.js';
import { listenToSwitches } from './switchboard.js';
import { startTenant } from './tenant.js';

const API_KEY = 'sandbox-key-for-the-page-and-the-api';
const directory = path.resolve('.sandbox');

const say = (line = ''): void => void process.stdout.write(`${line}\n`);

/** The tenant forgets everything when it ends, so what an earlier sandbox stored is of no use. */
async function clearEarlierRun(dataDir: string): Promise<void> {
  const data = await openDataDirectory(dataDir);
  const lock = await lockDataDirectory(data);
  await mkdir(data.redis, { recursive: true });
  await stopOrphans(data.redis, EMBEDDED_SOCKET);
  await lock.release();
  await rm(directory, { recursive: true, force: true });
}

async function main(): Promise<void> {
  await ensurePackages(SANDBOX_PACKAGES, { say });
  const dataDir = path.join(directory, 'data');
  const inbox = path.join(directory, 'inbox');
  await clearEarlierRun(dataDir);
  await mkdir(inbox, { recursive: true });

  const tenant = await startTenant({
    users: ['alice@sandbox.example', 'bob@sandbox.example', 'mallory@sandbox.example'],
    accessTokenSeconds: SANDBOX_ACCESS_TOKEN_SECONDS,
  });
  const identity = tenant.identities.add({ kind: 'systemAssigned' });
  const mallory = 'mallory@sandbox.example';
  const keyring = path.join(directory, 'credentials');
  const credentials = await writeCredentials(tenant, { directory: keyring, user: mallory, identity });

  const port = process.env.MAILGRANT_PORT ?? '8025';
  const config = loadConfig({
    MAILGRANT_PORT: port,
    MAILGRANT_PUBLIC_URL: `http://localhost:${port}`,
    MAILGRANT_DATA_DIR: dataDir,
    MAILGRANT_API_KEY: API_KEY,
    MAILGRANT_SHUTDOWN_TIMEOUT: '5s',
    AZURE_POD_IDENTITY_AUTHORITY_HOST: tenant.origin,
  });
  const logFile = path.join(directory, 'service.log');
  const log = createLogger({ level: 'info', destination: createWriteStream(logFile, { flags: 'a' }) });

  const service = await startService(config, { log, providers: sandboxProviders(tenant) });
  const stopping = new AbortController();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      stopping.abort();
      await service.stop();
      await tenant.close();
    })();
    return stopped;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      say('\nstopping …');
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }

  try {
    const connectors = await setUpSandbox({ url: service.url, apiKey: API_KEY, tenant, inbox });
    say('Mailgrant’s sandbox: a pretend Exchange Online tenant on this machine, and the real service.');
    say(`  page            http://localhost:${port}  (sign in with the API key ${API_KEY})`);
    say('  who may sign in alice, bob and mallory, all @sandbox.example; no password');
    say(`  received mail   ${inbox}`);
    say(`  service log     ${logFile}`);
    say('  from a terminal npx mailgrant status, after');
    say(`                  export MAILGRANT_URL=http://localhost:${port} MAILGRANT_API_KEY=${API_KEY}`);
    say(`  an application  --provider exchange-online --tenant ${tenant.tenantId}`);
    say(`  of your own     --client-id ${tenant.clientId} with a credential of those below,`);
    say(`                  or --public --client-id ${credentials.publicClientId}`);
    say(`  credentials     ${keyring}`);
    for (const [name, what] of Object.entries(credentials.files)) say(`    ${name.padEnd(19)} ${what}`);
    say('Ctrl-C stops it and leaves nothing running.\n');
    listenToSwitches(tenant, { say, signal: stopping.signal, credentials, identity });
    await showMail({ url: service.url, apiKey: API_KEY, connectors, say, signal: stopping.signal });
  } catch (error) {
    await stop();
    throw error;
  }
}

main().catch((error: unknown) => {
  const text = error instanceof PackagesMissing || error instanceof Error ? error.message : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
