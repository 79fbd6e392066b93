/** An authorization server's answers without a network, and an application that uses them. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CustomFetch } from 'openid-client';
import { PROVIDERS } from '../../../config/providers.js';
import type { ApplicationId } from '../../../src/contract/ids.js';
import { createOAuthClients, type OAuthClients } from '../../../src/oauth/client/client.js';
import type { ApplicationSecrets } from '../../../src/setup/application-record.js';
import type { Application, ApplicationSettings } from '../../../src/setup/model.js';

export const TENANT = '0d7d1a5e-1111-4222-8333-444455556666';

export interface Asked {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: URLSearchParams;
}

/** @param answers by the URL's end; a function is asked each time */
export function fakeFetch(answers: Record<string, (signal?: AbortSignal) => Response | Promise<Response>>) {
  const asked: Asked[] = [];
  const fetch: CustomFetch = async (url, { method, headers, body, signal }) => {
    asked.push({
      url,
      method,
      headers,
      body: new URLSearchParams(body instanceof URLSearchParams ? body : ''),
    });
    const found = Object.entries(answers).find(([end]) => url.endsWith(end));
    if (!found) throw new TypeError('fetch failed', { cause: new Error(`connect ECONNREFUSED ${url}`) });
    return found[1](signal);
  };
  return { fetch, asked };
}

export const json = (body: unknown, init: ResponseInit = {}): Response =>
  new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' }, ...init });

const signing = generateKeyPair('RS256');

/** An id_token; claims that are undefined are left out. */
export async function idToken(claims: Record<string, unknown>): Promise<string> {
  const { privateKey, publicKey } = await signing;
  const { kid = 'k1' } = await exportJWK(publicKey);
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({ iat: now, exp: now + 3_600, sub: 'sub-1', ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(privateKey);
}

export function clientsWith(
  settings: Partial<ApplicationSettings>,
  options: { fetch: CustomFetch; secret?: string; secrets?: ApplicationSecrets },
): { clients: OAuthClients; application: Application } {
  const application: Application = {
    id: 'app_1' as ApplicationId,
    version: 1,
    settings: {
      name: 'Mail app',
      provider: 'exchange-online',
      clientId: 'client-1',
      clientAuth: options.secret === undefined ? { method: 'none' } : { method: 'clientSecret' },
      ...settings,
    },
    failure: undefined,
    createdAt: 0,
  };
  const clients = createOAuthClients({
    applications: {
      read: async () => structuredClone(application),
      secrets: async () => ({
        ...(options.secret !== undefined && { clientSecret: options.secret }),
        ...options.secrets,
      }),
      setSecretInUse: async () => {},
    },
    federated: {
      managedIdentityToken: async () => {
        throw new Error('there is no managed identity');
      },
    },
    providers: PROVIDERS,
    fetch: options.fetch,
    callbackUrl: 'http://localhost:8025/oauth/callback',
  });
  return { clients, application };
}
