/** Applications on the page: filled in by a preset, with the set-up beside them; what is wrong stands beside its field. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeClientCertificate } from '../servers/client-certificate.js';
import { type BrowserWorld, expectAccessible, openBrowserWorld, PHONE, screenshot } from './browser-world.js';

const TENANT = '11111111-2222-3333-4444-555555555555';
const CLIENT_ID = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';

let world: BrowserWorld;
beforeAll(async () => {
  world = await openBrowserWorld();
});
afterAll(() => world.close());

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
/** A field for a password is no textbox to who listens. */
const secret = (page: Page) => page.getByLabel(/^Client Secret/);
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** An application that is stored, of Exchange Online. */
const stored = (clientAuth: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  world.service.api<{ id: string; version: number }>('POST', '/applications', {
    ...{ name: 'Stored', provider: 'exchange-online', tenant: TENANT, clientId: CLIENT_ID, clientAuth },
    ...more,
  });

const read = (id: string) =>
  world.service.api<Record<string, unknown> & { version: number; clientAuth: Record<string, unknown> }>(
    'GET',
    `/applications/${id}`,
  );

it('teaches where there is none yet', async () => {
  const page = await world.open('/applications');
  await page.getByText('No application yet').waitFor();
  await page.getByRole('link', { name: 'New application' }).click();
  await field(page, 'Client Id').waitFor();
  await page.context().close();
});

it('is filled in by the preset and a tenant, beside the set-up in Entra, and is made', async () => {
  const context = await world.newBrowser();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await world.open('/applications/new', context);
  await field(page, 'Name').fill('Contoso mail');
  expect(await field(page, 'Auth URL').inputValue()).toContain('<tenant>');
  await field(page, 'Tenant').fill(TENANT);
  const base = `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0`;
  expect(await field(page, 'Auth URL').inputValue()).toBe(`${base}/authorize`);
  expect(await field(page, 'Access Token URL').inputValue()).toBe(`${base}/token`);
  expect(await field(page, 'Scope').inputValue()).toContain(
    'https://outlook.office.com/IMAP.AccessAsUser.All',
  );

  const guide = page.getByRole('region', { name: 'Set-up in Entra' });
  for (const told of [
    'App registrations',
    'Web',
    'IMAP.AccessAsUser.All',
    'Grant admin consent',
    'not the Secret ID',
  ])
    expect(await guide.textContent()).toContain(told);
  await guide.getByRole('button', { name: 'Copy Callback URL' }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`${new URL(page.url()).origin}/oauth/callback`);
  await guide.getByRole('button', { name: 'Copy SMTP.Send', exact: true }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('SMTP.Send');

  await field(page, 'Client Id').fill(CLIENT_ID);
  await secret(page).fill('a-secret-value');
  await page.getByLabel('Secret expires').fill('2031-05-06');
  await expectAccessible(page);
  await screenshot(page, 'application-new');
  await button(page, 'Create').click();
  await page.getByRole('heading', { name: 'Contoso mail' }).waitFor();
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  expect(await read(id)).toMatchObject({
    ...{ tenant: TENANT, clientId: CLIENT_ID, authUrl: `${base}/authorize` },
    clientAuth: { method: 'clientSecret', expiresAt: '2031-05-06' },
  });
  await context.close();
});

it('shows what is wrong beside the fields, all of it at once', async () => {
  const page = await world.open('/applications/new');
  await field(page, 'Tenant').fill('contoso.com');
  await button(page, 'Create').click();
  await page.getByRole('alert').filter({ hasText: 'The settings are not valid' }).waitFor();
  for (const input of [...['Name', 'Tenant', 'Client Id'].map((name) => field(page, name)), secret(page)])
    expect(await input.getAttribute('aria-invalid')).toBe('true');
  await page.getByText(/must be the Directory \(tenant\) ID/).waitFor();
  expect(await field(page, 'Name').evaluate((input) => input === document.activeElement)).toBe(true);
  await expectAccessible(page);

  // A fault in what was folded away unfolds it.
  await button(page, 'Advanced: other addresses than the provider’s').click();
  await field(page, 'Callback URL of another place').fill('not a url');
  await button(page, 'Advanced: other addresses than the provider’s').click();
  await button(page, 'Create').click();
  await page.getByText('must be an absolute URL').waitFor();
  await page.context().close();
});

it('has a field for each way that an application proves itself', async () => {
  const page = await world.open('/applications/new');
  const method = page.getByRole('combobox', { name: 'How the application proves itself' });
  const guide = page.getByRole('region', { name: 'Set-up in Entra' });
  const form = page.getByRole('form', { name: 'Settings' });
  for (const [value, fields, told] of [
    ['certificate', ['Certificate', 'Private key'], 'Upload certificate'],
    ['none', [], 'Allow public client flows'],
    ['managedIdentity', ['Identity'], 'no app registration'],
    ['federatedCredential', ['Where the token comes from', 'Audience'], 'Federated credentials'],
    ['clientSecret', ['Client Secret', 'Secret expires'], 'New client secret'],
  ] as const) {
    await method.selectOption(value);
    for (const name of fields) await form.getByLabel(new RegExp(`^${name}`)).waitFor();
    await guide.getByText(told).first().waitFor();
    await expectAccessible(page);
  }
  await page.getByRole('combobox', { name: 'Provider' }).selectOption('custom');
  await field(page, 'Issuer').waitFor();
  expect(await guide.count()).toBe(0);
  await page.context().close();
});

it('takes a certificate from files', async () => {
  const { certificate, privateKey } = await makeClientCertificate();
  const page = await world.open('/applications/new');
  await field(page, 'Name').fill('By certificate');
  await field(page, 'Tenant').fill(TENANT);
  await field(page, 'Client Id').fill(CLIENT_ID);
  await page.getByRole('combobox', { name: 'How the application proves itself' }).selectOption('certificate');
  const files = page.locator('input[type="file"]');
  const pem = (name: string, text: string) => ({
    ...{ name, mimeType: 'application/x-pem-file', buffer: Buffer.from(text) },
  });
  await files.first().setInputFiles(pem('certificate.pem', certificate));
  await files.last().setInputFiles(pem('key.pem', privateKey));
  await page
    .getByText(/BEGIN CERTIFICATE/)
    .first()
    .waitFor();
  await button(page, 'Create').click();
  await page.getByRole('heading', { name: 'By certificate' }).waitFor();
  await page.getByText(/^Stored: /).waitFor();
  await page.context().close();
});

it('rotates a secret: a second one beside the first, then in its place', async () => {
  const { id } = await stored({ method: 'clientSecret', clientSecret: 'first', expiresAt: '2031-01-01' });
  const page = await world.open(`/applications/${id}`);
  await button(page, 'Add a second secret (rotation)').click();
  await page.getByLabel('Second Client Secret', { exact: true }).fill('second');
  await page.getByLabel('Second secret expires').fill('2033-01-01');
  await button(page, 'Save').click();
  await page.getByText('The application was saved.').waitFor();
  const after = await read(id);
  expect(after.clientAuth).toMatchObject({ secondSecret: 'kept', secondExpiresAt: '2033-01-01' });
  await page
    .getByRole('combobox', { name: 'The second secret that is stored' })
    .selectOption({ label: 'Put it in the place of the first' });
  await button(page, 'Save').click();
  await page.getByRole('combobox', { name: 'The second secret that is stored' }).waitFor({ state: 'hidden' });
  const rotated = await read(id);
  expect(rotated.clientAuth).toMatchObject({ expiresAt: '2033-01-01' });
  expect(rotated.clientAuth.secondSecret).toBeUndefined();
  await page.context().close();
});

it('warns of a secret that ends, names its connections, and gives the admin-consent link', async () => {
  const soon = new Date(Date.now() + 3 * 24 * 60 * 60_000).toISOString().slice(0, 10);
  const { id } = await stored(
    { method: 'clientSecret', clientSecret: 'ends', expiresAt: soon },
    { name: 'Nearly over' },
  );
  await world.service.api('POST', '/connections', {
    ...{ name: 'Accounts payable', application: id, user: 'ap@contoso.example' },
  });
  const page = await world.open(`/applications/${id}`);
  await page.getByText('Ends soon').waitFor();
  await page.getByRole('note').filter({ hasText: 'Nearly over' }).waitFor();
  await page.getByRole('link', { name: 'Accounts payable' }).waitFor();
  await button(page, 'Get the admin-consent link').click();
  const link = await field(page, 'Admin-consent link').inputValue();
  expect(link).toContain(`/${TENANT}/v2.0/adminconsent`);
  await expectAccessible(page);
  await screenshot(page, 'application');

  await button(page, 'Delete').click();
  const asked = page.getByRole('dialog', { name: 'Delete the application “Nearly over”?' });
  await asked.getByRole('button', { name: 'Delete the application' }).click();
  await page.getByRole('alert').filter({ hasText: 'in use' }).waitFor();
  await page.context().close();
});

it('does not overwrite what somebody else saved meanwhile', async () => {
  const { id, version } = await stored({ method: 'none' }, { name: 'Of two' });
  const page = await world.open(`/applications/${id}`);
  await field(page, 'Name').fill('Mine');
  const theirs = { name: 'Theirs' };
  await world.service.api('PATCH', `/applications/${id}`, theirs, { 'if-match': `"${version}"` });
  await page.getByRole('heading', { name: 'Theirs' }).waitFor();
  expect(await field(page, 'Name').inputValue(), 'what is being typed stays').toBe('Mine');
  await button(page, 'Save').click();
  await page.getByRole('button', { name: /Show what is stored now/ }).click();
  expect(await field(page, 'Name').inputValue()).toBe('Theirs');
  await page.context().close();
});

it('asks before changes are lost, and deletes what nothing uses', async () => {
  const { id } = await stored({ method: 'none' }, { name: 'Unused' });
  const page = await world.open(`/applications/${id}`);
  await field(page, 'Name').fill('Changed');
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  const asked = page.getByRole('dialog', { name: 'Leave without saving?' });
  await asked.getByRole('button', { name: 'No, go back' }).click();
  expect(await field(page, 'Name').inputValue()).toBe('Changed');
  // What was changed goes with it, and is not asked for once more.
  await button(page, 'Delete').click();
  await page.getByRole('button', { name: 'Delete the application' }).click();
  await page.getByRole('heading', { level: 1, name: 'Applications' }).waitFor();
  await page.getByRole('link', { name: 'Unused' }).waitFor({ state: 'hidden' });
  await expectAccessible(page);
  await screenshot(page, 'applications');
  await page.context().close();
});

it('shows the fields of the application that stands in the address, also where two follow on each other', async () => {
  const first = await stored({ method: 'none' }, { name: 'The first' });
  const second = await stored({ method: 'none' }, { name: 'The second' });
  const page = await world.open(`/applications/${first.id}`);
  const shows = async (name: string): Promise<void> => {
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await expect.poll(() => field(page, 'Name').inputValue()).toBe(name);
  };
  await shows('The first');
  await page.getByRole('link', { name: 'Applications', exact: true }).click();
  await page.getByRole('link', { name: 'The second' }).click();
  await shows('The second');
  await page.evaluate(() => history.go(-2));
  await page.waitForURL(`**/${first.id}`);
  await shows('The first');
  await page.evaluate(() => history.go(2));
  await page.waitForURL(`**/${second.id}`);
  await shows('The second');
  await page.context().close();
});

it('works at 400 px', async () => {
  const page = await world.open('/applications/new', await world.newBrowser({ viewport: PHONE }));
  for (const at of ['/applications/new', '/applications']) {
    await page.goto(new URL(at, page.url()).href);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `${at} is wider than the window`).toBeLessThanOrEqual(0);
    await expectAccessible(page);
  }
  await page.context().close();
});

it('has given no page a reason to complain', () => {
  expect(world.complaints()).toEqual([]);
});
