/** Charts: what went through, what went wrong, how long it took and what is left to send; each to be read as a table too. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MailboxBudget, Statistics } from '../../src/admin/ui/api/schema.js';
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
beforeAll(async () => {
  world = await openBrowserWorld();
});
afterAll(() => world.close());

const section = (page: Page, name: string) => page.getByRole('region', { name });

it('says what would stand here, then counts what really went through', async () => {
  const page = await world.open('/charts');
  await page.getByRole('heading', { name: 'Nothing was sent or received in this time' }).waitFor();
  await page.getByRole('heading', { name: 'No failure in this time' }).waitFor();
  await page.getByRole('heading', { name: 'No mailbox sends yet' }).waitFor();
  await expectAccessible(page);

  const { id: application } = await world.createApplication();
  const { id: alice } = await world.createConnection(application, ALICE);
  await world.signIn(alice, ALICE);
  const { id: sender } = await world.createConnector('email-send', alice);
  const { id: message } = await world.send(sender, { to: BOB, subject: 'Counted' });
  await expect
    .poll(async () => (await world.service.api<{ status: string }>('GET', `/messages/${message}`)).status, {
      timeout: 30_000,
    })
    .toBe('sent');
  await page.getByText(/In the last 24 hours: 1 sent, 0 received/).waitFor();
  await page.getByText(/Sending: half within/).waitFor();
  await section(page, 'Budgets of mailboxes')
    .getByText(/^1 of [\d,]+$/)
    .first()
    .waitFor();
  expect(world.complaints()).toEqual([]);
  await page.context().close();
});

/** A week as a busy service has it: made up, since a test has no week. */
function madeUpStatistics(count: number): Statistics {
  const begin = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - (count - 1) * HOUR_MS;
  const hours = Array.from({ length: count }, (_, index) => {
    const at = new Date(begin + index * HOUR_MS).toISOString();
    const swing = Math.max(0, Math.sin((index / 24) * 2 * Math.PI));
    return { at, sent: Math.round(40 * swing) + 2, received: Math.round(90 * swing) + 5, swing };
  });
  return {
    hours: hours.map(({ at, sent, received }) => ({ at, sent, received, failed: 0, quarantined: 0 })),
    problems: [
      { code: 'smtp-busy', title: 'The mail server is busy', count: 31 },
      { code: 'imap-unavailable', title: 'The IMAP server cannot be reached', count: 12 },
      { code: 'webhook-refused', title: 'The webhook refuses', count: 3 },
    ],
    latency: {
      send: { p50Ms: 1_200, p95Ms: 4_100 },
      receive: { p50Ms: 38_000, p95Ms: 290_000 },
      hours: hours.map(({ at, swing }) => ({
        at,
        sendP50Ms: 900 + Math.round(swing * 800),
        sendP95Ms: 2_500 + Math.round(swing * 4_000),
        receiveP50Ms: 30_000 + Math.round(swing * 9_000),
        receiveP95Ms: 90_000 + Math.round(swing * 90_000),
      })),
    },
  };
}

const BUDGETS: MailboxBudget[] = [
  {
    user: 'calm@contoso.example',
    connections: [{ id: 'con_1', name: 'Calm' }],
    minute: { used: 2, limit: 30 },
    day: { used: 210, limit: 10_000 },
    smtpConnections: { used: 0, limit: 3 },
  },
  {
    user: 'busy@contoso.example',
    connections: [{ id: 'con_2', name: 'Busy' }],
    minute: { used: 29, limit: 30 },
    day: { used: 8_900, limit: 10_000 },
    smtpConnections: { used: 3, limit: 3 },
  },
];

const COUNTS: Readonly<Record<string, number>> = { '24h': 24, '3d': 72, '7d': 168 };

/** @returns what was asked for */
async function answerStatistics(page: Page): Promise<URLSearchParams[]> {
  const asked: URLSearchParams[] = [];
  await page.route('**/api/v1/statistics?*', async (route) => {
    const { searchParams } = new URL(route.request().url());
    asked.push(searchParams);
    const hours = Math.round((Date.now() - Date.parse(searchParams.get('from') ?? '')) / HOUR_MS);
    await route.fulfill({ json: madeUpStatistics(hours) });
  });
  await page.route('**/api/v1/statistics/budgets?*', (route) =>
    route.fulfill({ json: { items: BUDGETS, nextCursor: null } }),
  );
  return asked;
}

it('draws a day or a week, and says the same in a table', async () => {
  const page = await world.open('/alerts');
  const asked = await answerStatistics(page);
  await page.goto(page.url().replace('/alerts', '/charts?range=7d'));
  const traffic = section(page, 'Sent and received per hour');
  await traffic.locator('.recharts-bar-rectangle').first().waitFor();
  expect(await traffic.getByRole('img', { name: /./ }).getAttribute('aria-label')).toMatch(
    /In the last 7 days: .* sent, .* received; the busiest hour began/,
  );
  expect(await page.getByRole('radio', { name: '7 days' }).isChecked()).toBe(true);
  await page.getByText('24 hours', { exact: true }).click();
  await page.waitForURL(/range=24h/);
  await expect.poll(() => traffic.locator('.recharts-bar-rectangle').count()).toBe(2 * (COUNTS['24h'] ?? 0));
  expect(asked.length).toBeGreaterThan(1);

  // The meaning of a problem is one click away; the mailbox that is nearest to its limit stands first.
  const busy = section(page, 'Failures by problem').getByRole('link', { name: 'The mail server is busy' });
  expect(await busy.getAttribute('href')).toBe('/problems#smtp-busy');
  const mailboxes = section(page, 'Budgets of mailboxes').getByRole('rowheader');
  expect(await mailboxes.allTextContents()).toEqual(['busy@contoso.example', 'calm@contoso.example']);
  await page.getByRole('meter', { name: /Messages in the last minute: busy.*: 29 of 30/ }).waitFor();
  await expectAccessible(page);
  await screenshot(page, 'charts');

  await page.getByRole('button', { name: 'Show as table: Sent and received per hour' }).click();
  const table = page.getByRole('table', { name: 'Sent and received per hour, as a table' });
  expect(await table.getByRole('row').count()).toBe(25);
  await page.getByRole('button', { name: 'Show as table: How long messages take' }).click();
  await page.getByRole('table', { name: 'How long messages take, as a table' }).waitFor();
  await expectAccessible(page);
  expect(world.complaints()).toEqual([]);
  await page.context().close();
});

it('draws the same in the dark and at 400 px, within the window', async () => {
  for (const options of [{ colours: 'dark' as const }, { viewport: PHONE }]) {
    const context = await world.newBrowser(options);
    await (await world.open('/alerts', context)).close();
    const page = await context.newPage();
    await answerStatistics(page);
    await page.goto(`${world.service.url.replace('127.0.0.1', 'localhost')}/charts?range=3d`);
    await page.locator('.recharts-line-curve').first().waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await expectAccessible(page);
    if ('colours' in options) await screenshot(page, 'charts-dark');
    await context.close();
  }
  expect(world.complaints()).toEqual([]);
});
