/** A browser, people who signed in with it, and a clock that the test owns, on the harness of the admin API. */
import type { LightMyRequestResponse } from 'fastify';
import type { AdminDependencies } from '../../src/admin/dependencies.js';
import { createPeopleServices } from '../../src/people/people-services.js';
import type { Role } from '../../src/people/person.js';
import { type Harness, PASSWORD, PUBLIC_URL, startHarness } from './admin-harness.js';

export const SAME_ORIGIN = { origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin' };
export const PHRASES: Readonly<Record<Role, string>> = {
  viewer: 'window seat by the canal',
  operator: 'green kettle on the stove',
  admin: 'seven maps of one island',
};

export interface TestClock {
  now(): number;
  advance(ms: number): void;
}

export function testClock(): TestClock {
  let at = Date.UTC(2026, 0, 1);
  return {
    now: () => at,
    advance: (ms) => {
      at += ms;
    },
  };
}

/** @param options `adminPassword: undefined`: nobody is stored at start */
export const startPeopleHarness = (
  clock: TestClock,
  { adminPassword = PASSWORD, ...over }: Partial<AdminDependencies> & { adminPassword?: string | null } = {},
): Promise<Harness> =>
  startHarness(({ redis, publicUrl, log }) => ({
    clock,
    limits: { signInsPerMinute: 100_000, requestsPerMinute: 100_000 },
    ...createPeopleServices({ redis, publicUrl, log, clock, adminPassword: adminPassword ?? undefined }),
    ...over,
  }));

export interface Browser {
  cookies: Record<string, string>;
  /** Calls as a page of ours, with the cookies that it was given. */
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>;
  /** Sends a form as a page of ours. */
  submit(url: string, fields: Record<string, string>): Promise<LightMyRequestResponse>;
  signIn(name: string, password: string): Promise<LightMyRequestResponse>;
  /** Status of something that needs a session. */
  status(): Promise<number>;
}

export function browser({ app }: Harness, remoteAddress = '192.0.2.1'): Browser {
  const cookies: Record<string, string> = {};
  const kept = (answer: LightMyRequestResponse): LightMyRequestResponse => {
    for (const { name, value } of answer.cookies) {
      if (value === '') delete cookies[name];
      else cookies[name] = value;
    }
    return answer;
  };
  const one: Browser = {
    cookies,
    call: async (method, url, payload, headers = {}) =>
      kept(
        await app.inject({
          ...{ method, url, cookies, remoteAddress, headers: { ...SAME_ORIGIN, ...headers } },
          ...(payload && { payload }),
        }),
      ),
    submit: async (url, fields) =>
      kept(
        await app.inject({
          ...{ method: 'POST', url, cookies, remoteAddress },
          payload: new URLSearchParams(fields).toString(),
          headers: { ...SAME_ORIGIN, 'content-type': 'application/x-www-form-urlencoded' },
        }),
      ),
    signIn: (name, password) => one.call('POST', '/api/v1/session', { name, password }),
    status: async () => (await one.call('GET', '/api/v1/session')).statusCode,
  };
  return one;
}

/** Invites somebody, who accepts. @returns the browser that they are signed in with, and their id */
export async function newPerson(
  harness: Harness,
  person: { name: string; role: Role },
): Promise<{ id: string; password: string; page: Browser }> {
  const { id, token } = await invite(harness, person);
  const page = browser(harness);
  const password = PHRASES[person.role];
  const accepted = await page.call('POST', '/api/v1/session/invitation', { token, password });
  if (accepted.statusCode !== 200) throw new Error(accepted.body);
  return { id, password, page };
}

export async function invite(
  { call }: Harness,
  person: { name: string; role: Role },
): Promise<{ id: string; token: string; url: string }> {
  const answer = await call('POST', '/api/v1/people', { payload: person });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  const { url, person: made } = answer.json();
  return { id: made.id, url, token: tokenOf(url) };
}

export function tokenOf(url: string): string {
  const { searchParams } = new URL(url);
  return searchParams.get('token') ?? searchParams.get('link') ?? '';
}

/** The set-up link that was logged. */
export function setUpLink({ lines }: Harness): string {
  const found = lines.map(({ fields }) => fields.setUpLink).filter((each) => typeof each === 'string');
  return found.at(-1) ?? '';
}
