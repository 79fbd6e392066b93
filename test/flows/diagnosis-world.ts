/** A small world for Test Connection: one connection of the sandbox tenant, real Redis, the real context of workers, a token that a test may spoil. */
import { Value } from 'typebox/value';
import { PROVIDERS } from '../../config/providers.js';
import { connectorTypes } from '../../connectors/index.js';
import { systemClock } from '../../src/contract/clock.js';
import type { ConnectionId, ConnectorId, MailboxKey } from '../../src/contract/ids.js';
import { type ProblemError, problemError } from '../../src/contract/problem.js';
import type { TestResult } from '../../src/diagnosis/begin-test.js';
import type { DiagnosisDependencies } from '../../src/diagnosis/dependencies.js';
import type { StepDeadlines, StepReport } from '../../src/diagnosis/steps.js';
import { testConnection } from '../../src/diagnosis/test-connection.js';
import { testConnector } from '../../src/diagnosis/test-connector.js';
import { createMailContexts } from '../../src/oauth/mail-context.js';
import { createOutgoing } from '../../src/outgoing/outgoing.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import type { Connection, Connector } from '../../src/setup/model.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { silentLog } from '../../src/telemetry/log.js';
import { startRedis } from '../servers/redis.js';

export const ALICE = 'alice@sandbox.example';
/** Of a connection with Basic. */
export const PASSWORD = 'the password of the mailbox';
export const mailboxKey = 'mbx_diagnosis' as MailboxKey;

/** Names that the world's resolver knows beside addresses and localhost. */
const NAMES: Readonly<Record<string, string[]>> = {
  'mail.example': ['127.0.0.1'],
  'metadata.example': ['169.254.169.254'],
  'private.example': ['10.1.2.3'],
};

export interface Tested {
  result: TestResult;
  steps: StepReport[];
  /** `protocol step` of those that went well. */
  well: string[];
  /** The one that did not. */
  failed: StepReport | undefined;
}

export interface DiagnosisWorld {
  tenant: Tenant;
  storage: RedisStorage;
  /** May be changed by the test. */
  connection: Connection;
  /** `refuse`: what asking for a token throws; `refresh`: what a refused one leads to. */
  token: { accessToken: string; version: number; refreshes: number; refuse: ProblemError | undefined };
  refresh: { make(): Promise<string> };
  deadlines: { ms: StepDeadlines };
  /** Whether private networks may be connected to. */
  network: { allowPrivate: boolean };
  connector(type: string, settings?: Record<string, unknown>): Connector;
  /** Takes all connectors away. */
  forgetConnectors(): void;
  test(options?: {
    connector?: Connector;
    signal?: AbortSignal;
    onStep?: (step: StepReport) => void;
  }): Promise<Tested>;
  close(): Promise<void>;
}

