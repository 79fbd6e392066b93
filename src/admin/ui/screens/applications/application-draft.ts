/** What the form of an application holds while it is filled in, and what becomes of it in a request. */
import type { Application } from '../../api/client.js';
import type { Provider, paths } from '../../api/schema.js';
import { type CredentialDraft, credentialOf, credentialPatch, emptyCredential } from './credential-draft.js';

export type ApplicationInput =
  paths['/api/v1/applications']['post']['requestBody']['content']['application/json'];
export type ApplicationPatch =
  paths['/api/v1/applications/{id}']['patch']['requestBody']['content']['application/json'];

/** Texts as they stand in the fields; blank is "not given". */
export interface ApplicationDraft extends CredentialDraft {
  name: string;
  provider: string;
  tenant: string;
  issuer: string;
  authUrl: string;
  accessTokenUrl: string;
  clientId: string;
  callbackUrl: string;
}

/** What the presets and the service itself fill in. */
export interface Surroundings {
  providers: readonly Provider[];
  callbackUrl: string;
}

const FIRST_PROVIDER = 'exchange-online';
const URLS = ['issuer', 'authUrl', 'accessTokenUrl'] as const;

export const presetOf = ({ providers }: Surroundings, name: string): Provider | undefined =>
  providers.find((each) => each.name === name);

/** A preset's address for a tenant; `undefined` where it has none. */
export function filled(url: string | undefined, tenant: string): string | undefined {
  if (url === undefined || tenant === '') return url;
  return url.replaceAll('{tenant}', encodeURIComponent(tenant));
}

export function newDraft(around: Surroundings): ApplicationDraft {
  const tenant = presetOf(around, FIRST_PROVIDER)?.tenant ?? '';
  const urls = { issuer: '', authUrl: '', accessTokenUrl: '', callbackUrl: '' };
  return { name: '', provider: FIRST_PROVIDER, tenant, clientId: '', ...urls, ...emptyCredential };
}

/** What was entered, as far as the answer tells: what equals the preset's was filled in by it. */
export function draftOf(application: Application, around: Surroundings): ApplicationDraft {
  const { name, provider, tenant = '', clientId } = application;
  const preset = presetOf(around, provider);
  const entered = (url: (typeof URLS)[number]): string => {
    const value = application[url] ?? '';
    return value === filled(preset?.[url], tenant) ? '' : value;
  };
  return {
    ...{ name, provider, tenant, clientId },
    ...{ issuer: entered('issuer'), authUrl: entered('authUrl'), accessTokenUrl: entered('accessTokenUrl') },
    callbackUrl: application.callbackUrl === around.callbackUrl ? '' : application.callbackUrl,
    ...credentialOf(application.clientAuth),
  };
}

const TEXTS = ['name', 'provider', 'tenant', ...URLS, 'clientId', 'callbackUrl'] as const;

/** A new application as it is sent: blank fields are left out. */
export function inputOf(draft: ApplicationDraft): ApplicationInput {
  const given = TEXTS.flatMap((name) => {
    const value = draft[name].trim();
    return value === '' ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(given),
    clientAuth: credentialPatch(emptyCredential, draft),
  } as ApplicationInput;
}

/** The merge patch from one draft to another: null removes. */
export function patchOf(before: ApplicationDraft, after: ApplicationDraft): ApplicationPatch {
  const changed = TEXTS.flatMap((name) => {
    const value = after[name].trim();
    return value === before[name] ? [] : [[name, value === '' ? null : value] as const];
  });
  const clientAuth = credentialPatch(before, after);
  return {
    ...Object.fromEntries(changed),
    ...(clientAuth !== undefined && { clientAuth }),
  } as ApplicationPatch;
}
