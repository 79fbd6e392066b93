/** Who may use the service: the first start, people with roles, API keys, and the trail of what was done. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type BrowserWorld, expectAccessible, openBrowserWorld, screenshot } from './browser-world.js';

const ADA = { name: 'ada', password: 'nine purple elephants sing' };
const VERA = { name: 'vera', password: 'seven quiet rivers meet' };

let world: BrowserWorld;
/** Of the first admin. */
let page: Page;

beforeAll(async () => {
  world = await openBrowserWorld();
});
afterAll(() => world.close());

const table = (of: Page) => of.getByRole('table');

it('lets whoever opens the set-up link become the first admin, once', async () => {
  const link = /"setUpLink":"([^"]+)"/.exec(world.output())?.[1] ?? '';
  page = await (await world.newBrowser()).newPage();
  await page.goto(link);
  await expectAccessible(page);
  await screenshot(page, 'first-start');
  await page.getByLabel('Name').fill(ADA.name);
  await page.getByLabel(/^New password/).fill(ADA.password);
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('button', { name: 'Account of ada' }).waitFor();
  const other = await (await world.newBrowser()).newPage();
  await other.goto(link);
  expect(await other.locator('main').innerText()).toMatch(/used|not|already/i);
  await expectAccessible(other);
  await other.context().close();
});

it('signs in by password, and says what was wrong beside the form', async () => {
  const other = await (await world.newBrowser()).newPage();
  await other.goto(new URL('/sign-in', page.url()).href);
  await expectAccessible(other);
  await screenshot(other, 'sign-in');
  await other.getByLabel('Name').fill(ADA.name);
  await other.getByLabel(/^Password/).fill('not the password');
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await other.getByText('That is not your name and password').waitFor();
  await expectAccessible(other);
  await other.getByLabel(/^Password/).fill(ADA.password);
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await other.getByRole('button', { name: 'Account of ada' }).click();
  await other.getByRole('menuitem', { name: 'Change password' }).click();
  await other.getByLabel(/^Old password/).waitFor();
  await expectAccessible(other);
  await other.context().close();
});

