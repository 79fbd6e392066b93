import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAdminApi } from '../../src/admin/admin-api.js';
import { createPeopleServices } from '../../src/people/people-services.js';
import { keys } from '../../src/storage/keys.js';
import {
  ADMIN_KEY,
  everythingStored,
  type Harness,
  PASSWORD,
  PUBLIC_URL,
  startHarness,
} from './admin-harness.js';
import { type Browser, browser, startPeopleHarness, testClock } from './people-world.js';

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

describe('the session of a person', () => {
  const MINUTE_MS = 60_000;
  const clock = testClock();
  let world: Harness;
  beforeAll(async () => {
    world = await startPeopleHarness(clock);
  });
  afterAll(() => world.stop());
  const signedIn = async (): Promise<Browser> => {
    const page = browser(world);
    expect((await page.signIn('admin', PASSWORD)).statusCode).toBe(200);
    return page;
  };
  const copyOf = (page: Browser): Browser => {
    const copy = browser(world);
    Object.assign(copy.cookies, page.cookies);
    return copy;
  };

  it('is another one than the browser had before, which is over (fixation)', async () => {
    const attacker = await signedIn();
    const victim = copyOf(attacker);
    await victim.signIn('admin', PASSWORD);
    expect(victim.cookies.mailgrant_session).not.toBe(attacker.cookies.mailgrant_session);
    expect([await victim.status(), await attacker.status()]).toEqual([200, 401]);
    const made = browser(world);
    made.cookies.mailgrant_session = `${'a'.repeat(22)}.${'b'.repeat(43)}`;
    await made.signIn('admin', PASSWORD);
    expect(made.cookies.mailgrant_session).not.toContain('aaaa');
  });

  it('needs the whole cookie: the id that Redis knows opens nothing', async () => {
    const page = await signedIn();
    const [id, secret] = String(page.cookies.mailgrant_session).split('.');
    for (const value of [
      `${id}.${'x'.repeat(43)}`,
      `${id}.`,
      id,
      `${secret}.${id}`,
      '',
      '.',
      `${id}.\u0000`,
    ]) {
      const other = browser(world);
      other.cookies.mailgrant_session = String(value);
      expect(await other.status()).toBe(401);
    }
    expect(await page.status()).toBe(200);
  });

  it('ends when nobody used it for half an hour, and is kept by use', async () => {
    const page = await signedIn();
    for (let used = 0; used < 4; used += 1) {
      clock.advance(25 * MINUTE_MS);
      expect(await page.status()).toBe(200);
    }
    clock.advance(30 * MINUTE_MS);
    expect(await page.status()).toBe(401);
  });

  it('ends after twelve hours, whoever uses it', async () => {
    const page = await signedIn();
    for (let used = 0; used < 12 * 3 - 1; used += 1) {
      clock.advance(20 * MINUTE_MS);
      expect(await page.status()).toBe(200);
    }
    clock.advance(20 * MINUTE_MS);
    expect(await page.status()).toBe(401);
  });

  it('gets a new cookie every hour; one that was replaced is good for a minute, and ends the session then', async () => {
    const page = await signedIn();
    const first = copyOf(page);
    for (let used = 0; used < 3; used += 1) {
      clock.advance(20 * MINUTE_MS);
      await page.status();
    }
    expect(page.cookies.mailgrant_session).not.toBe(first.cookies.mailgrant_session);
    expect([await page.status(), await first.status()]).toEqual([200, 200]);
    expect(first.cookies.mailgrant_session).not.toBe(page.cookies.mailgrant_session);
    clock.advance(2 * MINUTE_MS);
    expect(await page.status()).toBe(200);
    // A copy of the cookie: both are signed out.
    expect(await first.status()).toBe(401);
    expect(await page.status()).toBe(401);
  });

  it('is offered one new cookie by requests that find it due together, whichever answers last', async () => {
    const page = await signedIn();
    for (let used = 0; used < 2; used += 1) {
      clock.advance(20 * MINUTE_MS);
      await page.status();
    }
    const first = page.cookies.mailgrant_session;
    clock.advance(20 * MINUTE_MS);
    const together = Array.from({ length: 12 }, () => copyOf(page));
    expect(new Set(await Promise.all(together.map((each) => each.status())))).toEqual(new Set([200]));
    const offered = together.map(({ cookies }) => cookies.mailgrant_session).filter((each) => each !== first);
    expect(offered).toHaveLength(1);
    expect(await Promise.all(together.map((each) => each.status()))).toEqual(together.map(() => 200));
  });

  it('survives an answer with the new cookie that was lost', async () => {
    const page = await signedIn();
    for (let used = 0; used < 3; used += 1) {
      clock.advance(20 * MINUTE_MS);
      await copyOf(page).status();
    }
    clock.advance(10 * MINUTE_MS);
    const before = page.cookies.mailgrant_session;
    expect(await page.status()).toBe(200);
    expect(page.cookies.mailgrant_session).not.toBe(before);
    expect(await page.status()).toBe(200);
  });

  it('ends with sign-out; sign-out everywhere ends a copy of its cookie and every other session', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    const stolen = copyOf(one);
    await one.call('DELETE', '/api/v1/session');
    expect([await stolen.status(), await two.status()]).toEqual([401, 200]);
    const [three, copy] = [await signedIn(), copyOf(two)];
    expect((await three.call('DELETE', '/api/v1/session/all')).statusCode).toBe(204);
    expect(three.cookies.mailgrant_session).toBeUndefined();
    for (const page of [two, copy]) expect(await page.status()).toBe(401);
    const again = await signedIn();
    expect((await again.submit('/sign-out-everywhere', {})).headers.location).toBe('/sign-in');
  });
});

