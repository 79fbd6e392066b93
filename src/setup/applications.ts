/** Applications: client registrations at an authorization server, shared by many connections. */
import { systemClock } from '../contract/clock.js';
import { type ApplicationId, type ConnectionId, newApplicationId } from '../contract/ids.js';
import { type Problem, problemError } from '../contract/problem.js';
import { keys } from '../storage/keys.js';
import type { StoredRecord } from '../storage/records.js';
import {
  APPLICATION_FIELDS,
  APPLICATION_SECRETS,
  type ApplicationSecrets,
  applicationOf,
  enteredApplication,
  markFailure,
  markSecretInUse,
} from './application-record.js';
import {
  APPLICATION_URLS,
  type ApplicationInput,
  applicationFaults,
  applicationSchema,
} from './application-schema.js';
import { joinedClientAuth, preparedForPatch, secretsNotSent, splitClientAuth } from './client-auth.js';
import { federatedFaults } from './federated-rules.js';
import { mergePatch } from './merge-patch.js';
import type { Application, ApplicationSettings } from './model.js';
import { oneChange } from './one-change.js';
import { type Page, readAll, readPage } from './page.js';
import { tokenOrigins, withPreset } from './preset.js';
import { isRecord, type JsonObject } from './schema-node.js';
import { checkedSettings, type Fault, refuseFaults } from './settings-check.js';
import { applicationStore, deleteUnused, notFound, refuseStale, type SetupDependencies } from './stores.js';
import { refuseClearTextUrl } from './transport-rules.js';
import { voidGrant } from './void-grant.js';

export type { Page } from './page.js';

export interface Applications {
  /**
   * @param input as the API takes it (DESIGN.md, Admin API); secrets and keys inside clientAuth
   * @throws ProblemError `invalid-settings`, `tls-required`
   */
  create(input: unknown): Promise<Application>;
  /** What create would refuse, and nothing is stored. @throws as create */
  check(input: unknown): void;
  /**
   * Issuer, Auth URL and Access Token URL are filled in from the preset where none was entered.
   * @throws ProblemError `not-found`
   */
  read(id: ApplicationId): Promise<Application>;
  list(options: { after?: string; limit: number }): Promise<Page<Application>>;
  all(): AsyncIterable<Application>;
  /**
   * A merge patch (RFC 7396). When the origin of the token endpoint changes, the grants of its connections are voided:
   * their refresh tokens must not go to another server. They stay where issuer and tenant stay and the issuer itself
   * names the new endpoint.
   * @param ifVersion what If-Match named
   * @throws ProblemError `version-conflict`, `invalid-settings`, `secret-needed-again` (token endpoint's origin changed)
   */
  patch(id: ApplicationId, ifVersion: number, input: unknown): Promise<Application>;
  /** @throws ProblemError `version-conflict`, `still-in-use`, `not-found` */
  delete(id: ApplicationId, ifVersion: number): Promise<void>;
  /** Client secrets and private key, for the one request that needs them. */
  secrets(id: ApplicationId): Promise<ApplicationSecrets>;
  /** Remembers which of two secrets works. @param ifVersion of the application whose secrets were tried */
  setSecretInUse(id: ApplicationId, which: 'first' | 'second', ifVersion: number): Promise<void>;
  /**
   * Records or clears what stops all of its connections.
   * @param ifVersion of the application that failed: one that was changed since is not blamed
   * @returns whether that changed anything (raise once, heal once)
   */
  setFailure(id: ApplicationId, failure: Problem | undefined, ifVersion?: number): Promise<boolean>;
}

export interface ApplicationsDependencies extends SetupDependencies {
  /**
   * Whether an issuer's own discovery document names a token endpoint as its own; without this nothing is vouched for.
   * @throws ProblemError `issuer-unreachable` where the issuer cannot be asked just now
   */
  vouched?(issuer: string, tokenEndpoint: string): Promise<boolean>;
}

