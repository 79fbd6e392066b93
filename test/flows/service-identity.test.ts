/** Managed identity and federated credential through the service as a process, as an operator starts it on Azure: the environment alone says where identities come from. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../servers/free-port.js';
import { ALICE, openServiceWorld, type ServiceWorld, type Shown } from './service-world.js';

const environment: Record<string, string> = {};
let world: ServiceWorld;
beforeAll(async () => {
  world = await openServiceWorld({ environment });
  environment.AZURE_POD_IDENTITY_AUTHORITY_HOST = world.tenant.origin;
  await world.start();
});
afterAll(() => world?.close());

const application = (clientId: string, clientAuth: Record<string, unknown>): Promise<Shown> =>
  world.service.api<Shown>('POST', '/applications', {
    name: clientId,
    provider: 'exchange-online',
    issuer: world.tenant.issuer,
    tenant: world.tenant.tenantId,
    authUrl: world.tenant.authUrl,
    accessTokenUrl: world.tenant.accessTokenUrl,
    clientId,
    clientAuth,
  });
const connection = (of: Shown, settings: Record<string, unknown> = {}): Promise<Shown> => {
  const { imap, smtp } = world.tenant;
  return world.service.api<Shown>('POST', '/connections', {
    name: ALICE,
    application: of.id,
    user: ALICE,
    imap: { host: imap.host, port: imap.port, tlsType: imap.tlsType },
    smtp: { host: smtp.host, port: smtp.port, tlsType: smtp.tlsType },
    ...settings,
  });
};

it('signs a mailbox in with a federated credential of the managed identity', async () => {
  const { tenant, service } = world;
  const identity = tenant.identities.add({ kind: 'userAssigned' });
  tenant.clients.add({
    clientId: 'federated',
    federated: [{ issuer: tenant.issuer, subject: identity.principalId }],
  });
  const of = await application('federated', {
    method: 'federatedCredential',
    source: 'managedIdentity',
    identityClientId: identity.clientId,
  });
  const { id } = await connection(of);
  expect((await world.signIn(id, ALICE)).status).toBe(200);
  await service.api('POST', `/connections/${id}/refresh`);
  expect(await service.api('GET', `/connections/${id}`)).toMatchObject({ status: 'authorized' });
});

it('gets app-only tokens from the identity endpoint itself, and names an identity that is not there', async () => {
  const { tenant, service } = world;
  const identity = tenant.identities.add({ kind: 'userAssigned' });
  const of = await application(identity.clientId, { method: 'managedIdentity', identity: 'userAssigned' });
  const { id } = await connection(of, { grant: 'clientCredentials' });
  await service.api('POST', `/connections/${id}/refresh`);
  expect(await service.api('GET', `/connections/${id}`)).toMatchObject({
    status: 'authorized',
    identity: 'application',
  });
  expect(tenant.identities.log.at(-1)).toEqual({
    resource: expect.stringContaining('outlook.office'),
    clientId: identity.clientId,
    outcome: 200,
  });

  const wrong = await application('no-such-identity', {
    method: 'managedIdentity',
    identity: 'userAssigned',
  });
  const other = await connection(wrong, { grant: 'clientCredentials' });
  const refused = await service.call<{ code: string; detail: string }>(
    'POST',
    `/connections/${other.id}/refresh`,
  );
  expect(refused.body).toMatchObject({
    code: 'managed-identity-not-found',
    detail: expect.stringContaining('no-such-identity'),
  });
});

it('says where there is no identity endpoint that this is not Azure', async () => {
  const { tenant } = world;
  environment.AZURE_POD_IDENTITY_AUTHORITY_HOST = `http://127.0.0.1:${await freePort()}`;
  await world.service.stop();
  await world.start();
  const of = await application('nowhere', { method: 'managedIdentity' });
  const { id } = await connection(of, { grant: 'clientCredentials' });
  const refused = await world.service.call<{ code: string; next: string }>(
    'POST',
    `/connections/${id}/refresh`,
  );
  expect(refused.body).toMatchObject({
    code: 'identity-endpoint-unreachable',
    next: expect.stringContaining('Azure'),
  });
  expect(tenant.identities.log.some(({ clientId }) => clientId === 'nowhere')).toBe(false);
});
