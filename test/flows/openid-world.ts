/** People who sign in through a real OpenID provider: the admin API over the real sign-in, and what a browser does in between. */
import { randomBytes } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import type { CustomFetch } from 'openid-client';
import { roleRules } from '../../config/openid.js';
import { createPersonOpenId } from '../../src/oauth/people/person-openid.js';
import { createOutgoing, type OutgoingInit } from '../../src/outgoing/outgoing.js';
import { createPeopleServices } from '../../src/people/people-services.js';
import { createVault } from '../../src/storage/vault.js';
import {
  startAuthorizationServer,
  type TestAuthorizationServer,
  type TestUser,
} from '../servers/authorization-server.js';
import { signInByHttp } from '../servers/browser-steps.js';
import { type Harness, PASSWORD, PUBLIC_URL, startHarness } from './admin-harness.js';
import { type Browser, browser, type TestClock } from './people-world.js';

export const REDIRECT_URI = `${PUBLIC_URL}/sign-in/callback`;
export const ROLES = 'groups:mail-admins=admin,groups:mail-operators=operator,groups:staff=viewer';

export interface OpenIdWorld {
  harness: Harness;
  server: TestAuthorizationServer;
  /** Alters what the provider answers to the service; as it came unless set. */
  tamper: { with(url: string, response: Response): Promise<Response> | Response };
  /** Presses the button. @returns where the browser is sent to */
  begin(page: Browser): Promise<URL>;
  /** At the provider. @returns where it sends the browser back to */
  back(authorizationUrl: URL, user: string): Promise<URL>;
  /** Opens the callback. */
  finish(page: Browser, back: URL): Promise<LightMyRequestResponse>;
  /** All of it. */
  signIn(user: string, page?: Browser): Promise<{ page: Browser; answer: LightMyRequestResponse }>;
  people(): Promise<{ id: string; name: string; role: string; status: string; version: number }[]>;
  audited(query: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export async function openOpenIdWorld(options: {
  users: readonly TestUser[];
  clock: TestClock;
  adminPassword?: string | null;
  isPasswordSignInOff?: boolean;
  /** Of the client, where it is to be another than the server knows. */
  clientSecret?: string;
  /** Of the provider, where it is to be another than it is. */
  issuer?: (server: TestAuthorizationServer) => string;
  allowPrivateNetworks?: boolean;
  claimsAtUserinfoOnly?: boolean;
}): Promise<OpenIdWorld> {
  const { users, clock, adminPassword = PASSWORD, isPasswordSignInOff = false } = options;
  const server = await startAuthorizationServer({
    ...{ users, redirectUris: [REDIRECT_URI] },
    claimsAtUserinfoOnly: options.claimsAtUserinfoOnly ?? false,
  });
  const outgoing = createOutgoing({ allowPrivateNetworks: options.allowPrivateNetworks ?? true });
  const tamper: OpenIdWorld['tamper'] = { with: (_url, response) => response };
  const fetch: CustomFetch = async (url, init) =>
    tamper.with(String(url), await outgoing.fetch(url, init as OutgoingInit));
  const rules = roleRules(ROLES) ?? [];
  const harness = await startHarness(({ redis, publicUrl, log }) => ({
    clock,
    limits: { signInsPerMinute: 100_000, requestsPerMinute: 100_000 },
    isPasswordSignInOff,
    ...createPeopleServices({
      ...{ redis, publicUrl, log, clock, isPasswordSignInOff, roleRules: rules },
      adminPassword: adminPassword ?? undefined,
    }),
    openId: {
      name: 'Contoso',
      provider: createPersonOpenId({
        settings: {
          issuer: options.issuer?.(server) ?? server.issuer,
          clientId: server.client.clientId,
          clientSecret: options.clientSecret ?? server.client.clientSecret,
          scope: 'openid profile email',
        },
        claims: rules.map(({ claim }) => claim),
        ...{ redirectUri: REDIRECT_URI, redis, vault: createVault([randomBytes(32)]), fetch },
      }),
    },
  }));

  const world: OpenIdWorld = {
    ...{ harness, server, tamper },
    async begin(page) {
      const answer = await page.submit('/sign-in/openid', {});
      const [, url = ''] = /^0; url=(.*)$/.exec(String(answer.headers.refresh)) ?? [];
      if (url === '') throw new Error(`HTTP ${answer.statusCode}: ${answer.body}`);
      return new URL(url);
    },
    back: async (authorizationUrl, user) => new URL(await signInByHttp(authorizationUrl.href, { user })),
    finish: (page, back) => page.call('GET', `${back.pathname}${back.search}`, undefined, CROSS_SITE),
    async signIn(user, page = browser(harness)) {
      const answer = await world.finish(page, await world.back(await world.begin(page), user));
      return { page, answer };
    },
    people: async () => (await harness.call('GET', '/api/v1/people')).json().items,
    audited: async (query) => (await harness.call('GET', `/api/v1/audit?${query}`)).json().items,
    async stop() {
      await harness.stop();
      await outgoing.close();
      await server.stop();
    },
  };
  return world;
}

/** As a browser says it that another site sends here. */
const CROSS_SITE = { 'sec-fetch-site': 'cross-site', origin: '' };

/** The problem that a page shows. */
export const problemOn = ({ body }: LightMyRequestResponse): string | undefined =>
  /Problem (?:<[^>]*>)*([a-z-]+)/.exec(body)?.[1];
