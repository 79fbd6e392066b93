/** /alerts and /alert-channels over HTTP: versions, cursors, and a secret that no answer tells. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApplicationId, ConnectionId } from '../../src/contract/ids.js';
import { problem } from '../../src/contract/problem.js';
import { CONNECTION_FIELDS } from '../../src/setup/model.js';
import { keys } from '../../src/storage/keys.js';
import { everythingStored, type Harness, newConnection, startHarness } from './admin-harness.js';

const SECRET = `whsec_${Buffer.from('a secret that no answer tells, ever').toString('base64')}`;
const webhook = {
  name: 'On call',
  type: 'webhook',
  url: 'https://hooks.example/alerts?key=1',
  secret: SECRET,
};

let harness: Harness;
let call: Harness['call'];

beforeAll(async () => {
  harness = await startHarness();
  call = harness.call;
});
afterAll(() => harness.stop());

it('makes, shows, changes and deletes a channel against its version, and never tells its secret', async () => {
  const created = await call('POST', '/api/v1/alert-channels', { payload: webhook });
  expect(created.statusCode).toBe(201);
  expect(created.json()).toMatchObject({
    name: 'On call',
    url: webhook.url,
    enabled: true,
    minimumSeverity: 'warning',
    delivery: { waiting: 0, problem: null, lastSuccessAt: null },
  });
  const path = `/api/v1/alert-channels/${created.json().id}`;
  expect((await call('PATCH', path, { payload: { name: 'x' } })).statusCode).toBe(428);
  const stale = await call('PATCH', path, { payload: { name: 'x' }, headers: { 'if-match': '"9"' } });
  expect(stale.statusCode).toBe(412);
  const elsewhere = { payload: { url: 'https://other.example/' }, headers: { 'if-match': '"1"' } };
  expect((await call('PATCH', path, elsewhere)).json()).toMatchObject({ code: 'secret-needed-again' });
  const changed = await call('PATCH', path, {
    payload: { only: ['quarantine'] },
    headers: { 'if-match': '"1"' },
  });
  expect(changed.json()).toMatchObject({ version: 2, only: ['quarantine'] });
  const listed = await call('GET', '/api/v1/alert-channels');
  expect(listed.json().items).toHaveLength(1);

  for (const answer of [created, changed, listed]) expect(answer.body).not.toContain(SECRET.slice(6, 30));
  expect(await everythingStored(harness)).not.toContain(SECRET.slice(6, 30));
  expect(JSON.stringify(harness.lines)).not.toContain(SECRET.slice(6, 30));

  expect((await call('DELETE', path, { headers: { 'if-match': '"2"' } })).statusCode).toBe(204);
  expect((await call('GET', path)).statusCode).toBe(404);
});

it('names every fault of a channel at once', async () => {
  const bad = await call('POST', '/api/v1/alert-channels', {
    payload: { ...webhook, name: '', secret: 'x', to: [] },
  });
  expect(bad.statusCode).toBe(422);
  const paths = bad.json().fields.map(({ path }: { path: string }) => path);
  expect(paths.sort()).toEqual(['/name', '/secret', '/to']);
});

it('sends a test alert, signed, and says as what', async () => {
  const { id } = (await call('POST', '/api/v1/alert-channels', { payload: webhook })).json();
  const tested = await call('POST', `/api/v1/alert-channels/${id}/test`);
  expect(tested.json()).toEqual({ id: expect.stringMatching(/^ntc_/), message: null, problem: null });
  const posted = harness.asked.filter(({ what }) => what === 'posted');
  expect(posted).toHaveLength(1);
  expect(JSON.stringify(posted)).toContain('alert.test');
});

it('hands a test mail to the connector, as the message that it answers', async () => {
  const { id: connection } = await newConnection(harness);
  const sender = { name: 'Out', type: 'email-send', connection };
  const connector = (await call('POST', '/api/v1/connectors', { payload: sender })).json().id;
  const payload = { name: 'Mail', type: 'mail', connector, to: 'ops@contoso.example' };
  const { id } = (await call('POST', '/api/v1/alert-channels', { payload })).json();
  const tested = (await call('POST', `/api/v1/alert-channels/${id}/test`)).json();
  // Nobody signed in to that connection yet.
  expect(tested).toMatchObject({ message: 'msg_1', problem: { code: 'alert-mail-held' } });
  expect(harness.asked).toContainEqual({
    what: 'accept',
    with: expect.objectContaining({
      connector,
      draft: expect.objectContaining({ to: ['ops@contoso.example'], subject: 'Mailgrant: a test alert' }),
    }),
  });
});

it('lists alerts page by page, open and resolved, newest first', async () => {
  const { applications, alerts } = harness.deps;
  const failure = problem('client-secret-expired', { with: { application: 'A', clientId: 'c' } });
  const ids: ApplicationId[] = [];
  for (let n = 0; n < 3; n++) ids.push((await newConnection(harness)).application as ApplicationId);
  for (const id of ids) await applications.setFailure(id, failure);
  const signal = new AbortController().signal;
  await harness.deps.alerts.run(signal);
  await applications.setFailure(ids[1] as ApplicationId, undefined);
  await alerts.run(signal);

  const list = async (query = '') => (await call('GET', `/api/v1/alerts${query}`)).json();
  const statuses = (page: { items: { status: string }[] }) => page.items.map(({ status }) => status);
  const all = await list();
  expect(statuses(all).sort()).toEqual(['open', 'open', 'resolved']);
  expect(statuses(await list('?status=open'))).toEqual(['open', 'open']);
  expect(statuses(await list('?status=resolved'))).toEqual(['resolved']);
  const first = await list('?limit=2');
  const second = await list(`?limit=2&cursor=${first.nextCursor}`);
  expect(second.nextCursor).toBeNull();
  const paged = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
  expect(paged).toEqual(all.items.map(({ id }: { id: string }) => id));
  expect(paged).toEqual([...paged].sort().reverse());
  expect((await list('?status=weather')).code).toBe('invalid-request');
});

it('answers warnings with applications and connections', async () => {
  const { id, application } = await newConnection(harness);
  const path = `/api/v1/applications/${application}`;
  const soon = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const changed = await call('PATCH', path, {
    payload: { clientAuth: { expiresAt: soon } },
    headers: { 'if-match': '"1"' },
  });
  expect(changed.json().warnings).toMatchObject([{ code: 'client-secret-ends', owner: 'service-admin' }]);
  expect((await call('GET', '/api/v1/connections')).json().items[0].warnings).toEqual([]);
  expect((await call('GET', `/api/v1/connections/${id}`)).json().warnings).toEqual([]);
  expect(changed.json().warnings[0].title).toBe('The client secret of Contoso ends in 3 days');
});

it('answers what a connection is warned of', async () => {
  const { id } = await newConnection(harness, { user: 'eve@contoso.example' });
  const { authorization } = await harness.deps.connections.read(id as ConnectionId);
  const at = Date.now() - 85 * 86_400_000;
  const idle = { ...authorization, status: 'authorized', lastRefreshAt: at };
  await harness.storage.client.hset(
    keys.connection(id as ConnectionId),
    CONNECTION_FIELDS.authorization,
    JSON.stringify(idle),
  );
  expect((await call('GET', `/api/v1/connections/${id}`)).json().warnings).toMatchObject([
    { code: 'grant-idle', title: 'The sign-in of eve@contoso.example ends in 5 days unless it is used' },
  ]);
});
