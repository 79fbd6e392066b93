import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, PUBLIC_URL } from './admin-harness.js';
import { SAME_ORIGIN, startPeopleHarness, testClock } from './people-world.js';

const PROXY = '10.1.2.3';
const STRANGER = '203.0.113.66';
const clock = testClock();

let harness: Harness;
beforeAll(async () => {
  harness = await startPeopleHarness(clock, {
    trustedProxies: ['10.0.0.0/8'],
    limits: { signInsPerMinute: 8 },
  });
});
afterAll(() => harness.stop());

let strangers = 0;
const guess = (remoteAddress: string, forwarded: Record<string, string> = {}, name?: string) =>
  harness.app.inject({
    ...{ method: 'POST', url: '/api/v1/session', remoteAddress },
    headers: { ...SAME_ORIGIN, ...forwarded },
    payload: { name: name ?? `nobody-${++strangers}`, password: 'a wrong one' },
  });
const lastFrom = async (): Promise<string> =>
  (await harness.call('GET', '/api/v1/audit?action=session.start&limit=1')).json().items[0].from;

describe('behind a trusted proxy', () => {
  it('the audit trail has the client’s address; a client that connects by itself cannot claim one', async () => {
    await guess(PROXY, { 'x-forwarded-for': '192.0.2.50' });
    expect(await lastFrom()).toBe('192.0.2.50');
    await guess(PROXY, { 'x-forwarded-for': `127.0.0.1, ${PROXY}, 192.0.2.51` });
    expect(await lastFrom()).toBe('192.0.2.51');
    await guess(STRANGER, { 'x-forwarded-for': '192.0.2.50', forwarded: 'for=192.0.2.50' });
    expect(await lastFrom()).toBe(STRANGER);
    await guess(PROXY, { 'x-real-ip': '192.0.2.50', forwarded: 'for=192.0.2.50' });
    expect(await lastFrom()).toBe(PROXY);
  });

  it('clients are limited each by itself, and none escapes by another header each time', async () => {
    const statuses = async (attempt: (index: number) => ReturnType<typeof guess>) => {
      const found: number[] = [];
      for (let index = 0; index < 10; index += 1) found.push((await attempt(index)).statusCode);
      return found;
    };
    const limited = [...Array(8).fill(401), 429, 429];
    const forged = (index: number) => ({ 'x-forwarded-for': `198.51.100.${index}, 192.0.2.77` });
    expect(await statuses((index) => guess(PROXY, forged(index)))).toEqual(limited);
    expect((await guess(PROXY, { 'x-forwarded-for': '192.0.2.78' })).statusCode).toBe(401);
    const direct = (index: number) => ({ 'x-forwarded-for': `192.0.2.${100 + index}` });
    expect(await statuses((index) => guess('203.0.113.67', direct(index)))).toEqual(limited);
  });

  it('the brake on sign-ins counts the client, and neither the proxy nor what a stranger claims', async () => {
    const attempt = async (remoteAddress: string, claimed: string): Promise<string> =>
      (await guess(remoteAddress, { 'x-forwarded-for': claimed }, 'admin')).json().code;
    for (let count = 0; count < 6; count += 1) await attempt(PROXY, '192.0.2.90');
    expect(await attempt(PROXY, '192.0.2.90')).toBe('sign-in-paused');
    expect(await attempt(PROXY, '192.0.2.91')).toBe('password-refused');
    for (let count = 0; count < 6; count += 1) await attempt('203.0.113.70', `192.0.2.${110 + count}`);
    expect(await attempt('203.0.113.70', '192.0.2.120')).toBe('sign-in-paused');
  });

  it('host and protocol come from no header: cookies, links and the Callback URL are those of the public URL', async () => {
    const forged = {
      ...{ host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      ...{ forwarded: 'host=evil.example;proto=https', 'x-forwarded-for': '192.0.2.5' },
    };
    const made = await harness.call('POST', '/api/v1/people', {
      ...{ remoteAddress: PROXY, headers: forged },
      payload: { name: 'linked', role: 'viewer' },
    });
    expect(made.json().url).toMatch(new RegExp(`^${PUBLIC_URL}/invitation`));
    const page = await harness.app.inject({
      ...{ method: 'POST', url: '/sign-in', remoteAddress: PROXY },
      headers: { ...forged, ...SAME_ORIGIN, 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'name=admin&secret=correct+horse+battery',
    });
    expect(page.headers).toMatchObject({ location: '/' });
    for (const cookie of [page.headers['set-cookie'] ?? []].flat())
      expect(cookie).not.toMatch(/Secure|__Host/);
    const application = await harness.call('POST', '/api/v1/applications', {
      ...{ remoteAddress: PROXY, headers: forged },
      payload: {
        ...{ name: 'forged', provider: 'exchange-online', clientId: 'c' },
        ...{ tenant: '11111111-2222-3333-4444-555555555555', clientAuth: { method: 'none' } },
      },
    });
    expect(application.json().callbackUrl).toBe(`${PUBLIC_URL}/oauth/callback`);
    const other = await harness.app.inject({
      ...{ method: 'POST', url: '/api/v1/session', remoteAddress: PROXY },
      headers: { ...forged, origin: 'https://evil.example' },
      payload: { name: 'admin', password: 'correct horse battery' },
    });
    expect(other.json().code).toBe('cross-site-request');
    for (const answer of [made, page, application, other])
      expect(answer.body + JSON.stringify(answer.headers)).not.toContain('evil.example');
  });
});
