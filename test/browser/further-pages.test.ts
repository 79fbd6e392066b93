/** The pages that no walk of its own leads through: tabs of a connection, pages without scripts, and narrow windows. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  ALICE,
  type BrowserWorld,
  expectAccessible,
  openBrowserWorld,
  PHONE,
  screenshot,
} from './browser-world.js';
import { startReceiver, type TestReceiver } from './receiver.js';
import { choose } from './sign-in-steps.js';

let world: BrowserWorld;
let receiver: TestReceiver;
beforeAll(async () => {
  world = await openBrowserWorld();
  receiver = await startReceiver(world);
});
afterAll(async () => {
  await receiver?.close();
  await world?.close();
});

it('fetches what has come when Receive now is pressed', async () => {
  const page = await world.open(`/connectors/${receiver.connector}`);
  world.tenant.deliver(ALICE, { subject: 'Just arrived', text: 'hello' });
  await page.getByRole('button', { name: 'Receive now' }).click();
  await expect.poll(() => receiver.webhook.subjects(), { timeout: 30_000 }).toContain('Just arrived');
  await page.getByRole('tab', { name: 'Activity' }).click();
  await page.getByText('Just arrived').first().waitFor();
  await page.context().close();
});

it('shows every tab of a connection', async () => {
  const page = await world.open(`/connections/${receiver.connection}`);
  const turnTo = async (tab: string): Promise<void> => {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await page.getByRole('tabpanel', { name: tab, exact: true }).waitFor();
    await expectAccessible(page);
  };
  await turnTo('Settings');
  await screenshot(page, 'connection-settings');
  await turnTo('Events');
  await screenshot(page, 'connection-events');
  await turnTo('Export and import');
  await screenshot(page, 'connection-transfer');
  await page.context().close();
});

it('shows the page that a sign-in ends on, in light and dark', async () => {
  for (const colours of ['light', 'dark'] as const) {
    const { authorizationUrl } = await world.service.api<{ authorizationUrl: string }>(
      'POST',
      `/connections/${receiver.connection}/authorize`,
    );
    const page = await (await world.newBrowser({ colours })).newPage();
    await page.goto(authorizationUrl);
    await choose(page, ALICE);
    await page.getByRole('heading', { name: 'Success!' }).waitFor();
    await expectAccessible(page);
    if (colours === 'light') await screenshot(page, 'callback-success');
    await page.context().close();
  }
});

it('says what a problem means, on a page that needs no sign-in', async () => {
  const page = await (await world.newBrowser()).newPage();
  await page.goto(`${world.service.url}/problems`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expectAccessible(page);
  await page.locator('#wrong-user').scrollIntoViewIfNeeded();
  await screenshot(page, 'problems');
  await page.context().close();
});

it('fits a new connector and a message into 400 px, with the account in reach', async () => {
  const [id] = (await receiver.received(['Just arrived'])).values();
  const phone = await world.newBrowser({ viewport: PHONE });
  for (const at of ['/connectors/new?type=email-receive', `/messages/${id}`]) {
    const page = await world.open(at, phone);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, at).toBeLessThanOrEqual(0);
    const account = await page.getByRole('button', { name: /^Account/ }).boundingBox();
    expect((account?.x ?? PHONE.width) + (account?.width ?? 0), at).toBeLessThanOrEqual(PHONE.width);
    await expectAccessible(page);
  }
  await phone.close();
});

it('complained of nothing', () => {
  expect(world.complaints()).toEqual([]);
});
