/** The service as a process on a data directory of its own, with its embedded Redis, set up against a sandbox tenant through its API. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant, TenantOptions } from '../../src/sandbox/tenant-model.js';
import { freePort } from '../servers/free-port.js';
import { processesIn } from '../servers/processes.js';
import { startServiceProcess, type TestService } from '../servers/service.js';

export const ALICE = 'alice@sandbox.example';
export const BOB = 'bob@sandbox.example';
export const MALLORY = 'mallory@sandbox.example';

const NAMES = { 'email-send': 'Invoices', 'email-receive': 'Orders' } as const;

export interface Shown {
  id: string;
  version: number;
  status: string;
  problem: { code: string; detail: string } | null;
}

export interface ServiceWorld {
  readonly tenant: Tenant;
  /** Absolute; removed in the end. */
  readonly directory: string;
  readonly dataDir: string;
  /** The process that was started last. */
  readonly service: TestService;
  /** What every process of this world has written, one after the other. */
  output(): string;
  /** Starts the service, or starts it again, on the same port and data directory. @returns once it is ready */
  start(): Promise<TestService>;
  /** What is at work in the data directory: redis-servers and whoever else. */
  left(): Promise<string[]>;
  createApplication(clientSecret?: string): Promise<Shown>;
  createConnection(application: string, user: string): Promise<Shown>;
  /** Starts a sign-in through the API, walks it as a person, and comes back. @returns the callback's page */
  signIn(connection: string, as: string): Promise<{ status: number; text: string }>;
  createConnector(
    type: 'email-send' | 'email-receive',
    connection: string,
    settings?: Record<string, unknown>,
  ): Promise<Shown>;
  send(connector: string, draft: { to: string; subject: string } & Record<string, unknown>): Promise<Shown>;
  /** Kills what still runs, and removes the directory. */
  close(): Promise<void>;
}

/** @param options `environment` of the service, over the defaults */
export async function openServiceWorld(
  options: { tenant?: TenantOptions; environment?: Record<string, string> } = {},
): Promise<ServiceWorld> {
  const tenant = await startTenant({ users: [ALICE, BOB, MALLORY], ...options.tenant });
  const directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-service-'));
  const dataDir = path.join(directory, 'data');
  const port = String(await freePort());
  const started: TestService[] = [];
  let named = 0;
  const service = (): TestService => {
    const last = started.at(-1);
    if (!last) throw new Error('the service was not started');
    return last;
  };
  const { host, port: imapPort, tlsType } = tenant.imap;
  return {
    tenant,
    directory,
    dataDir,
    get service() {
      return service();
    },
    output: () => started.map((each) => each.output()).join(''),
    async start() {
      const one = await startServiceProcess({
        MAILGRANT_PORT: port,
        MAILGRANT_DATA_DIR: dataDir,
        MAILGRANT_SHUTDOWN_TIMEOUT: '10s',
        ...options.environment,
      });
      started.push(one);
      return one;
    },
    left: () => processesIn(dataDir),
    createApplication: (clientSecret = tenant.clientSecret) =>
      service().api<Shown>('POST', '/applications', {
        name: 'Sandbox app',
        provider: 'custom',
        issuer: tenant.issuer,
        clientId: tenant.clientId,
        clientAuth: { method: 'clientSecret', clientSecret },
      }),
    createConnection: (application, user) =>
      service().api<Shown>('POST', '/connections', {
        name: user,
        application,
        user,
        scope: tenant.defaultScope,
        imap: { host, port: imapPort, tlsType },
        smtp: { host, port: tenant.smtp.port, tlsType },
      }),
    async signIn(connection, as) {
      const { authorizationUrl } = await service().api<{ authorizationUrl: string }>(
        'POST',
        `/connections/${connection}/authorize`,
      );
      const page = await fetch(await tenant.signIn(authorizationUrl, { as }));
      return { status: page.status, text: await page.text() };
    },
    createConnector: (type, connection, settings = {}) =>
      service().api<Shown>('POST', '/connectors', {
        name: `${NAMES[type]} ${++named}`,
        type,
        connection,
        settings,
      }),
    send: (connector, draft) =>
      service().api<Shown>('POST', `/connectors/${connector}/messages`, { text: 'Hello.', ...draft }),
    async close() {
      await Promise.all(started.map((each) => each.kill()));
      await tenant.close();
      for (const line of await processesIn(dataDir)) process.kill(Number.parseInt(line, 10), 'SIGKILL');
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
