/** The preview of a hostile message: nothing in it acts, nobody hears of it, and the page goes on as before. */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Attacker, startAttacker, startUnprotected } from './attacker.js';
import { ALICE, type BrowserWorld, openBrowserWorld } from './browser-world.js';
import { ATTACKS, type Attack } from './hostile-messages.js';
import { startReceiver, type TestReceiver } from './receiver.js';

let world: BrowserWorld;
/** One page of the web app for all of them, which goes from message to message as people do; anew after a row that failed. */
let signedIn: BrowserContext;
let elsewhere: BrowserContext;
let opened: Page | undefined;
let dialogs: string[];
let receiver: TestReceiver;
let attackers: Attacker[];
/** Id of the message by the attack that it holds. */
let messages: ReadonlyMap<string, string>;

beforeAll(async () => {
  world = await openBrowserWorld();
  signedIn = await world.newBrowser();
  elsewhere = await world.newBrowser();
  receiver = await startReceiver(world);
  attackers = await Promise.all(ATTACKS.map(startAttacker));
  for (const [index, attack] of ATTACKS.entries())
    world.tenant.deliver(ALICE, {
      subject: attack.name,
      text: attack.html(attackers[index]?.origin ?? ''),
      headers: { 'Content-Type': 'text/html; charset=utf-8' },
    });
  messages = await receiver.received(ATTACKS.map(({ name }) => name));
});
afterAll(async () => {
  await Promise.all((attackers ?? []).map((each) => each.close()));
  await receiver?.close();
  await world?.close();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') opened = undefined;
  const others = [signedIn, elsewhere]
    .flatMap((context) => context.pages())
    .filter((each) => each !== opened);
  await Promise.all(others.map((page) => page.close()));
});

async function openMessage(id: string): Promise<Page> {
  const at = `/messages/${id}?content=preview`;
  dialogs = [];
  if (opened === undefined) {
    opened = await world.open(at, signedIn);
    opened.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
  } else
    await opened.evaluate((to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
    }, at);
  return opened;
}

/** With the mouse: where no script runs, nobody can tell when an element has come to rest. */
async function pressIn(page: Page, target: Locator): Promise<void> {
  await page.getByTitle('Preview of the message').scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error('there is nothing to press on');
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  expect(await page.evaluate(() => document.activeElement?.tagName), 'it was pressed').toBe('IFRAME');
}

describe('a hostile message', () => {
  it.each(ATTACKS.map((attack, index) => ({ ...attack, attack, index })))(
    'with $name does nothing in the preview, and does it without the protection',
    async ({ attack, index, press, elements = 0 }) => {
      const attacker = attackers[index] as Attacker;
      const id = messages.get(attack.name) ?? '';
      const page = await openMessage(id);
      const preview = page.frameLocator(`iframe[title="Preview of the message"][src*="${id}"]`);
      await preview.locator('body').waitFor({ state: 'attached' });
      const address = page.url();
      if (press !== undefined) await pressIn(page, preview.getByText(press));

      // The control: by the time that it has acted, the preview, which was opened before it, would have too.
      const other = await startAttacker();
      const unprotected = await startUnprotected(attack.html(other.origin));
      const control = await elsewhere.newPage();
      // Some never end loading; what waits to be pressed does, and before that it may take no notice.
      await control.goto(unprotected.url, { waitUntil: press === undefined ? 'commit' : 'load' });
      if (press !== undefined) await control.getByText(press).click({ noWaitAfter: true });
      if (elements > 0)
        await expect
          .poll(() => control.evaluate(() => document.querySelectorAll('*').length), { timeout: 30_000 })
          .toBeGreaterThan(elements);
      else await expect.poll(() => other.heard(), { timeout: 30_000 }).not.toEqual([]);
      await Promise.all([unprotected.close(), other.close()]);

      expect(attacker.heard()).toEqual([]);
      expect(dialogs).toEqual([]);
      expect(page.context().pages()).toHaveLength(1);
      expect(page.url()).toBe(address);
      expect(await page.title()).toBe(`${attack.name} · Mailgrant`);
      const frame = page.frames().find((each) => each !== page.mainFrame());
      expect(frame?.url()).toMatch(new RegExp(`/api/v1/messages/${id}/preview(#.*)?$`));
      expect(page.frames()).toHaveLength(2);
      expect(await frame?.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(30_000);
      // The page goes on: another tab of the content shows, and its own thread was never kept for a second.
      const waitedMs = await page.evaluate(async () => {
        const startedAt = performance.now();
        await new Promise((resolve) => setTimeout(resolve));
        return performance.now() - startedAt;
      });
      expect(waitedMs).toBeLessThan(1_000);
      await page.getByRole('tab', { name: 'Headers' }).click();
      await page.getByRole('rowheader', { name: 'subject' }).waitFor();
    },
  );

  it('is refused as a page of its own by the same policy, whoever opens its address', async () => {
    const [attack, attacker] = [ATTACKS[0] as Attack, attackers[0] as Attacker];
    const page = await world.open('/', signedIn);
    await page.goto(`${new URL(page.url()).origin}/api/v1/messages/${messages.get(attack.name)}/preview`);
    expect(await page.evaluate(() => document.domain)).toBe('');
    expect(attacker.heard()).toEqual([]);
  });
});

it('complains of nothing but what the frame was refused', () => {
  const ofOurs = world.complaints().filter((line) => line.startsWith('http://localhost:'));
  expect(
    ofOurs.filter((line) => !/Content Security Policy|sandbox|ERR_UNKNOWN_URL_SCHEME/i.test(line)),
  ).toEqual([]);
});
