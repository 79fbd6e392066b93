/** Home as an admin uses it: it teaches while it is empty, shows each connector live, and has on top what needs a person. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  ALICE,
  BOB,
  type BrowserWorld,
  expectAccessible,
  openBrowserWorld,
  screenshot,
  turn,
} from './browser-world.js';

let world: BrowserWorld;
let alice: string;
let bob: string;
const orders = 'Orders in';
const invoices = 'Invoices out';

beforeAll(async () => {
  world = await openBrowserWorld();
});
afterAll(() => world.close());

const make = (name: string, type: string, connection: string, settings: Record<string, unknown> = {}) =>
  world.service.api<{ id: string }>('POST', '/connectors', { name, type, connection, settings });

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const status = (page: Page, name: string, wanted: string) =>
  row(page, name).locator(`[data-status="${wanted}"]`).waitFor();
/** Cards under "Needs a person"; of those alone that stop connectors. */
const stopped = (page: Page) =>
  page
    .getByRole('region', { name: 'Needs a person' })
    .getByRole('listitem')
    .filter({ hasText: /Stops \d+ connector/ });

/** What the page asks for its rows. */
function overviewRequests(page: Page): URLSearchParams[] {
  const asked: URLSearchParams[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname.endsWith('/overview')) asked.push(searchParams);
  });
  return asked;
}

it('teaches the three steps while there is no connector, and shows the first ones as they are made', async () => {
  const page = await world.open('/');
  await page.getByRole('heading', { name: 'Three steps to the first connector' }).waitFor();
  expect(await page.getByRole('listitem').allTextContents()).toEqual([
    expect.stringMatching(/^Application\./),
    expect.stringMatching(/^Connection\./),
    expect.stringMatching(/^Connector\./),
  ]);
  await expectAccessible(page);
  await screenshot(page, 'home-empty');

  const asked = overviewRequests(page);
  const application = await world.createApplication();
  alice = (await world.createConnection(application.id, ALICE)).id;
  bob = (await world.createConnection(application.id, BOB)).id;
  await world.signIn(alice, ALICE);
  const poll = { startFrom: 'all', schedule: { every: '1s' } };
  const destination = { type: 'directory', path: world.directory };
  const { id: sender } = await make(invoices, 'email-send', alice);
  await make(orders, 'email-receive', bob, { ...poll, destination });
  await make('Reminders out', 'email-send', bob);
  await status(page, invoices, 'waiting');
  await status(page, orders, 'held');
  await status(page, 'Reminders out', 'held');
  expect(await row(page, 'Reminders out').textContent()).toContain('Not signed in yet');

  // Bob has not signed in: one thing to do, whatever stands still for it.
  const card = stopped(page);
  expect(await card.count()).toBe(1);
  expect(await card.textContent()).toMatch(/bob@sandbox\.example: .*Stops 2 connectors: .*Orders in/);
  expect(await card.getByRole('link', { name: 'Sign in', exact: true }).getAttribute('href')).toBe(
    `/connections/${bob}`,
  );
  await expectAccessible(page);
  await screenshot(page, 'home-needs-person');

  await world.signIn(bob, BOB);
  await status(page, orders, 'ok');
  await stopped(page).waitFor({ state: 'detached' });
  await world.send(sender, { to: BOB, subject: 'Invoice 1' });
  await row(page, invoices).getByText('1 sent').waitFor();
  await row(page, orders).getByText('1 received').waitFor();
  await expectAccessible(page);
  expect(asked.length).toBeGreaterThan(0);
  // Whatever changes, only its rows are read.
  expect(asked.filter((each) => !each.has('ids'))).toEqual([]);
  expect(world.complaints()).toEqual([]);
});

