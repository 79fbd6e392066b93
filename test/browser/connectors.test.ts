/** Connectors on the page: made with everything they need, changed, copied, and never changed behind somebody's back. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  ALICE,
  BOB,
  type BrowserWorld,
  expectAccessible,
  openBrowserWorld,
  PHONE,
  screenshot,
} from './browser-world.js';
import { chooseAndClose, fillApplication } from './sign-in-steps.js';

let world: BrowserWorld;
/** Of Bob, signed in, for receiving and sending. */
let connection: string;

beforeAll(async () => {
  world = await openBrowserWorld();
  const application = await world.createApplication();
  connection = (await world.createConnection(application.id, BOB)).id;
  await world.signIn(connection, BOB);
});
afterAll(() => world.close());

/** Under load a page takes its time; none of these waits longer than it must. */
const soon = <Value>(look: () => Value) => expect.poll(look, { timeout: 20_000 });
const tab = (page: Page, name: string) => page.getByRole('tab', { name });
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click();
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

/** A receiver into a directory, set up through the API. */
async function receiver(name: string, settings: Record<string, unknown> = {}) {
  const { id } = await world.service.api<{ id: string }>('POST', '/connectors', {
    name,
    type: 'email-receive',
    connection,
    enabled: false,
    settings: { destination: { type: 'directory', path: world.directory }, ...settings },
  });
  return {
    id,
    stored: () =>
      world.service.api<{ version: number; name: string; settings: Record<string, unknown> }>(
        'GET',
        `/connectors/${id}`,
      ),
    async changeElsewhere(body: Record<string, unknown>): Promise<void> {
      const { version } = await world.service.api<{ version: number }>('GET', `/connectors/${id}`);
      await world.service.api('PATCH', `/connectors/${id}`, body, { 'if-match': `"${version}"` });
    },
  };
}

it('makes an Email Receive with its connection and application on one page, and signs it in', async () => {
  const page = await world.open('/connectors/new');
  await expectAccessible(page);
  await page.getByRole('radio', { name: 'Email Receive' }).click();
  await page.getByRole('radio', { name: 'Create a new connection' }).click();
  await page.getByRole('button', { name: 'New application' }).click();
  await fillApplication(page, world, 'Billing app');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  const mailbox = page.getByRole('form', { name: 'Settings', exact: true });
  await mailbox.getByRole('textbox', { name: 'Name' }).fill('Billing mailbox');
  await mailbox.getByRole('textbox', { name: 'User' }).fill(ALICE);
  await mailbox.getByRole('textbox', { name: 'Scope' }).fill(world.tenant.defaultScope);
  await mailbox.getByLabel('IMAP Host').fill(world.tenant.imap.host);
  await mailbox.getByLabel('IMAP Port').fill(String(world.tenant.imap.port));
  await mailbox.getByLabel('IMAP TLS Type').selectOption(world.tenant.imap.tlsType);
  await mailbox.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('combobox', { name: 'Connection' }).waitFor();

  const form = page.getByRole('form', { name: 'Settings of the new connector' });
  const name = form.getByRole('textbox', { name: 'Name', exact: false }).first();
  await soon(() => name.inputValue()).toBe(`Email Receive ${ALICE}`);
  await name.fill('Invoices in');
  await form.getByRole('button', { name: 'Create connector' }).click();
  const destination = form.getByRole('radiogroup', { name: 'Destination' });
  await soon(() => form.locator('[data-setting="/destination"]').textContent()).toMatch(/is required/);
  await expectAccessible(page);
  await destination.getByRole('radio', { name: 'Directory' }).click();
  await form.getByRole('textbox', { name: 'Directory' }).fill(world.directory);
  await page.evaluate(() => scrollTo(0, 0));
  await screenshot(page, 'new-connector');
  await form.getByRole('button', { name: 'Create connector' }).click();

  await heading(page, 'Invoices in');
  await page.getByRole('region', { name: 'What is left to do' }).waitFor();
  await expectAccessible(page);
  await chooseAndClose(page, 'Get New Access Token', ALICE);
  await page.getByText(`${ALICE} is signed in`).waitFor();
  await page.getByRole('button', { name: 'Test Connection' }).click();
  await page.getByRole('status').filter({ hasText: 'Everything works' }).waitFor();
});

