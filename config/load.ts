/** Reads the environment against the schema, once; every fault is reported together, none with a secret's value. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { durationMs } from '../src/contract/duration.js';
import { isLoopbackHost } from './loopback-host.js';
import { type OpenIdSettings, openIdFaults, openIdOf } from './openid.js';
import { type Role, VARIABLES, type Variable, type VariableName } from './schema.js';
import { blocksOf, faultOfProxies } from './trusted-proxies.js';

export interface Config {
  host: string;
  port: number;
  /** Origin without a trailing slash. */
  publicUrl: string;
  /** Blocks (CIDR) of proxies whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  /** absolute */
  dataDir: string;
  redisUrl: string | undefined;
  /** 32 bytes each, the current one first; empty: to be generated. */
  secretKeys: Buffer[];
  apiKey: string | undefined;
  adminPassword: string | undefined;
  /** Whether people may have passwords. */
  passwordSignIn: boolean;
  openId: OpenIdSettings | undefined;
  sessionIdleMs: number;
  sessionLifetimeMs: number;
  roles: ReadonlySet<Role>;
  logLevel: string;
  allowPrivateNetworks: boolean;
  requestsPerMinute: number;
  shutdownTimeoutMs: number;
  retentionMs: number;
  auditRetentionMs: number;
  receiveConcurrency: number;
  sendConcurrency: number;
  refreshConcurrency: number;
  /** scheduled refreshes per second and token endpoint */
  refreshRate: number;
  /** Where managed identities and federated tokens come from; set by the platform, never by a record. */
  identity: {
    podIdentityHost: string | undefined;
    appService: { endpoint: string; header: string } | undefined;
    federatedTokenFile: string | undefined;
  };
}

export interface ConfigFault {
  variable: string;
  /** What is wrong with the value, and what is allowed. */
  fault: string;
}

/** All faults of the environment together. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(({ variable, fault }) => `  ${variable}: ${fault}`);
    super(`Mailgrant cannot start; ${faults.length} of its settings cannot be used:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

/** Read by the command line alone; whoever exports it for that may start the service in the same shell. */
const CLIENT_SETTINGS: readonly string[] = ['MAILGRANT_URL'];