it('opens, runs, pauses and resumes a connector from its row', async () => {
  const page = await world.open('/');
  const acts = page.getByRole('button', { name: `Actions on ${orders}` });
  const choose = async (act: string): Promise<void> => {
    await acts.click();
    await page.getByRole('menuitem', { name: act, exact: true }).click();
  };
  await choose('Receive now');
  await page.getByText(`${orders} runs now.`).waitFor();
  await choose('Pause');
  const question = page.getByRole('dialog', { name: `Pause ${orders}?` });
  expect(await question.textContent()).toContain('stays in the mailbox');
  await question.getByRole('button', { name: 'No, go back' }).click();
  await question.waitFor({ state: 'detached' });
  await choose('Pause');
  await question.getByRole('button', { name: 'Pause', exact: true }).click();
  await status(page, orders, 'paused');
  await choose('Resume');
  await status(page, orders, 'ok');
  await choose('Reset backoff');
  await page.getByText(`${orders}: backoff, problem and pause are cleared`).waitFor();
  await row(page, orders).click();
  await page.waitForURL(/\/connectors\/ctr_\w+$/);
  expect(world.complaints()).toEqual([]);
});

it('lets go of its stream while nobody looks, and shows what changed meanwhile when somebody does again', async () => {
  const context = await world.newBrowser();
  await context.clock.install();
  const page = await world.open('/', context);
  await status(page, orders, 'ok');
  const asked = overviewRequests(page);
  const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/v1/events'));
  await turn(page, 'hidden');
  await context.clock.fastForward(10_000);
  await ended;

  const { items } = await world.service.api<{ items: { id: string; name: string; version: number }[] }>(
    'GET',
    '/connectors',
  );
  const { id, version } = items.find(({ name }) => name === orders) ?? { id: '', version: 0 };
  const change = (enabled: boolean, of: number) =>
    world.service.api('PATCH', `/connectors/${id}`, { enabled }, { 'if-match': `"${of}"` });
  await change(false, version);
  expect(await row(page, orders).locator('[data-status="ok"]').count()).toBe(1);

  const again = page.waitForRequest(/\/api\/v1\/events\?lastEventId=\d+-\d+$/);
  await turn(page, 'visible');
  await again;
  await status(page, orders, 'paused');
  expect(await page.locator('[data-live]').getAttribute('data-live')).toBe('live');
  // What was missed is told: not all is read anew.
  expect(asked.filter((each) => !each.has('ids'))).toEqual([]);
  await change(true, version + 1);
  await status(page, orders, 'ok');
  await context.close();
  expect(world.complaints()).toEqual([]);
});

it('is worked by keyboard alone: one stop for Tab, arrows from row to row, a menu that gives the focus back', async () => {
  const page = await world.open('/');
  const link = (name: string) => row(page, name).getByRole('link', { name, exact: true });
  await page.getByRole('button', { name: 'Waiting', exact: true }).focus();
  await page.keyboard.press('Tab');
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
  expect(await focused()).toBe(invoices);
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction((name) => document.activeElement?.textContent === name, orders);
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.activeElement?.textContent === 'Reminders out');
  await page.keyboard.press('Home');
  await page.waitForFunction((name) => document.activeElement?.textContent === name, invoices);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Send now' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('menuitem', { name: 'Send now' }).waitFor({ state: 'detached' });
  await page.waitForFunction(
    (name) => document.activeElement?.getAttribute('aria-label') === `Actions on ${name}`,
    invoices,
  );
  await link(invoices).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/connectors\/ctr_\w+$/);
  expect(world.complaints()).toEqual([]);
});

it('shows an application that fails as one thing, and a person who may only read no acts', async () => {
  world.tenant.misbehave.clientSecret({ expired: true });
  await world.service.call('POST', `/connections/${alice}/refresh`);
  const { status: shown } = await world.service.api<{ status: string }>('GET', `/connections/${alice}`);
  expect(shown).toBe('application-error');
  const context = await world.newBrowser();
  await context.route('**/api/v1/session', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), scopes: ['read'] } });
  });
  const page = await world.open('/', context);
  await page.getByRole('link', { name: 'Open application' }).waitFor();
  // Its name is read when the card stands already.
  await expect
    .poll(() => stopped(page).allTextContents())
    .toEqual([expect.stringMatching(/^Application Sandbox app: .*Stops 3 connectors/)]);
  await page.getByRole('button', { name: `Actions on ${orders}` }).click();
  expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Open']);
  expect(world.complaints()).toEqual([]);
});
