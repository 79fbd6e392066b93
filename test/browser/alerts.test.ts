/** Alerts in the web app: a channel is made and tried, and a connection that ends shows at once. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.js';
import { BOB, type BrowserWorld, expectAccessible, openBrowserWorld, screenshot } from './browser-world.js';

let world: BrowserWorld;
let hook: WebhookReceiver;
let page: Page;
let bob: string;

beforeAll(async () => {
  [world, hook] = await Promise.all([openBrowserWorld(), startWebhookReceiver()]);
  const application = await world.createApplication();
  bob = (await world.createConnection(application.id, BOB)).id;
  await world.signIn(bob, BOB);
  page = await world.open('/alerts');
});
afterAll(async () => {
  await world.close();
  await hook.stop();
});

it('teaches what an alert is while there is none', async () => {
  await page.getByText('No alert is open').waitFor();
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'Channels' }).click();
  await page.getByText('Nobody is told of alerts yet').waitFor();
});

it('makes a channel, says what is wrong beside the field, and tries it', async () => {
  await page.getByRole('button', { name: 'New channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('On call');
  await dialog.getByLabel('URL').fill(hook.url);
  await dialog.getByRole('textbox', { name: 'Signing secret' }).fill('too short');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByText(/must be "whsec_" and 24 to 64 random bytes/).waitFor();
  await expectAccessible(page);
  const secret = dialog.getByRole('textbox', { name: 'Signing secret' });
  await dialog.getByRole('button', { name: 'Make one' }).click();
  expect(await secret.inputValue()).toMatch(/^whsec_[\w+/]{43}=$/);
  await secret.fill(hook.secret);
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('cell', { name: /^On call/ }).waitFor();
  await page.getByRole('button', { name: 'Send test alert' }).click();
  await page.getByText('The test alert was taken.').waitFor();
  await expectAccessible(page);
  await screenshot(page, 'alert-channels');
});

it('keeps what is typed of a channel: on Escape, and on top of what somebody else saved', async () => {
  await page.getByRole('button', { name: 'Change On call' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change On call' });
  await dialog.getByLabel('Name').fill('On call at night');
  await page.keyboard.press('Escape');
  await page.mouse.click(5, 5);
  const { items } = await world.service.api<{ items: { id: string; version: number }[] }>(
    'GET',
    '/alert-channels',
  );
  const [{ id, version } = { id: '', version: 0 }] = items;
  await world.service.api(
    'PATCH',
    `/alert-channels/${id}`,
    { minimumSeverity: 'critical' },
    { 'if-match': `"${version}"` },
  );
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('button', { name: 'Keep my changes on top of theirs' }).click();
  expect(await dialog.getByLabel('Name').inputValue()).toBe('On call at night');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  const stored = await world.service.api<{ name: string; minimumSeverity: string }>(
    'GET',
    `/alert-channels/${id}`,
  );
  expect(stored).toMatchObject({ name: 'On call at night', minimumSeverity: 'critical' });
});

it('asks before a channel is switched off', async () => {
  await page.getByRole('button', { name: 'Change On call at night' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change On call at night' });
  await dialog.getByRole('switch', { name: 'Tells alerts' }).click({ force: true });
  await dialog.getByRole('button', { name: 'Save' }).click();
  const asked = page.getByRole('dialog', { name: 'Switch On call at night off?' });
  await asked.getByText('Nothing is told over it until it is switched on again').waitFor();
  await asked.getByRole('button', { name: 'No, go back' }).click();
  await asked.waitFor({ state: 'detached' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await asked.getByRole('button', { name: 'Switch it off' }).click();
  await page.getByRole('cell', { name: 'Switched off' }).waitFor();
});

it('shows a connection that ends without a reload, and forgets it when it is well again', async () => {
  await page.getByRole('tab', { name: 'Open' }).click();
  world.tenant.misbehave.revoke(BOB);
  await world.service.call('POST', `/connections/${bob}/refresh`);
  const card = page.getByRole('article', { name: /^A connection needs a person/ });
  await card.waitFor({ timeout: 90_000 });
  await expectAccessible(page);
  await screenshot(page, 'alerts');
  await world.signIn(bob, BOB);
  await page.getByText('No alert is open').waitFor({ timeout: 90_000 });
  await page.getByRole('tab', { name: 'Resolved' }).click();
  await card.waitFor();
  expect(world.complaints()).toEqual([]);
});
