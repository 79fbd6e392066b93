/** The web app's frame: it is served under its policy, signs in and out, and says when the service is away. */
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
    if (await burger.isVisible()) await burger.click();
    for (const name of await links.allTextContents()) {
      if (!(await links.first().isVisible())) await burger.click();
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

it('signs out', async () => {
  const page = await world.open('/');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await screenshot(page, 'frame');
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
  await page.waitForURL('**/sign-in');
  await page.goto(`${new URL(page.url()).origin}/connections`);
  await page.waitForURL('**/sign-in');
});
