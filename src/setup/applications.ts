/** Applications: client registrations at an authorization server, shared by many connections. */
import { systemClock } from '../contract/clock.js';
import { type ApplicationId, type ConnectionId, newApplicationId } from '../contract/ids.js';
import { type Problem, problemError } from '../contract/problem.js';
import { keys } from '../storage/keys.js';
import type { StoredRecord } from '../storage/records.js';
import { APPLICATION_FIELDS, applicationOf, enteredApplication, markFailure } from './application-record.js';
import {
  APPLICATION_URLS,
  type ApplicationInput,
  applicationFaults,
  applicationSchema,
} from './application-schema.js';
import { mergePatch } from './merge-patch.js';
import type { Application, ApplicationSettings } from './model.js';
import { type Page, readAll, readPage } from './page.js';
import { tokenOrigins, withPreset } from './preset.js';
import { isRecord, type JsonObject } from './schema-node.js';
import { checkedSettings, refuseFaults } from './settings-check.js';
import { applicationStore, deleteUnused, notFound, refuseStale, type SetupDependencies } from './stores.js';
import { refuseClearTextUrl } from './transport-rules.js';
import { voidGrant } from './void-grant.js';

export type { Page } from './page.js';

export interface Applications {
  /**
   * @param input as the API takes it (DESIGN.md, Admin API); the client secret inside clientAuth
   * @throws ProblemError `invalid-settings`, `tls-required`
   */
  create(input: unknown): Promise<Application>;
  /**
   * Issuer, Auth URL and Access Token URL are filled in from the preset where none was entered.
   * @throws ProblemError `not-found`
   */
  read(id: ApplicationId): Promise<Application>;
  list(options: { after?: string; limit: number }): Promise<Page<Application>>;
  all(): AsyncIterable<Application>;
  /**
   * A merge patch (RFC 7396). When the origin of the token endpoint changes, the grants of its connections are voided:
   * their refresh tokens must not go to another server.
   * @param ifVersion what If-Match named
   * @throws ProblemError `version-conflict`, `invalid-settings`, `secret-needed-again` (token endpoint's origin changed)
   */
  patch(id: ApplicationId, ifVersion: number, input: unknown): Promise<Application>;
  /** @throws ProblemError `version-conflict`, `still-in-use`, `not-found` */
  delete(id: ApplicationId, ifVersion: number): Promise<void>;
  /** The client secret, for the one request that needs it. */
  clientSecret(id: ApplicationId): Promise<string | undefined>;
  /**
   * Records or clears what stops all of its connections.
   * @param ifVersion of the application that failed: one that was changed since is not blamed
   * @returns whether that changed anything (raise once, heal once)
   */
  setFailure(id: ApplicationId, failure: Problem | undefined, ifVersion?: number): Promise<boolean>;
}

