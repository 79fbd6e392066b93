/** Schedules and outbox: when connectors run next, in words; what waits to be sent, why, until when, and what to do about it. */
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

const HOUR_MS = 3_600_000;

let world: BrowserWorld;
let alice: string;
let bob: string;
beforeAll(async () => {
  world = await openBrowserWorld();
});
afterAll(() => world.close());

const make = (name: string, type: string, connection: string, settings: Record<string, unknown> = {}) =>
  world.service.api<{ id: string }>('POST', '/connectors', { name, type, connection, settings });
const waiting = (page: Page, subject: string) =>
  page.getByRole('region', { name: 'Waiting to be sent' }).getByRole('row').filter({ hasText: subject });
const scheduled = (page: Page, name: string) =>
  page.getByRole('table', { name: 'Connectors on a schedule' }).getByRole('row').filter({ hasText: name });

it('says what would stand here while nothing runs and nothing waits', async () => {
  const page = await world.open('/schedules');
  await page.getByRole('heading', { name: 'Nothing waits to be sent' }).waitFor();
  await page.getByRole('heading', { name: 'No connector runs on a schedule' }).waitFor();
  await expectAccessible(page);
  await page.context().close();
});

it('says when connectors run as people say it, with the next five times of a cron expression', async () => {
  const application = await world.createApplication();
  alice = (await world.createConnection(application.id, ALICE)).id;
  bob = (await world.createConnection(application.id, BOB)).id;
  await world.signIn(alice, ALICE);
  const page = await world.open('/schedules');
  const destination = { type: 'directory', path: world.directory };
  const receive = (name: string, connection: string, schedule: Record<string, string>) =>
    make(name, 'email-receive', connection, { startFrom: 'all', destination, schedule });
  await receive('Orders', alice, { every: '5m' });
  await receive('Reports', alice, { cron: '0 8 * * 1-5', timeZone: 'Europe/Berlin' });
  await receive('Statements', alice, { cron: '*/20 6-9 1 * *', timeZone: 'Asia/Tokyo' });
  await receive('Of nobody', bob, { every: '1h' });
  await scheduled(page, 'Orders').getByText('every 5 minutes').waitFor();
  await scheduled(page, 'Reports').getByText('every weekday at 08:00 Europe/Berlin').waitFor();
  await scheduled(page, 'Statements')
    .getByText(/every 20 minutes.*Asia\/Tokyo/)
    .waitFor();
  // What has not signed in polls nothing, and the page does not say that it will.
  await scheduled(page, 'Of nobody').getByText('does not run').waitFor();
  await scheduled(page, 'Reports')
    .locator('time')
    .getByText(/^(today|tomorrow|next Monday) 08:00/)
    .waitFor();
  await page.getByText('The next five runs of Reports').click();
  await scheduled(page, 'Reports').getByRole('listitem').first().waitFor();
  const five = await scheduled(page, 'Reports').getByRole('listitem').allTextContents();
  expect(five).toHaveLength(5);
  for (const each of five) expect(each).toMatch(/08:00$/);
  await page.getByRole('searchbox').fill('report');
  await scheduled(page, 'Orders').waitFor({ state: 'detached' });
  await page.getByRole('searchbox').fill('');
  expect(world.complaints()).toEqual([]);
  await page.context().close();
});

it('says why each message waits and when it goes, lets go of it and cancels it, by mailbox', async () => {
  const page = await world.open('/schedules');
  const { id: invoices } = await make('Invoices', 'email-send', alice);
  const { id: reminders } = await make('Reminders', 'email-send', bob);
  const sendAt = new Date(Date.now() + 30 * HOUR_MS).toISOString();
  await world.send(invoices, { to: 'c@elsewhere.example', subject: 'In thirty hours', sendAt });
  await world.send(reminders, { to: 'c@elsewhere.example', subject: 'For Bob to send' });
  await waiting(page, 'In thirty hours')
    .getByText(/in 1 day 6 hr\./)
    .waitFor();
  expect(await waiting(page, 'In thirty hours').textContent()).toContain('It has a time to be sent at.');
  await waiting(page, 'For Bob to send')
    .getByText(/goes when the connection is signed in/)
    .waitFor();
  await waiting(page, 'For Bob to send').getByText('when somebody has acted').waitFor();
  const ofBob = page.getByRole('region', { name: `Outbox of ${BOB}` });
  expect(await ofBob.getByRole('link', { name: 'Sign in', exact: true }).getAttribute('href')).toBe(
    `/connections/${bob}`,
  );
  await expectAccessible(page);
  await screenshot(page, 'schedules');

  await page.getByRole('button', { name: 'Cancel: In thirty hours' }).click();
  const question = page.getByRole('dialog', { name: 'Cancel “In thirty hours”?' });
  expect(await question.textContent()).toContain('It will not be sent to c@elsewhere.example.');
  await question.getByRole('button', { name: 'Cancel the message' }).click();
  await waiting(page, 'In thirty hours').waitFor({ state: 'detached' });
  await world.send(invoices, { to: 'c@elsewhere.example', subject: 'Sooner', sendAt });
  await page.getByRole('button', { name: 'Send now: Sooner' }).click();
  const sooner = page.getByRole('dialog', { name: 'Send “Sooner” now?' });
  await sooner.getByText(/It was to go to c@elsewhere.example at /).waitFor();
  await sooner.getByRole('button', { name: 'Send it now' }).click();
  await waiting(page, 'Sooner').waitFor({ state: 'detached' });
  await world.signIn(bob, BOB);
  await ofBob.waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Nothing waits to be sent' }).waitFor();
  expect(world.complaints()).toEqual([]);
  await page.context().close();
});

it('fits into 400 px, light and dark', async () => {
  const page = await world.open('/schedules', await world.newBrowser({ viewport: PHONE, colours: 'dark' }));
  await scheduled(page, 'Orders').waitFor();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await expectAccessible(page);
  await page.context().close();
});