describe('guessing passwords', () => {
  const clock = testClock();
  let world: Harness;
  beforeAll(async () => {
    world = await startPeopleHarness(clock);
  });
  afterAll(() => world.stop());
  const guess = (address: string, name = 'admin') => browser(world, address).signIn(name, 'not the password');
  /** Guesses, waiting as long as it is told to. @returns the pauses, ms */
  async function guessedOn(address: string, times: number, name?: string): Promise<number[]> {
    const pauses: number[] = [];
    for (let count = 0; count < times; count += 1) {
      let answer = await guess(address, name);
      if (answer.statusCode === 429) {
        const pause = Date.parse(answer.json().retryAt) - clock.now();
        pauses.push(pause);
        clock.advance(pause);
        answer = await guess(address, name);
      }
      expect(answer.statusCode).toBe(401);
    }
    return pauses;
  }

  it('takes longer and longer, and is refused without a look at the password', async () => {
    const pauses = await guessedOn('192.0.2.10', 12);
    expect(pauses[0]).toBe(1_000);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(64_000);
    const refused = await browser(world, '192.0.2.10').signIn('admin', PASSWORD);
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'sign-in-paused']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('does not keep the person out: not from elsewhere, and not from a browser that is known', async () => {
    const known = browser(world, '192.0.2.20');
    expect((await known.signIn('admin', PASSWORD)).statusCode).toBe(200);
    await guessedOn('192.0.2.20', 10);
    expect((await guess('192.0.2.20')).statusCode).toBe(429);
    expect((await known.signIn('admin', PASSWORD)).statusCode).toBe(200);
    expect((await browser(world, '192.0.2.21').signIn('admin', PASSWORD)).statusCode).toBe(200);
    const key = browser(world, '192.0.2.20');
    expect((await key.signIn('admin', ADMIN_KEY)).statusCode).toBe(200);
  });

  it('is not quicker with many at once, nor by going through names or through addresses of one network', async () => {
    const many = await Promise.all(Array.from({ length: 15 }, () => guess('192.0.2.30')));
    expect(many.filter(({ statusCode }) => statusCode === 401).length).toBeLessThanOrEqual(5);
    for (let count = 0; count < 20; count += 1) await guess('192.0.2.40', `nobody-${count}`);
    expect((await guess('192.0.2.40', 'nobody-else')).statusCode).toBe(429);
    for (let count = 1; count <= 5; count += 1) await guess(`2001:db8:0:1::${count}`);
    expect((await guess('2001:db8::1:ffff:0:0:6')).statusCode).toBe(429);
    expect((await guess('2001:db8:0:2::1')).statusCode).toBe(401);
  });

  it('of a name from everywhere is slowed to a pace, never to a stop', async () => {
    for (let count = 0; count < 70; count += 1) {
      const answer = await guess(`198.51.100.${count}`, 'somebody');
      if (answer.statusCode === 429) clock.advance(Date.parse(answer.json().retryAt) - clock.now());
    }
    const slowed = await guess('203.0.113.1', 'somebody');
    const pause = slowed.statusCode === 429 ? Date.parse(slowed.json().retryAt) - clock.now() : 0;
    expect(pause).toBeLessThanOrEqual(60_000);
  });

  it('is forgotten after a sign-in that was right', async () => {
    const address = '192.0.2.50';
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 4; count += 1) expect((await guess(address)).statusCode).toBe(401);
      expect((await browser(world, address).signIn('admin', PASSWORD)).statusCode).toBe(200);
    }
  });

  it('answers the same for somebody and for nobody', async () => {
    const [somebody, nobody] = [await guess('192.0.2.60'), await guess('192.0.2.61', 'no-such-person')];
    const { instance: _1, at: _2, ...one } = somebody.json();
    const { instance: _3, at: _4, ...other } = nobody.json();
    expect(one).toEqual(other);
  });
});

describe('a password hash', () => {
  it('of former parameters is made anew at the next sign-in', async () => {
    const world = await startPeopleHarness(testClock());
    const read = async (): Promise<string> =>
      Object.values(await world.storage.client.hgetall(keys.peoplePasswords))[0] ?? '';
    const [id = ''] = await world.storage.client.hkeys(keys.peoplePasswords);
    const former = await hash(PASSWORD, { memoryCost: 4_096, timeCost: 3, parallelism: 1 });
    await world.storage.client.hset(keys.peoplePasswords, id, former);
    expect((await browser(world).signIn('admin', 'not the password')).statusCode).toBe(401);
    expect(await read()).toBe(former);
    expect((await browser(world).signIn('admin', PASSWORD)).statusCode).toBe(200);
    expect(await read()).toMatch(/\$m=19456,t=2,p=1\$/);
    expect((await browser(world).signIn('admin', PASSWORD)).statusCode).toBe(200);
    await world.stop();
  });
});
