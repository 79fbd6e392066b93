/** Set-up documents that somebody made to break an import: nothing is written, and what is wrong is named. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applicationInput, type Harness, startHarness } from './admin-harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const importing = (document: object, query = '') =>
  harness.call('POST', `/api/v1/setup/import${query}`, {
    payload: { format: 'mailgrant-setup', version: 1, ...document },
  });
const pathsOf = (body: string): string[] =>
  (JSON.parse(body).fields ?? []).map(({ path }: { path: string }) => path);
const ada = { ref: 'ada', name: 'Ada', application: 'app', user: 'ada@contoso.example' };

it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
  'names a provider that is called %s',
  async (provider) => {
    const answer = await importing({
      applications: [{ ref: 'app', ...applicationInput(), provider }],
      connections: [ada],
    });
    expect(answer.statusCode, answer.body).toBe(422);
    expect(pathsOf(answer.body)).toContain('/applications/0/provider');
  },
);

it('refuses two items that would be found again as one', async () => {
  const application = { ref: 'app', ...applicationInput({ name: 'Twice' }) };
  await importing({ applications: [application] });
  const answer = await importing(
    {
      applications: [
        { ...application, clientId: 'one' },
        { ...application, ref: 'other', clientId: 'two' },
      ],
    },
    '?onExisting=update',
  );
  expect(answer.statusCode, answer.body).toBe(422);
  expect(pathsOf(answer.body)).toEqual(['/applications/1/name']);
});

it('updates an application and its connections, though the one voids the grants of the others', async () => {
  const at = (host: string) => ({
    ...{ ref: 'app', name: 'Moves', provider: 'custom', clientId: 'c', clientAuth: { method: 'none' } },
    ...{ issuer: `https://${host}`, authUrl: `https://${host}/a`, accessTokenUrl: `https://${host}/t` },
  });
  const connection = (port: number) => ({
    ...{ ...ada, name: 'Moves', scope: ['mail'] },
    imap: { host: 'imap.contoso.example', port, tlsType: 'SSL/TLS' },
  });
  const first = await importing({ applications: [at('one.example')], connections: [connection(993)] });
  expect(first.statusCode, first.body).toBe(200);
  const answer = await importing(
    { applications: [at('two.example')], connections: [connection(1993)] },
    '?onExisting=update',
  );
  expect(answer.statusCode, answer.body).toBe(200);
  const { items } = (await harness.call('GET', '/api/v1/connections')).json();
  const moved = items.find(({ name }: { name: string }) => name === 'Moves');
  expect(moved.imap.port).toBe(1993);
  const audit = await harness.call('GET', `/api/v1/audit?subject=${moved.id}`);
  const acts = audit
    .json()
    .items.map((entry: { action: string; detail?: string }) => [entry.action, entry.detail]);
  expect(acts).toEqual([
    ['connection.update', 'By an import of a set-up.'],
    ['connection.create', 'By an import of a set-up.'],
  ]);
});