it('warns that a connection lacks what an Email Send needs, and the fault stands beside it', async () => {
  const { items } = await world.service.api<{ items: { id: string }[] }>('GET', '/applications');
  const { host, port, tlsType } = world.tenant.imap;
  const { id } = await world.service.api<{ id: string }>('POST', '/connections', {
    ...{ name: 'Received from alone', application: items[0]?.id, user: ALICE },
    ...{ scope: world.tenant.defaultScope, imap: { host, port, tlsType } },
  });
  const page = await world.open(`/connectors/new?type=email-send&connection=${id}`);
  await page.getByText('This connection lacks what the connector needs').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create connector' }).click();
  const region = page.getByRole('region', { name: '2. Which mailbox?' });
  await region.getByText('the connection has no SMTP endpoint').waitFor();
});

it('makes an Email Send on a connection there is, and sends a test message', async () => {
  const page = await world.open(`/connectors/new?type=email-send&connection=${connection}`);
  const form = page.getByRole('form', { name: 'Settings of the new connector' });
  await form.getByLabel('To', { exact: true }).fill('"Doe, Jane" <jane@mail.example>, ops@mail.example');
  await page.keyboard.press('Enter');
  await form.getByText('ops@mail.example').waitFor();
  await form.getByRole('tab', { name: 'Advanced' }).click();
  await form.getByRole('button', { name: 'Add a line' }).click();
  await form.getByRole('textbox', { name: 'Name' }).last().fill('X-Team');
  await form.getByRole('textbox', { name: 'Value' }).fill('billing');
  await form.getByLabel('Message Size', { exact: true }).fill('5');
  await form.getByRole('button', { name: 'Create connector' }).click();
  await page.getByRole('region', { name: 'What is left to do' }).waitFor();
  const made = await world.service.api<{ settings: Record<string, unknown> }>(
    'GET',
    new URL(page.url()).pathname,
  );
  expect(made.settings).toMatchObject({
    to: ['"Doe, Jane" <jane@mail.example>', 'ops@mail.example'],
    headers: { 'X-Team': 'billing' },
    limits: { messageBytes: 5 * 1024 * 1024 },
  });
  await page.getByRole('button', { name: 'Send test message' }).click();
  await page.getByRole('dialog', { name: /Send test message/ }).waitFor();
  await expectAccessible(page);
});

it('keeps what is written of a new connector while another type is looked at', async () => {
  const page = await world.open(`/connectors/new?type=email-receive&connection=${connection}`);
  const form = page.getByRole('form', { name: 'Settings of the new connector' });
  const mailbox = form.getByRole('textbox', { name: 'Mailbox' });
  await mailbox.fill('Bills');
  await page.getByRole('radio', { name: 'Email Send' }).click();
  await form.getByLabel('To', { exact: true }).waitFor();
  await page.getByRole('radio', { name: 'Email Receive' }).click();
  expect(await mailbox.inputValue()).toBe('Bills');
});

it('keeps what is typed while a save is under way', async () => {
  const { id, stored } = await receiver('Typed');
  const page = await world.open(`/connectors/${id}`);
  const mailbox = page.getByRole('textbox', { name: 'Mailbox' });
  await mailbox.fill('Sent');
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  await page.route(`**/api/v1/connectors/${id}`, async (route) => {
    if (route.request().method() === 'PATCH') await held;
    await route.continue();
  });
  await save(page);
  const button = page.getByRole('button', { name: 'Save', exact: true });
  await soon(() => button.getAttribute('aria-busy')).toBe('true');
  expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
  await mailbox.fill('Typed since');
  goOn();
  await page.getByText('Typed was saved.').waitFor();
  expect(await mailbox.inputValue()).toBe('Typed since');
  await page.getByText('1 change is not saved.').waitFor();
  await save(page);
  await soon(async () => (await stored()).settings.mailbox).toBe('Typed since');
});

