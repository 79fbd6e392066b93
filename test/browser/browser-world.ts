/** The service as an admin meets it: a process of its own against a sandbox tenant, and Chromium on its page. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openServiceWorld, type ServiceWorld } from '../flows/service-world.js';
import { startChromium } from '../servers/chromium.js';
import { API_KEY } from '../servers/service.js';

export { ALICE, BOB, MALLORY } from '../flows/service-world.js';

const SCREENSHOTS = path.resolve(import.meta.dirname, '../../docs/screenshots');
/** The tests write the pictures of the docs anew when asked to; else they leave them as they are. */
const isUpdating = process.env.UPDATE_SCREENSHOTS === '1';
const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 400, height: 800 };

export interface BrowserWorld extends ServiceWorld {
  readonly browser: Browser;
  /**
   * A browser of its own (cookies, storage), not signed in.
   * @param options `colours` as the system of that person says
   */
  newBrowser(options?: { viewport?: typeof PHONE; colours?: 'light' | 'dark' }): Promise<BrowserContext>;
  /** A page of the web app, signed in as an admin by API key, and live. @param at path, such as `/connections` */
  open(at: string, context?: BrowserContext): Promise<Page>;
  /** What any page has complained of: scripts that threw, what the policy blocked, errors on the console. */
  complaints(): string[];
}

/** @param options of the service world; the service is started */
export async function openBrowserWorld(
  options: Parameters<typeof openServiceWorld>[0] = {},
): Promise<BrowserWorld> {
  const environment = { MAILGRANT_TRUSTED_PROXIES: '127.0.0.1', ...options.environment };
  const world = await openServiceWorld({ ...options, environment });
  const complaints: string[] = [];
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  try {
    await world.start();
    browser = await startChromium();
  } catch (error) {
    await world.close();
    throw error;
  }
  const started = browser;

  const watched = (page: Page): Page => {
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      // What the API refuses is told on the page; the browser's own line about a 4xx is no fault of the page.
      if (message.type() !== 'error' || /the server responded with a status of 4\d\d/.test(message.text()))
        return;
      complaints.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  };
  const newBrowser: BrowserWorld['newBrowser'] = async ({ viewport = DESKTOP, colours = 'light' } = {}) => {
    // Each stands for a person elsewhere: from one address ten may sign in per minute.
    const extraHTTPHeaders = { 'x-forwarded-for': `192.0.2.${contexts.length + 1}` };
    const looks = { viewport, colorScheme: colours, reducedMotion: 'reduce' } as const;
    const context = await started.newContext({ ...looks, extraHTTPHeaders });
    context.on('page', watched);
    contexts.push(context);
    return context;
  };
  return {
    ...world,
    // It is another one after a restart.
    get service() {
      return world.service;
    },
    browser: started,
    newBrowser,
    async open(at, context) {
      const person = context ?? (await newBrowser());
      const { url } = pageUrl(world);
      if ((await person.cookies(url)).length === 0) await signIn(person, url);
      const page = await person.newPage();
      await page.goto(url + at);
      await page.waitForSelector('[data-live="live"]');
      return page;
    },
    complaints: () => complaints,
    async close() {
      await Promise.all(contexts.map((each) => each.close().catch(() => undefined)));
      await started.close();
      await world.close();
    },
  };
}

/** As the sign-in page would, which has tests of its own. */
async function signIn(person: BrowserContext, url: string): Promise<void> {
  const data = { name: 'somebody', password: API_KEY };
  const answer = await person.request.post(`${url}/api/v1/session`, { data, headers: { origin: url } });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** Browsers come by the name that the service calls itself, or their session does not hold. */
const pageUrl = ({ service }: ServiceWorld): { url: string } => ({
  url: service.url.replace('127.0.0.1', 'localhost'),
});

/**
 * axe-core finds nothing serious on the page as it stands (WCAG 2.2 A and AA).
 * @throws AssertionError with rule, and the markup that breaks it
 */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, help, nodes }) =>
          `${id}: ${help}: ${nodes.map(({ html, any }) => `${html.slice(0, 200)} ${any.map(({ message }) => message).join()}`).join(' | ')}`,
      );
  });
  expect(found, page.url()).toEqual([]);
}

/** As if who uses the page had turned to another tab, or come back. */
export const turn = (page: Page, to: 'hidden' | 'visible'): Promise<void> =>
  page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, to);

/** The picture of a page for the docs: `docs/screenshots/<name>.png`. @param name kebab-case */
export async function screenshot(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot({
    animations: 'disabled',
    ...(isUpdating && { path: path.join(SCREENSHOTS, `${name}.png`) }),
  });
  await mkdir(SCREENSHOTS, { recursive: true });
  expect(picture.byteLength).toBeGreaterThan(5_000);
}
