/** Where hosts are named in the running service: each place is wired to the guarded way out, whatever the setting. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ALICE, openServiceWorld, type ServiceWorld, type Shown } from './service-world.js';

/** 169.254.169.254, as a number, so that no list of names would know it. */
const METADATA = '2852039166';

let world: ServiceWorld;
afterEach(() => world.close());

const codeOf = async (method: string, path: string, body?: unknown): Promise<string> =>
  (await world.service.call<{ code: string }>(method, path, body)).body.code;

async function connection(application: string, over: Record<string, unknown> = {}): Promise<string> {
  const { tenant, service } = world;
  const endpoint = ({ host, port, tlsType }: { host: string; port: number; tlsType: string }) => ({
    host,
    port,
    tlsType,
  });
  const { id } = await service.api<Shown>('POST', '/connections', {
    name: 'a connection',
    application,
    user: ALICE,
    scope: tenant.defaultScope,
    imap: endpoint(tenant.imap),
    smtp: endpoint(tenant.smtp),
    ...over,
  });
  return id;
}

async function application(over: Record<string, unknown>): Promise<string> {
  const { tenant, service } = world;
  const { id } = await service.api<Shown>('POST', '/applications', {
    name: 'an application',
    provider: 'custom',
    issuer: tenant.issuer,
    clientId: tenant.clientId,
    clientAuth: { method: 'clientSecret', clientSecret: tenant.clientSecret },
    ...over,
  });
  return id;
}

/** The problem that Test Connection stops at. */
const testOf = async (path: string): Promise<string | undefined> => {
  const { steps } = await world.service.api<{ steps: { problem?: { code: string } }[] }>(
    'POST',
    `${path}/test`,
    undefined,
    { accept: 'application/json' },
  );
  return steps.at(-1)?.problem?.code;
};

describe('metadata addresses are refused although private networks are allowed', () => {
  it('at the issuer and at Access Token URL', async () => {
    world = await openServiceWorld();
    await world.start();
    const bad = await connection(await application({ issuer: `https://${METADATA}/x` }));
    expect(await codeOf('POST', `/connections/${bad}/authorize`)).toBe('address-refused');

    const { authUrl } = world.tenant;
    const half = await connection(
      await application({ authUrl, accessTokenUrl: `https://${METADATA}/token` }),
    );
    const { status, text } = await world.signIn(half, ALICE);
    expect([status, text.includes('169.254.169.254')]).toEqual([422, true]);
    expect(text).toContain('address-refused');
  });

  it('at IMAP and SMTP endpoints, at webhooks and alert channels, also when they are only tested', async () => {
    world = await openServiceWorld();
    const service = await world.start();
    const sandbox = await application({});
    const endpoint = { host: METADATA, port: 993, tlsType: 'SSL/TLS' };
    const mail = await connection(sandbox, { imap: endpoint, smtp: { ...endpoint, port: 465 } });
    expect((await world.signIn(mail, ALICE)).status).toBe(200);
    expect(await testOf(`/connections/${mail}`)).toBe('address-refused');

    const healthOf = async (id: string): Promise<string | undefined> =>
      (await service.api<{ health: { problem: { code: string } | null } }>('GET', `/connectors/${id}`)).health
        .problem?.code;
    const directory = { type: 'directory', path: world.directory };
    const receiver = await world.createConnector('email-receive', mail, { destination: directory });
    await vi.waitFor(async () => expect(await healthOf(receiver.id)).toBe('address-refused'), {
      timeout: 15_000,
    });
    const sender = await world.createConnector('email-send', mail);
    expect(await testOf(`/connectors/${sender.id}`)).toBe('address-refused');
    await world.send(sender.id, { to: 'x@elsewhere.example', subject: 'x' });
    await vi.waitFor(async () => expect(await healthOf(sender.id)).toBe('address-refused'), {
      timeout: 15_000,
    });

    const good = await connection(sandbox);
    await world.signIn(good, ALICE);
    world.tenant.deliver(ALICE, { subject: 'Hello' });
    const hook = await world.createConnector('email-receive', good, {
      startFrom: 'all',
      destination: {
        type: 'webhook',
        url: `https://${METADATA}/latest`,
        secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      },
    });
    expect(await testOf(`/connectors/${hook.id}`)).toBe('address-refused');
    await vi.waitFor(async () => expect(await healthOf(hook.id)).toBe('address-refused'), {
      timeout: 15_000,
    });
    const channel = await service.api<Shown>('POST', '/alert-channels', {
      name: 'an alert channel',
      type: 'webhook',
      url: `https://${METADATA}/alert`,
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    });
    const told = await service.call('POST', `/alert-channels/${channel.id}/test`);
    expect(JSON.stringify(told.body)).toContain('169.254.169.254, which Mailgrant does not connect to');
  });
});

it('loopback is refused where the setting does not allow private networks', async () => {
  world = await openServiceWorld({ environment: { MAILGRANT_ALLOW_PRIVATE_NETWORKS: 'false' } });
  await world.start();
  const id = await connection(await application({}));
  expect(await codeOf('POST', `/connections/${id}/authorize`)).toBe('address-refused');
});