it('draws every setting of a type on its tab, and saves what was changed and no more', async () => {
  const { id, stored } = await receiver('Reports');
  const before = await stored();
  const page = await world.open(`/connectors/${id}`);
  await page.getByRole('textbox', { name: 'Mailbox' }).fill('Reports');
  await screenshot(page, 'connector-settings');
  await expectAccessible(page);
  await tab(page, 'Automation').click();
  await page.getByRole('combobox', { name: 'Receive Interval' }).click();
  await page.getByRole('option', { name: 'Weekly' }).click();
  await page.getByLabel('At', { exact: true }).fill('08:30');
  const zone = page.getByRole('combobox', { name: 'Time Zone' });
  await zone.fill('Vienna');
  await page.getByRole('option', { name: 'Europe/Vienna' }).click();
  await soon(() => page.locator('[data-preview="cron"]').textContent()).toMatch(
    /At 08:30, Monday through Friday, Europe\/Vienna\.\s*Next: \w{3}.* 08:30/,
  );
  await screenshot(page, 'connector-automation');
  await expectAccessible(page);
  await tab(page, 'Advanced').click();
  await page.getByLabel('Unit of Inline Limit').waitFor();
  await screenshot(page, 'connector-advanced');
  await expectAccessible(page);
  await save(page);
  await page.getByText('Reports was saved.').waitFor();
  const after = await stored();
  expect(after.settings).toEqual({
    ...before.settings,
    mailbox: 'Reports',
    schedule: { cron: '30 8 * * 1-5', timeZone: 'Europe/Vienna' },
  });
});

it('shows the fault beside its field, on the tab that holds it', async () => {
  const { id } = await receiver('Faulty', { schedule: { cron: '5 4 3 2 1', timeZone: 'UTC' } });
  const page = await world.open(`/connectors/${id}?tab=automation`);
  await page.getByRole('textbox', { name: 'Cron Expression' }).fill('61 8 * * *');
  await tab(page, 'Settings').click();
  await save(page);
  const cron = page.getByRole('textbox', { name: 'Cron Expression' });
  await soon(() => cron.getAttribute('aria-invalid')).toBe('true');
  expect(await tab(page, 'Automation').getAttribute('aria-selected')).toBe('true');
  await tab(page, 'Automation').getByRole('img', { name: 'Something on this tab needs attention' }).waitFor();
  await soon(() => cron.evaluate((field) => field === document.activeElement)).toBe(true);
  await expectAccessible(page);
  await cron.fill('0 8 * * *');
  await soon(() => cron.getAttribute('aria-invalid')).not.toBe('true');
});