/**
 * Loads the configuration.
 * @param environment such as `process.env`
 * @throws ConfigError naming every variable at fault, what is wrong with it, and what is allowed
 */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const faults: ConfigFault[] = [];
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('MAILGRANT_') || CLIENT_SETTINGS.includes(name)) continue;
    const plain = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : name;
    if (!(plain in VARIABLES))
      faults.push({ variable: name, fault: 'there is no such setting; check the spelling' });
  }

  const values = {} as Record<VariableName, string | undefined>;
  for (const [name, variable] of Object.entries(VARIABLES) as [VariableName, Variable][]) {
    values[name] = givenValue(name, variable, environment, faults);
  }
  for (const [name, variable] of Object.entries(VARIABLES) as [VariableName, Variable][]) {
    const value = values[name];
    const fault = value === undefined ? undefined : faultOf(value, variable);
    if (fault) faults.push({ variable: name, fault });
  }
  crossFaults(values, faults);
  if (faults.length > 0) throw new ConfigError(faults);

  const text = (name: VariableName): string => values[name] ?? '';
  const publicUrl = givenPublicUrl(environment, values).replace(/\/+$/, '');
  return {
    host: text('MAILGRANT_HOST'),
    port: Number(text('MAILGRANT_PORT')),
    publicUrl,
    trustedProxies: blocksOf(listOf(text('MAILGRANT_TRUSTED_PROXIES'))),
    dataDir: path.resolve(text('MAILGRANT_DATA_DIR')),
    redisUrl: values.MAILGRANT_REDIS_URL,
    secretKeys: keysOf(values.MAILGRANT_SECRET_KEY ?? ''),
    apiKey: values.MAILGRANT_API_KEY,
    adminPassword: values.MAILGRANT_ADMIN_PASSWORD,
    passwordSignIn: values.MAILGRANT_PASSWORD_SIGN_IN === 'true',
    openId: openIdOf(values),
    sessionIdleMs: durationMs(text('MAILGRANT_SESSION_IDLE')),
    sessionLifetimeMs: durationMs(text('MAILGRANT_SESSION_LIFETIME')),
    roles: new Set(listOf(text('MAILGRANT_ROLES')) as Role[]),
    logLevel: text('MAILGRANT_LOG_LEVEL'),
    allowPrivateNetworks: values.MAILGRANT_ALLOW_PRIVATE_NETWORKS
      ? values.MAILGRANT_ALLOW_PRIVATE_NETWORKS === 'true'
      : isLoopbackHost(text('MAILGRANT_HOST')),
    requestsPerMinute: Number(text('MAILGRANT_REQUESTS_PER_MINUTE')),
    shutdownTimeoutMs: durationMs(text('MAILGRANT_SHUTDOWN_TIMEOUT')),
    retentionMs: durationMs(text('MAILGRANT_RETENTION')),
    auditRetentionMs: durationMs(text('MAILGRANT_AUDIT_RETENTION')),
    receiveConcurrency: Number(text('MAILGRANT_RECEIVE_CONCURRENCY')),
    sendConcurrency: Number(text('MAILGRANT_SEND_CONCURRENCY')),
    refreshConcurrency: Number(text('MAILGRANT_REFRESH_CONCURRENCY')),
    refreshRate: Number(text('MAILGRANT_REFRESH_RATE')),
    identity: {
      podIdentityHost: values.AZURE_POD_IDENTITY_AUTHORITY_HOST,
      // Other platforms (Azure Arc) set the endpoint alone and mean another protocol.
      appService:
        values.IDENTITY_ENDPOINT && values.IDENTITY_HEADER
          ? { endpoint: values.IDENTITY_ENDPOINT, header: values.IDENTITY_HEADER }
          : undefined,
      federatedTokenFile: values.AZURE_FEDERATED_TOKEN_FILE,
    },
  };
}

/** Unset it follows the port: a Callback URL on the default port would lead nowhere. */
function givenPublicUrl(
  environment: NodeJS.ProcessEnv,
  values: Readonly<Record<VariableName, string | undefined>>,
): string {
  const { MAILGRANT_PUBLIC_URL: url = '', MAILGRANT_PORT: port } = values;
  const isGiven = environment.MAILGRANT_PUBLIC_URL || environment.MAILGRANT_PUBLIC_URL_FILE;
  return isGiven || port === '0' ? url : url.replace(/:\d+$/, `:${port}`);
}

function givenValue(
  name: VariableName,
  variable: Variable,
  environment: NodeJS.ProcessEnv,
  faults: ConfigFault[],
): string | undefined {
  const direct = environment[name];
  const file = environment[`${name}_FILE`];
  if (direct && file)
    faults.push({ variable: name, fault: `is given twice, here and in ${name}_FILE; keep one` });
  if (direct) return direct;
  if (!file) return variable.default;
  try {
    const value = readFileSync(file, 'utf8').trim();
    if (value !== '') return value;
    // A secret that was not mounted must not become a generated key or no password.
    faults.push({ variable: `${name}_FILE`, fault: `is an empty file: ${file}` });
    return undefined;
  } catch (error) {
    faults.push({
      variable: `${name}_FILE`,
      fault: `cannot be read (${(error as NodeJS.ErrnoException).code}): ${file}`,
    });
    return variable.default;
  }
}

const listOf = (value: string): string[] =>
  value
    .split(',')
    .map((member) => member.trim())
    .filter(Boolean);

const keysOf = (value: string): Buffer[] => listOf(value).map((key) => Buffer.from(key, 'base64'));

