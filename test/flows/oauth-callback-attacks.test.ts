/** The callback under attack: replay, swap and mix-up. Every one is refused on its page, and the connection's record stays byte for byte what it was. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { keysIn } from '../servers/redis.js';
import {
  ALICE,
  BOB,
  type CallbackWorld,
  EVIL,
  OTHER_TENANT,
  openCallbackWorld,
  succeeds,
  withParameters,
} from './oauth-callback-world.js';
import { applicationOf, signedIn } from './oauth-world.js';

let callback: CallbackWorld;
let world: CallbackWorld['world'];
let tenant: CallbackWorld['tenant'];
let harness: CallbackWorld['harness'];
let application: CallbackWorld['application'];
let fresh: CallbackWorld['fresh'];
let started: CallbackWorld['started'];
let open: CallbackWorld['open'];
let refused: CallbackWorld['refused'];
beforeAll(async () => {
  callback = await openCallbackWorld();
  ({ world, tenant, harness, application, fresh, started, open, refused } = callback);
});
afterEach(() => tenant.misbehave.clear());
afterAll(() => callback.close());

describe('a state', () => {
  it('finishes one sign-in once', async () => {
    const { id, back } = await started();
    await succeeds(open(back));
    await refused(id, 'sign-in-link-used', () => open(back));
  });

  it('is used up by an answer that was refused', async () => {
    const { id, back } = await started();
    await refused(id, 'callback-invalid', () => open(withParameters(back, { code: 'made up' })));
    await refused(id, 'sign-in-link-used', () => open(back));
  });

  it('finishes one sign-in when its callback is opened twice at once', async () => {
    const { id, back } = await started();
    const before = (await world.connections.read(id)).tokenVersion;
    const pages = await Promise.all(Array.from({ length: 5 }, () => open(back)));
    expect(pages.map(({ statusCode }) => statusCode).sort()).toEqual([200, 400, 400, 400, 400]);
    expect((await world.connections.read(id)).tokenVersion).toBe(before + 1);
  });

  it.each(['', 'x', 'con_00000000000000000000000000000000.short', '<script>alert(1)</script>'])(
    'that is not ours is none: %o',
    async (state) => {
      const { id, back } = await started();
      await refused(id, 'sign-in-link-expired', () => open(withParameters(back, { state })));
      await succeeds(open(back));
    },
  );

  it('of a connection that never asked is none', async () => {
    const { id, back } = await started();
    const state = `${await fresh(BOB)}.${(back.searchParams.get('state') ?? '').split('.')[1]}`;
    await refused(id, 'sign-in-link-expired', () => open(withParameters(back, { state })));
  });

  it('lives ten minutes', async () => {
    const { id, back } = await started();
    const [attempt = ''] = await keysIn(world.redis, `mg:{${id}}:sign-in:*`);
    expect(await world.redis.pttl(attempt)).toBeLessThanOrEqual(600_000);
    await world.redis.pexpire(attempt, 1);
    await vi.waitFor(async () => expect(await world.redis.exists(attempt)).toBe(0));
    await refused(id, 'sign-in-link-expired', () => open(back));
  });

  it.each([{ user: BOB }, { scope: ['https://outlook.office.com/IMAP.AccessAsUser.All'] }])(
    'belongs to the connection as it was: %o changed meanwhile',
    async (change) => {
      const { id, back } = await started();
      await world.connections.patch(id, (await world.connections.read(id)).version, change);
      await refused(id, 'sign-in-superseded', () => open(back));
    },
  );

  it('loses to a sign-in that was finished meanwhile, even with its answer on the way', async () => {
    const slow = await started();
    const quick = await started({ id: slow.id });
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    tenant.misbehave.token({ kind: 'hold', until, times: 1, grantType: 'authorization_code' });
    const late = open(slow.back);
    await vi.waitFor(() => expect(tenant.authorization.log.at(-1)?.outcome).toBe('pending'));
    await succeeds(open(quick.back));
    await refused(slow.id, 'sign-in-superseded', () => {
      release();
      return late;
    });
  });

  it('is refused for another connection’s exchange, and stays good for its own', async () => {
    const { id, back } = await started();
    const other = await fresh();
    const before = await world.snapshot(other);
    const payload = { redirectedUrl: back.href };
    const answer = await harness.call('POST', `/api/v1/connections/${other}/exchange`, { payload });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'callback-invalid']);
    expect(await world.snapshot(other)).toEqual(before);
    const own = await harness.call('POST', `/api/v1/connections/${id}/exchange`, { payload });
    expect(own.statusCode).toBe(200);
  });
});

describe('a code', () => {
  it('of another application is not accepted', async () => {
    const { id, back } = await started();
    tenant.clients.add({ clientId: 'other-app', clientSecret: 'other-secret' });
    const other = await applicationOf(world, tenant, { clientId: 'other-app' });
    const stolen = await started({ id: await fresh(ALICE, other) });
    const code = stolen.back.searchParams.get('code') ?? '';
    await refused(id, 'callback-invalid', () => open(withParameters(back, { code })));
  });

  it('of another sign-in does not fit the PKCE verifier, of the same connection or of another', async () => {
    for (const victim of [await started(), await started({ id: await fresh(BOB), as: BOB })]) {
      const { id, back } = await started();
      const code = victim.back.searchParams.get('code') ?? '';
      await refused(id, 'callback-invalid', () => open(withParameters(back, { code })));
    }
    const one = await started();
    const two = await started({ id: one.id });
    const code = one.back.searchParams.get('code') ?? '';
    await refused(one.id, 'callback-invalid', () => open(withParameters(two.back, { code })));
  });

  it('that was redeemed before by somebody else is refused', async () => {
    const { id, back } = await started();
    await world.signIn.exchange(id, { redirectedUrl: back.href });
    const again = await started({ id });
    const code = back.searchParams.get('code') ?? '';
    await refused(id, 'sign-in-link-used', () => open(withParameters(again.back, { code })));
  });
});

describe('an id_token', () => {
  const now = Math.floor(Date.now() / 1_000);
  it.each([
    ['of another user', { preferred_username: BOB, email: BOB, oid: OTHER_TENANT }, 'wrong-user'],
    ['of another tenant', { tid: OTHER_TENANT }, 'wrong-tenant'],
    ['for another audience', { aud: 'another-client' }, 'callback-invalid'],
    ['for several audiences without us as the authorized party', { aud: ['a', 'b'] }, 'callback-invalid'],
    ['by another issuer', { iss: `https://${EVIL}` }, 'callback-invalid'],
    ['by the same server for another tenant', { iss: 'x' }, 'callback-invalid'],
    ['with the nonce of another sign-in', { nonce: 'another' }, 'callback-invalid'],
    ['without a nonce', { nonce: undefined }, 'callback-invalid'],
    ['that has expired', { iat: now - 7_200, nbf: now - 7_200, exp: now - 3_600 }, 'callback-invalid'],
    ['that is not valid yet', { nbf: now + 3_600 }, 'callback-invalid'],
    ['that names nobody', { preferred_username: undefined, email: undefined }, 'identity-unprovable'],
  ] as const)('%s is refused', async (_, claims, code) => {
    const { id, back } = await started();
    tenant.misbehave.token({ kind: 'claims', claims, times: 1 });
    await refused(id, code, () => open(back));
  });

  it.each(['not', 'with-another-key'] as const)('that is signed %s is refused', async (signed) => {
    const { id, back } = await started();
    tenant.misbehave.token({ kind: 'forged', signed, times: 1 });
    await refused(id, 'callback-invalid', () => open(back));
  });

  it('of another account under the same name is refused at a re-authorization', async () => {
    const id = await signedIn(world, tenant, { application, user: ALICE });
    const { back } = await started({ id });
    tenant.misbehave.token({ kind: 'claims', claims: { oid: OTHER_TENANT }, times: 1 });
    await refused(id, 'account-changed', () => open(back));
  });
});

describe('an answer (RFC 9207)', () => {
  it('of another issuer is refused, of the right one not', async () => {
    for (const iss of [`https://${EVIL}`, `${tenant.origin}/${OTHER_TENANT}/v2.0`, '']) {
      const { id, back } = await started();
      await refused(id, 'callback-invalid', () => open(withParameters(back, { iss })));
    }
    const { back } = await started();
    await succeeds(open(withParameters(back, { iss: tenant.issuer })));
  });

  describe('where the application is for many tenants', () => {
    const forMany = async (): Promise<ConnectionId> => {
      const of = await world.applications.create({
        name: 'For many',
        provider: 'exchange-online',
        tenant: 'organizations',
        issuer: `${tenant.origin}/organizations/v2.0`,
        authUrl: tenant.authUrl,
        accessTokenUrl: tenant.accessTokenUrl,
        clientId: tenant.clientId,
        clientAuth: { method: 'clientSecret', clientSecret: tenant.clientSecret },
      });
      return fresh(ALICE, of);
    };
    const issuerOf = (tid: string): string => `${tenant.origin}/${tid}/v2.0`;

    it('names the tenant that signs', async () => {
      const { back } = await started({ id: await forMany() });
      await succeeds(open(withParameters(back, { iss: tenant.issuer })));
    });
    it('is refused when one tenant answers and another signs', async () => {
      const { id, back } = await started({ id: await forMany() });
      const iss = issuerOf(OTHER_TENANT);
      await refused(id, 'callback-invalid', () => open(withParameters(back, { iss })));
    });
    it.each([
      ['names another tenant than its issuer does', { tid: OTHER_TENANT }],
      ['names no tenant', { tid: undefined }],
      ['names a tenant that is a path', { tid: `x/../${OTHER_TENANT}` }],
    ])('is refused when the id_token %s', async (_, claims) => {
      const { id, back } = await started({ id: await forMany() });
      tenant.misbehave.token({ kind: 'claims', claims, times: 1 });
      await refused(id, 'callback-invalid', () => open(back));
    });
    it('is refused for a connection that was signed in from another tenant', async () => {
      const { id, back } = await started({ id: await forMany() });
      await succeeds(open(back));
      const again = await started({ id });
      const claims = { tid: OTHER_TENANT, iss: issuerOf(OTHER_TENANT) };
      tenant.misbehave.token({ kind: 'claims', claims, times: 1 });
      await refused(id, 'account-changed', () => open(again.back));
    });
  });
});