it('keeps what was not saved: asks before a link or the browser’s back leads away', async () => {
  const { id } = await receiver('Guarded');
  const page = await world.open('/connections');
  await page.evaluate((to) => history.pushState({}, '', to), `/connectors/${id}`);
  await page.goto(page.url());
  const field = page.getByRole('textbox', { name: 'Mailbox' });
  await field.fill('Elsewhere');
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
  await dialog.getByRole('button', { name: 'No, go back' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await field.inputValue()).toBe('Elsewhere');
  // Another tab of the same page loses nothing, and asks nothing.
  await tab(page, 'Advanced').click();
  await tab(page, 'Settings').click();
  expect(await field.inputValue()).toBe('Elsewhere');
  await page.evaluate(() => history.back());
  await dialog.getByRole('button', { name: 'Leave and lose the changes' }).click();
  await page.waitForURL('**/connections');
});

it('tells that somebody else changed it, and loses neither what they saved nor what is written here', async () => {
  const { id, stored, changeElsewhere } = await receiver('Shared');
  const page = await world.open(`/connectors/${id}`);
  const mailbox = page.getByRole('textbox', { name: 'Mailbox' });
  await mailbox.fill('Mine');
  await changeElsewhere({ settings: { mailbox: 'Theirs', maxAttempts: 3 } });
  const conflict = page.getByRole('alert').filter({ hasText: 'Somebody else has changed this connector' });
  await conflict.waitFor();
  expect(await conflict.textContent()).toMatch(/Mailbox, now: Theirs \(yours: Mine\).*Max Attempts, now: 3/);
  expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
  await expectAccessible(page);
  await conflict.getByRole('button', { name: 'Keep my changes on top of theirs' }).click();
  await save(page);
  await page.getByText('Shared was saved.').waitFor();
  expect((await stored()).settings).toMatchObject({ mailbox: 'Mine', maxAttempts: 3 });

  await mailbox.fill('Mine again');
  await changeElsewhere({ settings: { mailbox: 'Theirs again' } });
  await conflict.getByRole('button', { name: 'Show theirs, without my changes' }).click();
  const dialog = page.getByRole('dialog', { name: 'Drop your changes?' });
  expect(await dialog.textContent()).toMatch(/Mailbox/);
  await dialog.getByRole('button', { name: 'Drop my changes' }).click();
  await soon(() => mailbox.inputValue()).toBe('Theirs again');
  // Whoever has written nothing simply sees what is stored now.
  await changeElsewhere({ name: 'Shared by two' });
  await heading(page, 'Shared by two');
  await soon(() => page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe(
    'Shared by two',
  );
});

it('saves against the version that was read, also before the news of another one came', async () => {
  const { id, changeElsewhere } = await receiver('Raced');
  const page = await world.open(`/connectors/${id}`);
  const mailbox = page.getByRole('textbox', { name: 'Mailbox' });
  await mailbox.fill('Mine');
  // Nothing is told and nothing is read: as if the network were slow.
  await page.route('**/api/v1/events', (route) => route.abort());
  await page.route(`**/api/v1/connectors/${id}`, (route) =>
    route.request().method() === 'PATCH' ? route.continue() : route.abort(),
  );
  await changeElsewhere({ settings: { mailbox: 'Theirs' } });
  const refused = page.waitForResponse(
    (answer) => answer.request().method() === 'PATCH' && answer.url().includes(id),
  );
  await save(page);
  expect((await refused).status()).toBe(412);
  await page.unroute(`**/api/v1/connectors/${id}`);
  await page.getByText('Somebody else has changed this connector').waitFor();
  expect(await mailbox.inputValue()).toBe('Mine');
});

it('copies, pauses and resumes, and deletes, each after saying what it means', async () => {
  const { id } = await receiver('Original', { schedule: { every: '1h' } });
  const page = await world.open(`/connectors/${id}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Copy connector' }).click();
  const copying = page.getByRole('dialog', { name: 'Copy Original' });
  await copying.getByRole('textbox', { name: 'Name of the copy' }).fill('The copy');
  await copying.getByRole('button', { name: 'Copy connector' }).click();
  await heading(page, 'The copy');
  const toggle = page.getByRole('switch', { name: 'Receive' }).first();
  expect(await toggle.isChecked()).toBe(false);
  await toggle.click({ force: true });
  await page.getByText('The copy goes on.').waitFor();
  await toggle.click({ force: true });
  const stopping = page.getByRole('dialog', { name: 'Pause The copy?' });
  expect(await stopping.textContent()).toMatch(/stays in the mailbox/);
  await stopping.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('The copy is paused.').waitFor();

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete connector' }).click();
  const deleting = page.getByRole('dialog', { name: 'Delete The copy?' });
  expect(await deleting.textContent()).toMatch(/quarantine.*The mail itself stays/);
  await expectAccessible(page);
  await deleting.getByRole('button', { name: 'Delete connector' }).click();
  await page.waitForURL((url) => url.pathname === '/');
});

it('keeps a secret that is left empty, and makes one that the service takes', async () => {
  const secret = `whsec_${'A'.repeat(43)}=`;
  const { id, stored } = await receiver('Signed', {
    destination: { type: 'webhook', url: 'http://127.0.0.1:9/hook', secret },
  });
  const page = await world.open(`/connectors/${id}`);
  const field = page.getByLabel('Secret', { exact: true });
  expect(await field.inputValue()).toBe('');
  expect(await field.getAttribute('placeholder')).toMatch(/Leave empty to keep/);
  await page.getByRole('radio', { name: 'Raw' }).click();
  await save(page);
  await page.getByText('Signed was saved.').waitFor();
  // Another origin must not get the old secret.
  await page.getByRole('textbox', { name: 'URL' }).fill('http://127.0.0.1:10/hook');
  await save(page);
  await soon(() => field.getAttribute('aria-invalid')).toBe('true');
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  expect(await field.inputValue()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  await save(page);
  await soon(async () => JSON.stringify((await stored()).settings)).toMatch(/127\.0\.0\.1:10/);
  expect(await page.content()).not.toContain(secret);
});

it('shows alerts and who is told, and what went through it', async () => {
  const { id } = await receiver('Watched');
  const page = await world.open(`/connectors/${id}?tab=alerts`);
  await page.getByText('Nobody is told yet').waitFor();
  await screenshot(page, 'connector-alerts');
  await expectAccessible(page);
  await tab(page, 'Activity').click();
  expect(new URL(page.url()).searchParams.get('tab')).toBe('activity');
  await page
    .getByRole('region', { name: 'Messages' })
    .getByText(/No messages yet/)
    .waitFor();
  await screenshot(page, 'connector-activity');
  await expectAccessible(page);
});

it('names its connection once that is read, never by an id, and says where it is gone', async () => {
  const { id } = await receiver('Of a connection');
  const page = await world.open('/');
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route(`**/api/v1/connections/${connection}`, async (route) => {
    await asked;
    await route.fulfill({ status: 404, json: {} });
  });
  await page.goto(new URL(`/connectors/${id}`, page.url()).href);
  const facts = page.getByLabel('How it does');
  await facts.getByText('Email Receive', { exact: true }).waitFor();
  expect(await facts.textContent()).not.toContain(connection);
  answer();
  await facts.getByText('(deleted)', { exact: true }).waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.reload();
  await facts.getByRole('link', { name: BOB }).waitFor();
  await page.context().close();
});

it('shows everything and no button to whoever may only look', async () => {
  const { id } = await receiver('Looked at');
  const invitation = await world.service.api<{ url: string }>('POST', '/people', {
    name: 'vera',
    role: 'viewer',
  });
  const page = await (await world.newBrowser()).newPage();
  await page.goto(invitation.url);
  await page.getByLabel(/^New password/).fill('seven quiet rivers meet');
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByRole('button', { name: 'Account of vera' }).waitFor();
  await page.goto(new URL(`/connectors/${id}`, page.url()).href);
  const mailbox = page.getByRole('textbox', { name: 'Mailbox' });
  await mailbox.waitFor();
  expect(await mailbox.getAttribute('readonly')).not.toBeNull();
  for (const name of ['Save', 'More', 'Receive now', 'Reset backoff'])
    expect(await page.getByRole('button', { name, exact: true }).count(), name).toBe(0);
  expect(await page.getByRole('switch').count()).toBe(0);
  await page.getByText('Only an admin may change these settings.').waitFor();
  await expectAccessible(page);
});

it('works at 400 px wide, in the dark, by keyboard', async () => {
  const { id, stored } = await receiver('invoices.of.a.subsidiary.with.a.long.name@contoso.example', {
    schedule: { cron: '0 8 * * 1', timeZone: 'UTC' },
  });
  const context = await world.newBrowser({ viewport: PHONE, colours: 'dark' });
  const page = await world.open(`/connectors/${id}?tab=automation`, context);
  await page.locator('[data-preview="cron"]').waitFor();
  await screenshot(page, 'connector-phone');
  for (const name of ['Settings', 'Automation', 'Advanced', 'Alerts', 'Activity']) {
    await tab(page, name).focus();
    await page.keyboard.press('Enter');
    expect(await tab(page, name).getAttribute('aria-selected')).toBe('true');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `${name} is wider than the window`).toBeLessThanOrEqual(0);
    await expectAccessible(page);
  }
  await tab(page, 'Settings').click();
  await page.getByRole('textbox', { name: 'Mailbox' }).fill('By keyboard');
  await page.keyboard.press('Enter');
  await soon(async () => (await stored()).settings.mailbox).toBe('By keyboard');
});

it('complained of nothing', () => {
  // Where a test cuts the network, the browser says so.
  const complaints = world.complaints().filter((line) => !line.includes('net::ERR_FAILED'));
  expect(complaints).toEqual([]);
});