export async function openDiagnosisWorld(): Promise<DiagnosisWorld> {
  const redis = await startRedis();
  const storage = await openRedis(redis.url);
  const tenant = await startTenant({ users: [ALICE, 'bob@sandbox.example'] });
  const issued = async () => (await tenant.issueTokens(ALICE)).accessToken;
  const id = 'con_diagnosis' as ConnectionId;
  const connection: Connection = {
    id,
    version: 1,
    settings: {
      name: 'diagnosis',
      authentication: 'oauth2',
      user: ALICE,
      scope: [],
      grant: 'authorizationCode',
      tokenMode: 'getAndRefresh',
      imap: { host: tenant.imap.host, port: tenant.imap.port, tlsType: 'None' },
      smtp: { host: tenant.smtp.host, port: tenant.smtp.port, tlsType: 'None' },
    },
    epoch: 1,
    tokenVersion: 1,
    authorization: {
      status: 'authorized',
      grantedScope: tenant.defaultScope.split(' '),
      mailboxKey,
      saslUser: ALICE,
      authenticatedUser: ALICE,
      accessTokenExpiresAt: Date.now() + 3_600_000,
    },
    createdAt: 0,
  };
  const token: DiagnosisWorld['token'] = {
    accessToken: await issued(),
    version: 1,
    refreshes: 0,
    refuse: undefined,
  };
  const refresh = { make: issued };
  const deadlines: DiagnosisWorld['deadlines'] = { ms: {} };
  const network = { allowPrivate: true };

  const outgoings = [true, false].map((allowPrivateNetworks) =>
    createOutgoing({
      allowPrivateNetworks,
      lookup: async (host) => {
        const found = NAMES[host];
        if (!found) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
        return found.map((address) => ({ address, family: 4 }));
      },
    }),
  );
  const outgoing = () => outgoings[network.allowPrivate ? 0 : 1] as (typeof outgoings)[number];

  const { mailContext } = createMailContexts({
    accessTokens: {
      async accessToken(_id, { rejected } = {}) {
        if (token.refuse) throw token.refuse;
        if (rejected === token.version) {
          token.refreshes += 1;
          token.accessToken = await refresh.make();
          token.version += 1;
          connection.tokenVersion = token.version;
        }
        const { accessToken, version } = token;
        return { accessToken, version, saslUser: ALICE, expiresAt: Date.now() + 3_600_000 };
      },
    },
    applications: {
      read: () => Promise.reject(problemError('not-found', { with: { what: 'application', id: 'none' } })),
    },
    connections: { password: async () => PASSWORD },
    providers: { ...PROVIDERS, custom: PROVIDERS['exchange-online'] },
    resolve: (host) => outgoing().resolve(host),
  });
  const connectors = new Map<ConnectorId, Connector>();
  const deps = (): DiagnosisDependencies => ({
    redis: storage.client,
    connections: {
      read: async () => structuredClone(connection),
      connectors: async () => [...connectors.keys()],
    },
    connectors: {
      read: async (which) => structuredClone(connectors.get(which) as Connector),
      typeOf: ({ type }) =>
        connectorTypes.find(({ name }) => name === type) as (typeof connectorTypes)[number],
      settingsWithSecrets: async (which) => (connectors.get(which) as Connector).settings,
    },
    connectorTypes,
    mailContext,
    addresses: (host) => outgoing().addresses(host),
    presetOf: async () => PROVIDERS['exchange-online'],
    dispatcher: outgoing().dispatcher,
    clock: systemClock,
    log: silentLog,
    deadlinesMs: deadlines.ms,
    webhookDeadlineMs: 500,
  });
  return {
    tenant,
    storage,
    connection,
    token,
    refresh,
    deadlines,
    network,
    connector(type, settings = {}) {
      const schema = connectorTypes.find(({ name }) => name === type)?.settings;
      const connector: Connector = {
        id: `ctr_${connectors.size}` as ConnectorId,
        version: 1,
        name: type,
        type,
        connection: id,
        enabled: true,
        settings: Value.Default(schema as NonNullable<typeof schema>, structuredClone(settings)) as Record<
          string,
          unknown
        >,
        health: { failures: 0 },
        createdAt: 0,
      };
      connectors.set(connector.id, connector);
      return connector;
    },
    forgetConnectors: () => connectors.clear(),
    async test({ connector, signal = new AbortController().signal, onStep = () => {} } = {}) {
      const steps: StepReport[] = [];
      const options = {
        signal,
        onStep(step: StepReport) {
          steps.push(step);
          onStep(step);
        },
      };
      const { finished } = connector
        ? await testConnector(deps(), connector.id, options)
        : await testConnection(deps(), id, options);
      const result = await finished;
      const well = steps.filter(({ status }) => status === 'ok');
      return {
        result,
        steps,
        well: well.map(({ protocol, step }) => `${protocol} ${step}`),
        failed: steps.find(({ status }) => status === 'failed'),
      };
    },
    async close() {
      await Promise.all(outgoings.map((each) => each.close()));
      await tenant.close();
      await storage.close();
      await redis.stop();
    },
  };
}
