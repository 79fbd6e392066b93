/** What the API takes for an application, and the rules that JSON Schema cannot say. */
import { type Static, Type } from 'typebox';
import type { ProviderName, ProviderPreset } from '../contract/provider.js';
import { worded } from '../contract/worded-pattern.js';
import { clientAuthSchema } from './client-auth-schema.js';
import type { JsonObject } from './schema-node.js';
import type { Fault } from './settings-check.js';
import { urlFault } from './transport-rules.js';

export { clientAuthSchema };

const PROVIDER_NAMES = [
  'exchange-online',
  'exchange-online-gcc-high',
  'exchange-online-dod',
  'exchange-online-21vianet',
  'outlook.com',
  'gmail',
  'yahoo',
  'fastmail',
  'custom',
] as const satisfies readonly ProviderName[];

const url = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 2_000, description }));

export const applicationSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    provider: Type.Enum([...PROVIDER_NAMES], { description: 'Provider preset.' }),
    tenant: Type.Optional(
      Type.String({
        pattern: worded(
          '^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$',
          'a tenant’s id or domain (letters, digits, dots, hyphens), or organizations, common, consumers',
        ),
        description: 'Directory (tenant) ID, or organizations, common, consumers.',
      }),
    ),
    issuer: url('Issuer; needed with provider custom. Discovery starts there.'),
    authUrl: url('Auth URL, where the preset or discovery gives none.'),
    accessTokenUrl: url('Access Token URL, where the preset or discovery gives none.'),
    clientId: Type.String({
      minLength: 1,
      maxLength: 500,
      pattern: worded('^\\S+$', 'text without spaces'),
      description: 'Client Id; Entra: Application (client) ID.',
    }),
    clientAuth: clientAuthSchema,
    callbackUrl: url('Callback URL, where it is not that of this service (http://localhost:33333, say).'),
  },
  { additionalProperties: false },
);

export type ApplicationInput = Static<typeof applicationSchema>;

export const APPLICATION_URLS = ['issuer', 'authUrl', 'accessTokenUrl', 'callbackUrl'] as const;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Rules between fields. Looks only at fields that are of the right kind, so that its faults stand beside the schema's.
 * @param input settings with defaults
 */
export function applicationFaults(
  input: JsonObject,
  providers: Readonly<Record<ProviderName, ProviderPreset>>,
): Fault[] {
  const faults: Fault[] = [];
  for (const name of APPLICATION_URLS) {
    const value = input[name];
    const fault = typeof value === 'string' && value !== '' ? urlFault(value) : undefined;
    if (fault) faults.push({ path: `/${name}`, message: fault });
  }
  const isKnown = PROVIDER_NAMES.some((name) => name === input.provider);
  const preset = isKnown ? providers[input.provider as ProviderName] : undefined;
  if (preset) faults.push(...tenantFaults(input, preset));
  if (preset && !preset.issuer && input.issuer === undefined)
    faults.push({ path: '/issuer', message: 'is required with this provider' });
  return faults;
}

/** Law 1 compares the tenant with `tid`, which is a GUID: a domain name would refuse every sign-in. */
function tenantFaults({ tenant }: JsonObject, preset: ProviderPreset): Fault[] {
  if (tenant === undefined) {
    return preset.tenantRequired ? [{ path: '/tenant', message: 'is required with this provider' }] : [];
  }
  if (typeof tenant !== 'string' || preset.multiTenantNames.length === 0) return [];
  if (GUID.test(tenant) || preset.multiTenantNames.includes(tenant.toLowerCase())) return [];
  const names = preset.multiTenantNames.join(', ');
  return [{ path: '/tenant', message: `must be the Directory (tenant) ID, a GUID, or one of ${names}` }];
}
