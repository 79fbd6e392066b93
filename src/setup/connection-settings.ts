/** From what the API takes to a connection's settings: the provider's endpoints filled in, transport rules applied. */
import type { Endpoint } from '../contract/connector-type.js';
import type { ApplicationId } from '../contract/ids.js';
import type { ProviderPreset } from '../contract/provider.js';
import {
  type ConnectionInput,
  connectionFaults,
  connectionSchema,
  endpointFaults,
  scopeList,
} from './connection-schema.js';
import type { ConnectionSettings } from './model.js';
import type { Providers } from './preset.js';
import type { JsonObject } from './schema-node.js';
import { checkedSettings, refuseFaults } from './settings-check.js';
import { refuseBasicHost, refuseClearTextEndpoint } from './transport-rules.js';

const PROTOCOLS = ['imap', 'smtp'] as const;

export interface CheckedConnection {
  settings: ConnectionSettings;
  /** Of Basic. */
  password: string | undefined;
}

/**
 * @param input the whole settings, as the API takes them
 * @param options `presetOf`: preset of an application, after its reference was checked; `without`: protocols that were
 *   taken away on purpose (null), for which no preset stands in
 * @throws ProblemError `invalid-settings`, `unknown-reference`, `tls-required`, `basic-not-supported`
 */
export async function checkedConnection(
  input: unknown,
  options: {
    providers: Providers;
    presetOf: (id: ApplicationId) => Promise<ProviderPreset>;
    without: ReadonlySet<string>;
  },
): Promise<CheckedConnection> {
  const { value, faults } = checkedSettings(connectionSchema, input);
  refuseFaults([...faults, ...connectionFaults(value)]);
  const { basic, scope, application, imap, smtp, ...others } = value as unknown as ConnectionInput;
  const preset = application === undefined ? undefined : await options.presetOf(application as ApplicationId);
  if (preset && others.grant === 'clientCredentials' && preset.appOnlyScope === undefined)
    refuseFaults([{ path: '/grant', message: `${preset.title} has no clientCredentials (app-only)` }]);
  const given = { imap, smtp } as { imap?: Endpoint; smtp?: Endpoint };
  const endpoints: { imap?: Endpoint; smtp?: Endpoint } = {};
  for (const protocol of PROTOCOLS) {
    const endpoint = given[protocol] ?? (options.without.has(protocol) ? undefined : preset?.[protocol]);
    if (endpoint) endpoints[protocol] = { ...endpoint };
  }
  refuseFaults(endpointFaults(endpoints));
  for (const protocol of PROTOCOLS) {
    const endpoint = endpoints[protocol];
    if (!endpoint) continue;
    refuseClearTextEndpoint(`/${protocol}`, endpoint);
    if (basic) refuseBasicHost(`/${protocol}`, endpoint.host, Object.values(options.providers));
  }
  return {
    settings: {
      ...(others as Pick<ConnectionSettings, 'name' | 'user' | 'grant' | 'tokenMode'>),
      authentication: basic ? 'basic' : 'oauth2',
      ...(application !== undefined && { application: application as ApplicationId }),
      scope: scopeList(scope),
      ...endpoints,
    },
    password: basic?.password,
  };
}

/** The settings in the form that the API takes, so that a patch can be merged into them. */
export function connectionInput({ settings, password }: CheckedConnection): JsonObject {
  const { authentication, ...others } = settings;
  return { ...others, ...(authentication === 'basic' && { basic: { ...(password && { password }) } }) };
}

/** Protocols that an input takes away with null. A null is no setting, so it is taken out of a new connection's input. */
export function removedProtocols(input: JsonObject): Set<string> {
  return new Set(PROTOCOLS.filter((protocol) => input[protocol] === null));
}
