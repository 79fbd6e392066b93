import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applicationInput, type Harness, PUBLIC_URL, startHarness } from './admin-harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const json = { 'content-type': 'application/json' };

describe('a request that means harm', () => {
  it('cannot name a provider that JavaScript knows and Mailgrant does not', async () => {
    for (const provider of ['constructor', '__proto__', 'toString']) {
      const answer = await harness.call('POST', '/api/v1/applications', {
        payload: applicationInput({ provider }),
      });
      expect([provider, answer.statusCode]).toEqual([provider, 422]);
    }
  });

  it('signs nobody in to the page with a secret that is no text', async () => {
    for (const body of [{ secret: { a: 1 } }, { secret: 5 }, { secret: ['a'] }, null, ['x']]) {
      const answer = await harness.app.inject({
        method: 'POST',
        url: '/sign-in',
        headers: { ...json, origin: PUBLIC_URL },
        payload: JSON.stringify(body),
      });
      expect([body, answer.statusCode]).toEqual([body, 401]);
    }
  });
});
