import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAdminApi } from '../../src/admin/admin-api.js';
import { createPeopleServices } from '../../src/people/people-services.js';
import {
  ADMIN_KEY,
  everythingStored,
  type Harness,
  PASSWORD,
  PUBLIC_URL,
  startHarness,
} from './admin-harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

async function signedInWith(secret: string): Promise<string> {
  const answer = await harness.app.inject({
    method: 'POST',
    url: '/sign-in',
    headers: { origin: PUBLIC_URL, 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ secret }).toString(),
  });
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}
const statusWith = async (cookie: string, app = harness.app): Promise<number> =>
  (await app.inject({ method: 'GET', url: '/api/v1/applications', headers: { cookie } })).statusCode;

describe('a page session', () => {
  it('ends with the API key that opened it', async () => {
    const payload = { name: 'leaked', scopes: ['admin'] };
    const { id, key } = (await harness.call('POST', '/api/v1/api-keys', { payload })).json();
    const cookie = await signedInWith(key);
    expect(await statusWith(cookie)).toBe(200);
    await harness.call('DELETE', `/api/v1/api-keys/${id}`);
    expect(await statusWith(cookie)).toBe(401);
  });

  it('ends when the key of the environment is another one; the password of the environment is only the first one', async () => {
    const [byPassword, byKey] = [await signedInWith(PASSWORD), await signedInWith(ADMIN_KEY)];
    const restarted = (over: object) => createAdminApi({ ...harness.deps, ...over });
    const same = await restarted({});
    const people = createPeopleServices({
      ...{ redis: harness.storage.client, publicUrl: PUBLIC_URL, log: harness.deps.log },
      adminPassword: 'quite another sentence',
    });
    await people.firstAdmin.prepare();
    const otherPassword = await restarted(people);
    const otherKey = await restarted({ apiKey: 'another-admin-key-0123456789' });
    try {
      for (const cookie of [byPassword, byKey]) expect(await statusWith(cookie, same)).toBe(200);
      expect(await statusWith(byPassword, otherPassword)).toBe(200);
      expect(await statusWith(byKey, otherPassword)).toBe(200);
      expect(await statusWith(byPassword, otherKey)).toBe(200);
      expect(await statusWith(byKey, otherKey)).toBe(401);
    } finally {
      await Promise.all([same, otherPassword, otherKey].map((app) => app.close()));
    }
  });

  it('is stored without the secret that opened it', async () => {
    await signedInWith(PASSWORD);
    const stored = await everythingStored(harness);
    expect(stored).toContain('mg:{session:');
    expect(stored).not.toContain(PASSWORD);
    expect(stored).not.toContain(ADMIN_KEY);
  });
});