it('invites a viewer, who sees and changes nothing, and is shut out at once', async () => {
  await page.getByRole('link', { name: 'People and access' }).click();
  await page.getByRole('button', { name: 'Invite' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill(VERA.name);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Invite' }).click();
  const link = await dialog.getByRole('textbox', { name: 'One-time link' }).inputValue();
  await dialog.getByRole('button', { name: 'Copy One-time link' }).waitFor();
  // It is shown once: no key closes it by a slip.
  await page.keyboard.press('Escape');
  expect(await dialog.getByRole('textbox', { name: 'One-time link' }).inputValue()).toBe(link);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await dialog.waitFor({ state: 'detached' });
  await table(page).getByText('Invited').waitFor();

  const vera = await (await world.newBrowser()).newPage();
  await vera.goto(link);
  await expectAccessible(vera);
  await vera.getByLabel(/^New password/).fill(VERA.password);
  await vera.getByRole('button', { name: 'Set password' }).click();
  await vera.getByRole('button', { name: 'Account of vera' }).waitFor();
  await vera.getByRole('link', { name: 'People and access' }).click();
  await vera.getByText('Only admins see this').waitFor();
  await expectAccessible(vera);

  await page.reload();
  await table(page).getByText('Active').nth(1).waitFor();
  await expectAccessible(page);
  await screenshot(page, 'people');
  const row = page.getByRole('row').filter({ hasText: VERA.name });
  await row.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('dialog').getByText('Their sessions end at once').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await row.getByText('Disabled').waitFor();
  await vera.getByRole('link', { name: 'Connections' }).click();
  await vera.waitForURL('**/sign-in');
  await vera.context().close();
});

it('changes a role after it has said what that means, and never one’s own', async () => {
  const row = page.getByRole('row').filter({ hasText: VERA.name });
  const role = row.getByRole('combobox', { name: 'Role: vera' });
  const choose = async (answer: string): Promise<void> => {
    await role.click();
    await page.getByRole('option', { name: 'Operator' }).click();
    const asked = page.getByRole('dialog', { name: 'Change the role of vera?' });
    await asked.getByText('Their sessions end at once; they become Operator.').waitFor();
    await asked.getByRole('button', { name: answer }).click();
    await asked.waitFor({ state: 'detached' });
  };
  await choose('No, go back');
  expect(await role.inputValue()).toBe('Viewer');
  await choose('Change the role');
  await page.getByText('vera is Operator now').waitFor();
  await expect.poll(() => role.inputValue()).toBe('Operator');
  expect(await page.getByRole('combobox', { name: 'Role: ada' }).isDisabled()).toBe(true);
});

it('shows who was removed, and lets them back', async () => {
  const openId = { issuer: 'https://login.example', subject: '42', removedAt: '2026-11-01T08:00:00.000Z' };
  let items = [{ id: 'per_olga', name: 'olga', ...openId }];
  await page.route('**/api/v1/people/removed**', (route) => {
    if (route.request().method() === 'DELETE') {
      expect(route.request().url()).toMatch(/\/per_olga$/);
      items = [];
      return route.fulfill({ status: 204 });
    }
    return route.fulfill({ json: { items } });
  });
  await page.reload();
  const removed = page.getByRole('region', { name: 'Removed' });
  await removed.getByRole('button', { name: 'Let back olga' }).click();
  const asked = page.getByRole('dialog', { name: 'Let olga back?' });
  await asked.getByText('They are made anew at their next sign-in').waitFor();
  await expectAccessible(page);
  await asked.getByRole('button', { name: 'Let back' }).click();
  await page.getByText('olga may sign in again.').waitFor();
  await removed.waitFor({ state: 'detached' });
  await page.unroute('**/api/v1/people/removed**');
});

it('makes an API key that is shown once, works, and stops working when it is deleted', async () => {
  await page.getByRole('tab', { name: 'API keys' }).click();
  await page.getByRole('button', { name: 'New API key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('nightly report');
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const key = await dialog.getByRole('textbox', { name: 'API key' }).inputValue();
  const ask = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${key}` };
    return (await fetch(`${world.service.url}/api/v1/connections`, { headers })).status;
  };
  expect(await ask()).toBe(200);
  await page.keyboard.press('Escape');
  expect(await dialog.getByRole('textbox', { name: 'API key' }).inputValue()).toBe(key);
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('cell', { name: 'nightly report', exact: true }).waitFor();
  await expectAccessible(page);
  await screenshot(page, 'api-keys');
  expect(await page.content()).not.toContain(key);
  await page.getByRole('button', { name: 'Delete nightly report' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('There is no API key yet').waitFor();
  expect(await ask()).toBe(401);
});

it('shows who did it, filtered by what was done', async () => {
  await page.getByRole('tab', { name: 'Audit trail' }).click();
  await page.getByRole('cell', { name: 'api-key.delete' }).first().waitFor();
  await page.getByLabel('Action').focus();
  // Faster than the address can follow.
  await page.evaluate(() => {
    for (const key of 'person.create') document.execCommand('insertText', false, key);
  });
  expect(await page.getByLabel('Action').inputValue()).toBe('person.create');
  await vi.waitFor(async () => {
    const actions = await table(page).getByRole('code').allTextContents();
    expect([...new Set(actions)]).toEqual(['person.create']);
  });
  await expectAccessible(page);
  await screenshot(page, 'audit-trail');
});

it('carries the set-up over as a file, after a look at what would happen', async () => {
  await world.createApplication();
  await page.getByRole('link', { name: 'Service' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export the set-up' }).click();
  const file = await (await saved).path();
  await page.locator('input[type="file"]').setInputFiles(file);
  await page.getByText('Change to what the file says').click();
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page.getByText('What would happen', { exact: true }).waitFor();
  await page.getByRole('cell', { name: 'Sandbox app' }).waitFor();
  await expectAccessible(page);
  await screenshot(page, 'service');
  await page.locator('input[type="file"]').setInputFiles({
    name: 'no.json',
    mimeType: 'application/json',
    buffer: Buffer.from('not json'),
  });
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page.getByText('The file is no JSON').waitFor();
  await page.getByRole('button', { name: 'Seal everything anew' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Seal everything anew' }).click();
  await page.getByText('The previous keys are needed no more.').waitFor();
});

it('had nothing to complain of', () => {
  expect(world.complaints()).toEqual([]);
});