/** Builds the applications service. */
export function createApplications(deps: SetupDependencies): Applications {
  const { redis, vault, providers, listener, clock = systemClock } = deps;
  const store = applicationStore(redis);
  const secretPlace = (id: ApplicationId): string => `${keys.application(id)}/${APPLICATION_FIELDS.secret}`;

  const mustRead = async (id: ApplicationId): Promise<StoredRecord> => {
    const record = await store.read(id);
    if (!record) throw notFound('application', id);
    return record;
  };
  const secretOf = (id: ApplicationId, record: StoredRecord): string | undefined => {
    const sealed = record.fields.get(APPLICATION_FIELDS.secret);
    return sealed && vault.open(sealed, secretPlace(id));
  };
  const fieldsOf = (id: ApplicationId, { settings, secret }: Split) => ({
    [APPLICATION_FIELDS.settings]: JSON.stringify(settings),
    [APPLICATION_FIELDS.secret]: secret === undefined ? undefined : vault.seal(secret, secretPlace(id)),
  });
  const checked = (input: unknown): Split => {
    const { value, faults } = checkedSettings(applicationSchema, input);
    refuseFaults([...faults, ...applicationFaults(value, providers)]);
    const split = withoutSecret(value as unknown as ApplicationInput);
    for (const name of APPLICATION_URLS) {
      const url = split.settings[name];
      if (url !== undefined) refuseClearTextUrl(`/${name}`, url);
    }
    return split;
  };

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
    read: async (id) => applicationOf(id, await mustRead(id), providers),
    list: (options) => readPage(store, options, (id, record) => applicationOf(id, record, providers)),
    all: () => readAll(store, (id, record) => applicationOf(id, record, providers)),

    async patch(id, ifVersion, input) {
      const record = await mustRead(id);
      refuseStale('application', record.version, ifVersion);
      const before = withSecret(enteredApplication(record), secretOf(id, record));
      const split = checked(isRecord(input) ? mergePatch(before, input, applicationSchema) : input);
      const after = withPreset(split.settings, providers[split.settings.provider]);
      const newOrigin = addedOrigin(applicationOf(id, record, providers).settings, after);
      if (newOrigin !== undefined) {
        refuseOldSecret(split, input, newOrigin);
        // First, so that no refresh token is on its way to the new server when the new settings are read.
        for (const connection of (await store.references(id)) as ConnectionId[])
          await voidGrant(deps, connection);
      }
      const result = await store.replace(id, ifVersion, fieldsOf(id, split));
      if (result === 'missing') throw notFound('application', id);
      if (result === 'stale') {
        const current = (await mustRead(id)).version;
        throw problemError('version-conflict', {
          with: { what: 'application', current, given: ifVersion },
        });
      }
      await listener.applicationChanged(id);
      // Grants of another tenant or Client Id are held from now on, and those of this one go on (oauth/refresh-wait).
      const former = applicationOf(id, record, providers).settings;
      if (after.tenant !== former.tenant || after.clientId !== former.clientId) {
        for (const connection of (await store.references(id)) as ConnectionId[])
          await listener.connectionChanged(connection);
      }
      return applications.read(id);
    },

    async delete(id, ifVersion) {
      const exists = async (user: string): Promise<boolean> =>
        (await redis.exists(keys.connection(user as ConnectionId))) === 1;
      await deleteUnused(store, { id, version: ifVersion, what: 'application' }, exists);
      await redis.unlink(keys.applicationProbe(id));
    },
    clientSecret: async (id) => secretOf(id, await mustRead(id)),
    setFailure: (id, failure, ifVersion) => markFailure(redis, keys.application(id), { failure, ifVersion }),
  };
  return applications;
}

interface Split {
  settings: ApplicationSettings;
  secret: string | undefined;
}

function withoutSecret({ clientAuth, ...others }: ApplicationInput): Split {
  if (clientAuth.method === 'none')
    return { settings: { ...others, clientAuth } as ApplicationSettings, secret: undefined };
  const { clientSecret, ...known } = clientAuth;
  return { settings: { ...others, clientAuth: known } as ApplicationSettings, secret: clientSecret };
}

const withSecret = (settings: ApplicationSettings, secret: string | undefined): JsonObject => ({
  ...settings,
  clientAuth: { ...settings.clientAuth, ...(secret !== undefined && { clientSecret: secret }) },
});

/** An origin that tokens would be sent to and were not before. */
function addedOrigin(before: ApplicationSettings, after: ApplicationSettings): string | undefined {
  const known = tokenOrigins(before);
  return [...tokenOrigins(after)].find((origin) => !known.has(origin));
}

/** @throws ProblemError `secret-needed-again` when the secret would go to a new origin and was not sent with the patch */
function refuseOldSecret(split: Split, input: unknown, origin: string): void {
  const sent = isRecord(input) && isRecord(input.clientAuth) ? input.clientAuth.clientSecret : undefined;
  if (split.secret === undefined || sent !== undefined) return;
  throw problemError('secret-needed-again', {
    with: { secret: 'client secret', origin },
    fields: [{ path: '/clientAuth/clientSecret', message: 'is needed again' }],
  });
}
