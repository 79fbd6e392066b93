import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applicationInput, type Harness, newConnection, PUBLIC_URL, startHarness } from './admin-harness.js';

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

  it('is told so when its body is nested too deeply, whatever it is sent to', async () => {
    const { id, application } = await newConnection(harness);
    const deep = (open: string, close: string): string => `${open.repeat(20_000)}1${close.repeat(20_000)}`;
    const bodies = [
      ['POST', '/api/v1/connectors', `{"settings":${deep('[', ']')}}`],
      ['POST', '/api/v1/connectors', `{"settings":${deep('{"a":', '}')}}`],
      ['PATCH', `/api/v1/connections/${id}`, deep('{"imap":', '}')],
      ['PATCH', `/api/v1/applications/${application}`, deep('{"clientAuth":', '}')],
      ['POST', '/api/v1/connectors/ctr_1/messages', deep('{"to":', '}')],
    ] as const;
    for (const [method, url, payload] of bodies) {
      const answer = await harness.call(method, url, { payload, headers: { ...json, 'if-match': '"1"' } });
      expect([url, answer.statusCode, answer.json().code]).toEqual([url, 400, 'invalid-request']);
    }
  });

  it('is slowed down while it guesses keys', async () => {
    const limited = await startHarness(() => ({ limits: { requestsPerMinute: 5 } }));
    try {
      const codes: number[] = [];
      for (let guess = 0; guess < 7; guess += 1) {
        const headers = { authorization: `Bearer guess-${guess}` };
        codes.push(
          (await limited.app.inject({ method: 'GET', url: '/api/v1/applications', headers })).statusCode,
        );
      }
      expect(codes).toEqual([401, 401, 401, 401, 401, 429, 429]);
    } finally {
      await limited.stop();
    }
  });

  it('is slowed down as well while it looks for routes that are not there', async () => {
    const limited = await startHarness(() => ({ limits: { requestsPerMinute: 3 } }));
    try {
      const codes: number[] = [];
      for (const url of ['/wp-login.php', '/api/v2', '/.env', '/admin', '/api/v1/nothing'])
        codes.push((await limited.app.inject({ method: 'GET', url })).statusCode);
      expect(codes).toEqual([404, 404, 404, 429, 429]);
    } finally {
      await limited.stop();
    }
  });
});