/** Builds the applications service. */
export function createApplications(deps: ApplicationsDependencies): Applications {
  const { redis, vault, providers, listener, clock = systemClock } = deps;
  const store = applicationStore(redis);
  const secretPlace = (id: ApplicationId, field: string): string => `${keys.application(id)}/${field}`;
  const mustRead = async (id: ApplicationId): Promise<StoredRecord> => {
    const record = await store.read(id);
    if (!record) throw notFound('application', id);
    return record;
  };
  const secretsOf = (id: ApplicationId, record: StoredRecord): ApplicationSecrets => {
    const secrets: ApplicationSecrets = {};
    for (const name of APPLICATION_SECRETS) {
      const sealed = record.fields.get(APPLICATION_FIELDS[name]);
      if (sealed) secrets[name] = vault.open(sealed, secretPlace(id, APPLICATION_FIELDS[name]));
    }
    return secrets;
  };
  const fieldsOf = (id: ApplicationId, { settings, secrets }: Split) => {
    const sealed = APPLICATION_SECRETS.map((name) => {
      const [field, secret] = [APPLICATION_FIELDS[name], secrets[name]];
      return [field, secret === undefined ? undefined : vault.seal(secret, secretPlace(id, field))] as const;
    });
    return { [APPLICATION_FIELDS.settings]: JSON.stringify(settings), ...Object.fromEntries(sealed) };
  };
  /** @param stored what stood before: its certificate may have expired since */
  const checked = (input: unknown, stored?: ApplicationSettings): Split => {
    const { value, faults } = checkedSettings(applicationSchema, input);
    const known = stored?.clientAuth.method === 'certificate' ? stored.clientAuth.thumbprint : undefined;
    const found = [...faults, ...applicationFaults(value, providers)];
    const split = splitApplication(value, found, { now: clock.now(), knownThumbprint: known });
    refuseFaults(federatedFaults(withPreset(split.settings, providers[split.settings.provider]), providers));
    for (const name of APPLICATION_URLS) {
      const url = split.settings[name];
      if (url !== undefined) refuseClearTextUrl(`/${name}`, url);
    }
    return split;
  };

  /** Law 4: what the issuer itself calls its token endpoint may have the refresh tokens that it gave. */
  const isVouched = async (before: ApplicationSettings, after: ApplicationSettings): Promise<boolean> => {
    const { issuer, accessTokenUrl } = after;
    if (issuer === undefined || accessTokenUrl === undefined || !deps.vouched) return false;
    if (issuer !== before.issuer || after.tenant !== before.tenant) return false;
    return deps.vouched(issuer, accessTokenUrl);
  };

  /** A patch, with nothing else changing the application meanwhile. */
  async function changed(id: ApplicationId, ifVersion: number, input: unknown): Promise<Application> {
    const record = await mustRead(id);
    refuseStale('application', record.version, ifVersion);
    const entered = enteredApplication(record);
    const secrets = secretsOf(id, record);
    const split = checked(patched(entered, secrets, input), entered);
    const former = applicationOf(id, record, providers).settings;
    const after = withPreset(split.settings, providers[split.settings.provider]);
    const newOrigin = addedOrigin(former, after);
    if (newOrigin !== undefined) refuseOldSecrets(split, input, newOrigin);
    const isVoiding = newOrigin !== undefined && !(await isVouched(former, after));
    const voidGrants = async (): Promise<void> => {
      for (const connection of isVoiding ? ((await store.references(id)) as ConnectionId[]) : [])
        await voidGrant(deps, connection, `the application now sends tokens to ${newOrigin}`);
    };
    // First, so that no refresh token is on its way to the new server when the new settings are read.
    await voidGrants();
    const result = await store.replace(id, ifVersion, {
      ...fieldsOf(id, split),
      // Of two secrets the first goes first, again, where they are others now.
      ...(areSame(secrets, split.secrets) ? {} : { [APPLICATION_FIELDS.secretInUse]: undefined }),
    });
    if (result === 'missing') throw notFound('application', id);
    if (result === 'stale') {
      const current = (await mustRead(id)).version;
      throw problemError('version-conflict', {
        with: { what: 'application', current, given: ifVersion },
      });
    }
    // And again: a sign-in in between was one at the former server.
    await voidGrants();
    await listener.applicationChanged(id);
    // Grants of another tenant or Client Id are held from now on, and those of this one go on (oauth/refresh-wait).
    if (after.tenant !== former.tenant || after.clientId !== former.clientId) {
      for (const connection of (await store.references(id)) as ConnectionId[])
        await listener.connectionChanged(connection);
    }
    return applications.read(id);
  }

  const applications: Applications = {
    async create(input) {
      const split = checked(input);
      const id = newApplicationId();
      await store.create(id, {
        ...fieldsOf(id, split),
        [APPLICATION_FIELDS.createdAt]: String(clock.now()),
      });
      return applications.read(id);
    },
    check: (input) => void checked(input),
    read: async (id) => applicationOf(id, await mustRead(id), providers),
    list: (options) => readPage(store, options, (id, record) => applicationOf(id, record, providers)),
    all: () => readAll(store, (id, record) => applicationOf(id, record, providers)),

    async patch(id, ifVersion, input) {
      await mustRead(id);
      return oneChange(redis, keys.applicationChange(id), () => changed(id, ifVersion, input));
    },

    async delete(id, ifVersion) {
      const exists = async (user: string): Promise<boolean> =>
        (await redis.exists(keys.connection(user as ConnectionId))) === 1;
      await deleteUnused(store, { id, version: ifVersion, what: 'application' }, exists);
      await redis.unlink(keys.applicationProbe(id));
    },
    secrets: async (id) => secretsOf(id, await mustRead(id)),
    setSecretInUse: (id, which, ifVersion) =>
      markSecretInUse(redis, keys.application(id), { which, ifVersion }),
    setFailure: (id, failure, ifVersion) => markFailure(redis, keys.application(id), { failure, ifVersion }),
  };
  return applications;
}

