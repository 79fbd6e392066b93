/** Home with 2,000 connectors: found by search, filters and order that stand in the address, and scrolled without a hitch. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BrowserWorld, expectAccessible, openBrowserWorld, PHONE, screenshot } from './browser-world.js';
import { tasksDuring } from './long-tasks.js';
import { answerOverview, madeUpRow } from './made-up-overview.js';

const COUNT = 2_000;
const rows = Array.from({ length: COUNT }, (_, index) => madeUpRow(index));

let world: BrowserWorld;
beforeAll(async () => {
  world = await openBrowserWorld();
});
afterAll(() => world.close());

const home = (): string => world.service.url.replace('127.0.0.1', 'localhost');

/** Home with these rows in the place of those that the service has. @param prepare before the page is opened */
async function openHome(
  options: { viewport?: typeof PHONE } = {},
  prepare: (page: Page) => Promise<unknown> = async () => {},
): Promise<{ page: Page; asked: string[] }> {
  const context = await world.newBrowser(options);
  await (await world.open('/', context)).close();
  const page = await context.newPage();
  const asked = await answerOverview(page, rows);
  await prepare(page);
  await page.goto(home());
  await page.locator('[data-connector]').first().waitFor();
  return { page, asked };
}

const drawn = (page: Page) => page.locator('[data-connector]');
const list = (page: Page) => page.getByRole('table', { name: 'Connectors' });
const count = (page: Page, text: string) =>
  page.getByRole('status').getByText(text, { exact: true }).waitFor();

it('reads all rows in two requests, draws those in view, and says of how many each is one', async () => {
  const { page, asked } = await openHome();
  expect(asked.map((each) => new URLSearchParams(each).get('limit'))).toEqual(['1000', '1000']);
  expect(await list(page).getAttribute('aria-rowcount')).toBe(String(COUNT + 1));
  expect(await drawn(page).count()).toBeLessThan(60);
  await screenshot(page, 'home');
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await page.locator(`[aria-rowindex="${COUNT + 1}"]`).waitFor();
  expect(await drawn(page).count()).toBeLessThan(60);
  await page.context().close();
});

it('is searched, filtered and put in order by the address, which says so in turn', async () => {
  const { page } = await openHome();
  const search = page.getByRole('searchbox', { name: 'Search name, User or connection' });
  await search.fill('person417@');
  await count(page, '4 of 2,000 connectors');
  await page.waitForURL(/q=person417/);
  await page.getByRole('button', { name: /^Email Send 2/ }).click();
  await count(page, '2 of 2,000 connectors');
  await search.fill('');
  await page.getByRole('button', { name: /^Email Send/ }).click();
  await page.getByRole('button', { name: /^Held/ }).click();
  await page.getByRole('button', { name: /^Stale/ }).click();
  await count(page, '15 of 2,000 connectors');
  expect(new URL(page.url()).searchParams.get('status')).toBe('held,stale');
  await page.getByRole('button', { name: 'Status', exact: true }).click();
  await page.waitForURL(/sort=status/);
  expect(await drawn(page).first().textContent()).toContain('Held');
  await expectAccessible(page);

  await page.goto(`${home()}/?q=invoices&status=backoff&sort=lastSuccess`);
  await drawn(page).first().waitFor();
  expect(await search.inputValue()).toBe('invoices');
  const backoff = page.getByRole('button', { name: /^Backing off/ });
  expect(await backoff.getAttribute('aria-pressed')).toBe('true');
  await search.fill('nobody has this name');
  await page.getByRole('heading', { name: 'No connector is like that' }).waitFor();
  await page.getByRole('button', { name: 'Clear search and filters' }).click();
  await count(page, '2,000 connectors');
  expect(await search.inputValue()).toBe('');
  expect(world.complaints()).toEqual([]);
  await page.context().close();
});

it('keeps the focus on its row, however far the list is scrolled', async () => {
  const { page } = await openHome();
  await drawn(page).first().getByRole('link').focus();
  const name = await page.evaluate(() => document.activeElement?.textContent);
  await page.evaluate(() => scrollTo(0, 60_000));
  await page.locator('[aria-rowindex="1000"]').waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name);
  await page.keyboard.press('End');
  const last = page.locator(`[aria-rowindex="${COUNT + 1}"]`);
  await last.waitFor();
  await page.waitForFunction(
    (index) => document.activeElement?.closest('[role=row]')?.getAttribute('aria-rowindex') === index,
    String(COUNT + 1),
  );
  await page.context().close();
});

it('shows cards at 400 px, which stay within the window', async () => {
  const { page } = await openHome({ viewport: PHONE });
  await list(page).scrollIntoViewIfNeeded();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption({ label: 'Waiting, most first' });
  await page.waitForURL(/sort=waiting/);
  await expectAccessible(page);
  await page.getByRole('searchbox').scrollIntoViewIfNeeded();
  await page.evaluate(() =>
    scrollBy(0, document.querySelector('[type=search]')?.getBoundingClientRect().top ?? 0),
  );
  await screenshot(page, 'home-phone');
  expect(world.complaints()).toEqual([]);
  await page.context().close();
});

/** From the first row to the last, or so many steps; half a window with each frame, as fast as frames come. */
async function scrollThrough(page: Page, { steps = COUNT } = {}): Promise<void> {
  await page.evaluate(async (most) => {
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    const end = document.documentElement.scrollHeight - document.documentElement.clientHeight;
    scrollTo(0, 0);
    await frame();
    for (let step = 0; step < most && scrollY < end - 1; step++) {
      scrollBy(0, 450);
      await frame();
    }
    await frame();
  }, steps);
}

it('scrolls through 2,000 rows without a task over 50 ms, which drawing them all at once takes', async () => {
  const { page } = await openHome();
  // Code that is new to the browser is slow once; a person's first turn of the wheel is short.
  await scrollThrough(page);
  await page.locator(`[aria-rowindex="${COUNT + 1}"]`).waitFor();
  let tasks = await tasksDuring(world.browser, page, () => scrollThrough(page));
  // A machine that has other work to do makes memory slow as well: that it goes is what counts.
  for (let again = 0; again < 2 && tasks.long.length > 0; again++)
    tasks = await tasksDuring(world.browser, page, () => scrollThrough(page));
  expect(tasks.long).toEqual([]);
  expect(tasks.all).toBeGreaterThan(COUNT / 20);
  await page.context().close();

  // The control: in a window that is said to be as high as the list, every row is in view and drawn.
  const { page: whole } = await openHome({}, (opened) =>
    opened.addInitScript(() =>
      Object.defineProperty(globalThis, 'innerHeight', { get: () => 200_000, configurable: true }),
    ),
  );
  await whole.locator(`[aria-rowindex="${COUNT + 1}"]`).waitFor();
  expect(await drawn(whole).count()).toBe(COUNT);
  // In another order each of them is drawn anew, as each comes into view in a list that does not draw them all.
  const { long } = await tasksDuring(world.browser, whole, async () => {
    await whole.getByRole('button', { name: 'Status', exact: true }).click();
    await whole.waitForURL(/sort=status/);
    await scrollThrough(whole, { steps: 5 });
  });
  expect(long).not.toEqual([]);
  expect(world.complaints()).toEqual([]);
  await whole.context().close();
});
