/** The web app's frame: it is served under its policy, signs in and out, and says when the service is away. */
import { request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BrowserWorld, expectAccessible, openBrowserWorld, PHONE, screenshot } from './browser-world.js';

let world: BrowserWorld;
beforeAll(async () => {
  world = await openBrowserWorld();
});
afterAll(() => world.close());

it('opens every screen of the navigation without a complaint, in light and dark, on a desktop and at 400 px', async () => {
  for (const options of [{}, { colours: 'dark' as const }, { viewport: PHONE }]) {
    const page = await world.open('/', await world.newBrowser(options));
    const burger = page.getByRole('button', { name: 'Open or close the navigation' });
    const links = page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link');
    const names = await page.locator('nav a').allTextContents();
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      if (await burger.isVisible()) await burger.click();
      await links.filter({ hasText: name }).click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expectAccessible(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `${name} is wider than the window`).toBeLessThanOrEqual(0);
    }
    await page.context().close();
  }
  expect(world.complaints()).toEqual([]);
});

it('loads less than 300 KB of script before the first screen stands, compressed by whoever built it', async () => {
  const context = await world.newBrowser();
  const page = await world.open('/', context);
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name).pathname)
      .filter((name) => name.endsWith('.js')),
  );
  expect(scripts.length).toBeGreaterThan(0);
  let bytes = 0;
  for (const script of scripts) {
    // As it comes over the wire: nothing is unpacked.
    const answer = await request(world.service.url + script, { headers: { 'accept-encoding': 'gzip' } });
    expect([answer.statusCode, answer.headers['content-encoding']], script).toEqual([200, 'gzip']);
    bytes += (await answer.body.arrayBuffer()).byteLength;
  }
  expect(bytes).toBeLessThan(300 * 1024);
  await context.close();
});

it('says that the service is away instead of what it said before, and goes on when asked', async () => {
  const context = await world.newBrowser();
  await context.clock.install();
  const page = await world.open('/service', context);
  const ready = page.getByText('Ready', { exact: true });
  await ready.waitFor();
  await page.route('**/readyz', (route) => route.abort());
  await context.clock.runFor(40_000);
  await page.locator('[data-problem="service-unreachable"]').waitFor();
  expect(await ready.count()).toBe(0);
  await page.unroute('**/readyz');
  await page.getByRole('button', { name: 'Try again' }).click();
  await ready.waitFor();
  await context.close();
  // The browser tells what the test cut.
  const told = world.complaints().splice(0);
  expect(told.filter((each) => !each.includes('ERR_FAILED'))).toEqual([]);
});

it('signs out', async () => {
  const page = await world.open('/');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await screenshot(page, 'frame');
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
  await page.waitForURL('**/sign-in');
  await page.goto(`${new URL(page.url()).origin}/connections`);
  await page.waitForURL('**/sign-in');
});