interface Split {
  settings: ApplicationSettings;
  secrets: ApplicationSecrets;
}

/** @throws ProblemError `invalid-settings` with the faults that were found and those of the client credential */
function splitApplication(
  value: JsonObject,
  found: readonly Fault[],
  options: { now: number; knownThumbprint: string | undefined },
): Split {
  const isReadable = !found.some(({ path }) => path === '' || path.startsWith('/clientAuth'));
  const { clientAuth, ...others } = value as unknown as ApplicationInput;
  const split = isReadable ? splitClientAuth(clientAuth, options) : { faults: [] };
  const faults = [...found, ...('faults' in split ? split.faults : [])];
  refuseFaults(faults);
  if ('faults' in split) throw new TypeError('a client credential without faults was not taken apart');
  return {
    settings: { ...others, clientAuth: split.clientAuth } as ApplicationSettings,
    secrets: split.secrets,
  };
}

/** What stands after a patch, as an admin would enter it; what is no object is left for the check to refuse. */
function patched(entered: ApplicationSettings, secrets: ApplicationSecrets, input: unknown): unknown {
  if (!isRecord(input)) return input;
  const { stored, patch } = preparedForPatch(joinedClientAuth(entered.clientAuth, secrets), input.clientAuth);
  const change = patch === undefined ? input : { ...input, clientAuth: patch };
  return mergePatch({ ...entered, clientAuth: stored }, change, applicationSchema);
}

const areSame = (before: ApplicationSecrets, after: ApplicationSecrets): boolean =>
  APPLICATION_SECRETS.every((name) => before[name] === after[name]);

/** An origin that tokens would be sent to and were not before. */
function addedOrigin(before: ApplicationSettings, after: ApplicationSettings): string | undefined {
  const known = tokenOrigins(before);
  return [...tokenOrigins(after)].find((origin) => !known.has(origin));
}

/** @throws ProblemError `secret-needed-again` when a secret would go to a new origin and was not sent with the patch */
function refuseOldSecrets(split: Split, input: unknown, origin: string): void {
  const missing = secretsNotSent(split.secrets, input);
  if (missing.length === 0) return;
  throw problemError('secret-needed-again', {
    with: { secret: 'client secret', origin },
    fields: missing.map((name) => ({ path: `/clientAuth/${name}`, message: 'is needed again' })),
  });
}