/** What is wrong with a value; a secret is never quoted. */
function faultOf(value: string, variable: Variable): string | undefined {
  const shown = variable.secret ? 'the value' : `"${value}"`;
  switch (variable.kind) {
    case 'text':
      return variable.allowed && !variable.allowed.includes(value)
        ? `${shown} is not one of ${variable.allowed.join(', ')}`
        : undefined;
    case 'path':
      return undefined;
    case 'boolean':
      return value === 'true' || value === 'false' ? undefined : `${shown} is neither true nor false`;
    case 'port':
    case 'integer': {
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = variable;
      return number >= minimum && number <= maximum
        ? undefined
        : `${shown} is no whole number from ${minimum} to ${maximum}`;
    }
    case 'duration':
      try {
        durationMs(value);
        return undefined;
      } catch {
        return `${shown} is no duration; write a number and ms, s, m, h or d, such as 20s`;
      }
    case 'list': {
      const strangers = listOf(value).filter((member) => !variable.allowed?.includes(member));
      if (strangers.length > 0) {
        return `"${strangers.join(', ')}" cannot be used; allowed are ${variable.allowed?.join(', ')}`;
      }
      return listOf(value).length === 0 ? `is empty; allowed are ${variable.allowed?.join(', ')}` : undefined;
    }
    case 'addresses':
      return faultOfProxies(listOf(value));
    case 'key-list':
      return keysOf(value).some((key) => key.length !== 32)
        ? 'a key is not 32 bytes in base64; make one with: openssl rand -base64 32'
        : undefined;
    case 'url': {
      const protocol = /^[a-z+]+:/.exec(value)?.[0];
      const known = variable.protocols ?? [];
      if (!protocol || !known.includes(protocol))
        return `${shown} does not begin with one of ${known.join(', ')}`;
      if (protocol !== 'redis+cluster:' && !URL.canParse(value)) return `${shown} is no URL`;
      return undefined;
    }
  }
}

/** Rules between variables. */
function crossFaults(values: Record<VariableName, string | undefined>, faults: ConfigFault[]): void {
  const publicUrl = values.MAILGRANT_PUBLIC_URL;
  if (publicUrl && URL.canParse(publicUrl)) {
    const url = new URL(publicUrl);
    if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
      faults.push({
        variable: 'MAILGRANT_PUBLIC_URL',
        fault: `"${publicUrl}" is plain http to another host than localhost; sign-in codes would travel in clear text; use https`,
      });
    }
    if (url.username || url.password) {
      faults.push({
        variable: 'MAILGRANT_PUBLIC_URL',
        fault:
          'carries a user name or password, which would show in every Callback URL; give the origin alone',
      });
    }
    if (url.pathname !== '/' || url.search || url.hash) {
      faults.push({
        variable: 'MAILGRANT_PUBLIC_URL',
        fault: `"${url.origin}${url.pathname}" has a path; give the origin alone, such as https://mail.example.com`,
      });
    }
  }
  if (values.MAILGRANT_REDIS_URL && !values.MAILGRANT_SECRET_KEY) {
    faults.push({
      variable: 'MAILGRANT_SECRET_KEY',
      fault: 'is needed with MAILGRANT_REDIS_URL; make one with: openssl rand -base64 32',
    });
  }
  const apiKey = values.MAILGRANT_API_KEY;
  if (apiKey !== undefined && apiKey.length < 20) {
    faults.push({ variable: 'MAILGRANT_API_KEY', fault: 'is shorter than 20 characters' });
  }
  for (const variable of ['MAILGRANT_SESSION_IDLE', 'MAILGRANT_SESSION_LIFETIME'] as const) {
    const value = values[variable];
    // A faulty one is told by itself; a session that ends at once could never be used.
    if (
      value !== undefined &&
      faultOf(value, VARIABLES[variable]) === undefined &&
      durationMs(value) < 60_000
    )
      faults.push({ variable, fault: `"${value}" is shorter than a minute` });
  }
  faults.push(...openIdFaults(values));
  const password = values.MAILGRANT_ADMIN_PASSWORD;
  if (password !== undefined && password.length < 12) {
    faults.push({ variable: 'MAILGRANT_ADMIN_PASSWORD', fault: 'is shorter than 12 characters' });
  }
}
