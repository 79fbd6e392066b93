/** Signing a mailbox in on the page: in a new tab, with a code, by pasting, app-only; and what the first page says of it. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  ALICE,
  BOB,
  type BrowserWorld,
  expectAccessible,
  MALLORY,
  openBrowserWorld,
  PHONE,
  screenshot,
} from './browser-world.js';
import { choose, chooseAndClose, fillApplication, fillConnection, openedTab } from './sign-in-steps.js';

const GET_TOKEN = 'Get New Access Token';
const REFRESH = 'Refresh Access Token';
const AGAIN = 'Sign in again';
const DECLINE = 'Cancel: grant nothing';

let world: BrowserWorld;
beforeAll(async () => {
  world = await openBrowserWorld();
  world.tenant.deviceCodes.settings.intervalSeconds = 1;
});
afterAll(() => world.close());

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const success = (page: Page) => page.getByText('Success!', { exact: true });
const waiting = (page: Page) => page.getByText('Waiting for the sign-in in the other tab …');

/** A connection through an application of its own, made by the API, on its page. */
async function unauthorized(
  user = ALICE,
  settings: Record<string, unknown> = {},
  context?: BrowserContext,
): Promise<Page> {
  const application = await world.createApplication();
  const connection = await world.createConnection(application.id, user);
  if (Object.keys(settings).length > 0)
    await world.service.api('PATCH', `/connections/${connection.id}`, settings, {
      'if-match': `"${connection.version}"`,
    });
  return world.open(`/connections/${connection.id}`, context);
}

async function signedIn(user = ALICE): Promise<Page> {
  const page = await unauthorized(user);
  await chooseAndClose(page, GET_TOKEN, user);
  await success(page).waitFor();
  return page;
}

it('makes an application and a connection, signs in in a new tab, and knows by itself that it succeeded', async () => {
  const page = await world.open('/connections');
  await page.getByRole('link', { name: 'New connection' }).click();
  await page.getByRole('button', { name: 'New application …' }).click();
  const dialog = page.getByRole('dialog', { name: 'New application' });
  await fillApplication(page, world, 'Made on the spot');
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await page.getByRole('combobox', { name: 'Application' }).inputValue()).toMatch(/^app_/);
  await fillConnection(page, world, { name: 'Alice’s mailbox', user: ALICE });
  await expectAccessible(page);
  await page.evaluate(() => scrollTo(0, 0));
  await screenshot(page, 'connection-new');
  await page.getByRole('button', { name: 'Create', exact: true }).click();

  await page.getByRole('heading', { name: 'Alice’s mailbox' }).waitFor();
  await button(page, GET_TOKEN).waitFor();
  await expectAccessible(page);
  await screenshot(page, 'connection-unauthorized');

  const tab = await openedTab(page, GET_TOKEN);
  expect(await tab.evaluate(() => globalThis.opener === null), 'the tab cannot reach the page').toBe(true);
  await waiting(page).waitFor();
  await expectAccessible(page);
  await screenshot(page, 'sign-in-waiting');
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
  await choose(tab, ALICE);
  await tab.getByRole('heading', { name: 'Success!' }).waitFor();

  await success(page).waitFor();
  await page.getByText(`${ALICE} is signed in.`).waitFor();
  await button(page, REFRESH).waitFor();
  await button(page, AGAIN).waitFor();
  expect(await page.evaluate(() => 'isSamePage' in globalThis), 'without a reload').toBe(true);
  expect(await button(page, GET_TOKEN).count()).toBe(0);
  await expectAccessible(page);
  await screenshot(page, 'sign-in-success');

  await page.goto(new URL('/connections', page.url()).href);
  await page.getByRole('link', { name: 'Alice’s mailbox' }).waitFor();
  await expectAccessible(page);
  await screenshot(page, 'connections');
  await page.context().close();
});

it('names both when the wrong user signs in, and the next try goes through', async () => {
  const page = await unauthorized();
  const tab = await openedTab(page, GET_TOKEN);
  await choose(tab, MALLORY);
  const refused = page.getByRole('alert').filter({ hasText: 'The wrong user signed in' });
  await refused.waitFor();
  for (const told of [ALICE, MALLORY, 'What to do next:', 'app-only'])
    expect(await refused.textContent()).toContain(told);
  await expectAccessible(page);
  await screenshot(page, 'sign-in-wrong-user');

  // Back in the tab: that link was used up, and the page that says so leaves the first one as it is.
  await tab.goBack();
  await choose(tab, ALICE);
  await tab.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Success!' }).waitFor();
  expect(await success(page).count()).toBe(0);

  await chooseAndClose(page, GET_TOKEN, ALICE);
  await success(page).waitFor();
  expect(await refused.count()).toBe(0);
  await page.context().close();
});

it('goes by keyboard, and leaves the focus where it was', async () => {
  const page = await unauthorized();
  await button(page, GET_TOKEN).focus();
  const opened = page.context().waitForEvent('page');
  await page.keyboard.press('Enter');
  const tab = await opened;
  await tab.getByRole('heading', { name: 'Pick an account' }).waitFor();
  await page.bringToFront();
  await waiting(page).waitFor();
  expect(await page.locator(':focus').textContent()).toBe(GET_TOKEN);
  await choose(tab, ALICE);
  await success(page).waitFor();
  expect(await page.locator(':focus').textContent()).toBe(AGAIN);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator(':focus').textContent()).toBe(REFRESH);
  await page.context().close();
});

it('says that it was declined', async () => {
  const page = await unauthorized();
  await chooseAndClose(page, GET_TOKEN, DECLINE);
  await page.getByRole('alert').filter({ hasText: 'declined' }).first().waitFor();
  await waiting(page).waitFor({ state: 'hidden' });
  await expectAccessible(page);
  await page.context().close();
});

it('may be given up while it waits', async () => {
  const page = await unauthorized();
  await openedTab(page, GET_TOKEN);
  await waiting(page).waitFor();
  await button(page, 'Cancel').click();
  await waiting(page).waitFor({ state: 'hidden' });
  await page.context().close();
});

it('shows the link where the browser opens no tab', async () => {
  const page = await unauthorized();
  await page.evaluate(() => Object.assign(globalThis, { open: () => null }));
  await button(page, GET_TOKEN).click();
  await page.getByText('The browser kept the new tab from opening.').waitFor();
  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: 'Open the sign-in' }).click();
  await choose(await opened, ALICE);
  await success(page).waitFor();
  await page.context().close();
});

it('notices the end of a sign-in while its stream is lost', async () => {
  const context = await world.newBrowser();
  // A stream that the test can break.
  await context.addInitScript(() => {
    const streams: EventSource[] = [];
    globalThis.EventSource = class extends EventSource {
      constructor(url: string | URL) {
        super(url);
        streams.push(this);
      }
    };
    Object.assign(globalThis, { streams });
  });
  const page = await unauthorized(ALICE, {}, context);
  const tab = await openedTab(page, GET_TOKEN);
  await waiting(page).waitFor();
  await page.route(/\/api\/v1\/events(\?lastEventId=.*)?$/, (route) => route.abort());
  await page.evaluate(() => {
    for (const stream of (globalThis as unknown as { streams: EventSource[] }).streams) {
      stream.close();
      stream.dispatchEvent(new Event('error'));
    }
  });
  await page.locator('[data-live="lost"]').waitFor();
  await choose(tab, ALICE);
  await success(page).waitFor();
  expect(await page.locator('[data-live]').getAttribute('data-live')).toBe('lost');
  await context.close();
  // The browser tells that the stream was refused: that is the test's own doing.
  const told = world.complaints().splice(0);
  expect(told.filter((each) => !each.includes('ERR_FAILED'))).toEqual([]);
});

it('refreshes the access token, and shows that it did', async () => {
  const page = await signedIn();
  const before = world.tenant.authorization.log.length;
  await page.reload();
  await button(page, REFRESH).click();
  await success(page).waitFor();
  expect(world.tenant.authorization.log.length).toBeGreaterThan(before);
  await page.context().close();
});

it('shows a revoked grant at once as Reauthorization required, and signs it in again', async () => {
  const page = await signedIn(BOB);
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  world.tenant.misbehave.revoke(BOB);
  // Somebody else, or a connector, finds out.
  await world.service.call('POST', `/connections/${id}/refresh`);
  await page.locator('[data-status="reauthorization-required"]').first().waitFor();
  await page.getByRole('alert').filter({ hasText: BOB }).waitFor();
  expect(await success(page).count()).toBe(0);
  await expectAccessible(page);
  await chooseAndClose(page, GET_TOKEN, BOB);
  await success(page).waitFor();
  await button(page, REFRESH).waitFor();
  expect(await page.locator('[data-status="reauthorization-required"]').count()).toBe(0);
  await page.context().close();
});

it('leads to the application whose secret is refused, and goes on by itself once a new one is pasted', async () => {
  const page = await signedIn(BOB);
  const at = page.url();
  const id = new URL(at).pathname.split('/').at(-1) ?? '';
  const renewed = '~the-secret-that-came-after';
  world.tenant.misbehave.clientSecret({ secret: renewed });
  await world.service.call('POST', `/connections/${id}/refresh`);
  await page.locator('[data-status="application-error"]').first().waitFor();
  await page.getByRole('link', { name: 'Open the application' }).click();
  await page.getByText('Stops its connections').waitFor();
  await page.getByLabel('Client Secret', { exact: true }).fill(renewed);
  await button(page, 'Save').click();
  await page.getByText('The application was saved.').waitFor();
  await page.getByText('Stops its connections').waitFor({ state: 'hidden' });
  await page.goto(at);
  await page.locator('[data-status="authorized"]').first().waitFor();
  world.tenant.misbehave.clientSecret({ secret: world.tenant.clientSecret });
  await page.context().close();
});

it('signs in with a code on another device', async () => {
  const page = await unauthorized(ALICE, { grant: 'deviceCode' });
  await button(page, GET_TOKEN).click();
  const code = page.locator('[data-device-code]');
  await code.waitFor();
  await page.getByRole('timer').waitFor();
  await expectAccessible(page);
  await screenshot(page, 'device-code');

  // Declined first: a new code is a button away.
  const device = await world.newBrowser();
  const enter = async (answer: string): Promise<void> => {
    const elsewhere = await device.newPage();
    await elsewhere.goto(await page.getByLabel('Page', { exact: true }).inputValue());
    await elsewhere.getByLabel('Code').fill((await code.getAttribute('data-device-code')) ?? '');
    await elsewhere.getByRole('button', { name: answer }).click();
    await elsewhere.getByRole('heading', { level: 1 }).waitFor();
  };
  const first = await code.getAttribute('data-device-code');
  await enter('Cancel: I did not ask for this');
  await page.getByRole('alert').filter({ hasText: 'declined' }).waitFor();
  await button(page, 'Get a new code').click();
  await expect.poll(() => code.getAttribute('data-device-code'), { timeout: 20_000 }).not.toBe(first);
  // It survives a reload.
  await page.reload();
  await code.waitFor();
  await enter(`Sign in as ${ALICE}`);
  await success(page).waitFor();
  await page.getByText(`${ALICE} is signed in.`).waitFor();
  await page.context().close();
});

it('finishes a sign-in with the pasted URL of another browser', async () => {
  const page = await unauthorized();
  await button(page, 'Other ways').click();
  await page.getByRole('menuitem', { name: 'Sign in on another machine and paste the URL' }).click();
  const address = await page.getByRole('textbox', { name: 'Address of the sign-in' }).inputValue();
  const field = page.getByRole('textbox', { name: /Paste the address that the browser ended on/ });
  await field.fill('http://localhost/no?state=at-all');
  await button(page, 'Finish the sign-in').click();
  await page.getByRole('alert').first().waitFor();
  await expectAccessible(page);
  await field.fill(await world.tenant.signIn(address, { as: ALICE }));
  await button(page, 'Finish the sign-in').click();
  await success(page).waitFor();
  await page.context().close();
});

it('takes a pasted access token, and says that nobody proved whose it is', async () => {
  const page = await unauthorized(ALICE, { tokenMode: 'off' });
  const { accessToken } = await world.tenant.issueTokens(ALICE);
  await page.getByLabel('Access token', { exact: true }).fill(accessToken);
  await button(page, 'Take these tokens').click();
  await success(page).waitFor();
  await page.getByText(/nobody proved; until/).waitFor();
  await expectAccessible(page);
  await page.context().close();
});

it('gets an app-only token without a browser, beside the cmdlets for Exchange Online', async () => {
  const scope = ['https://outlook.office365.com/.default'];
  const page = await unauthorized(ALICE, { grant: 'clientCredentials', scope });
  await page.getByText('New-ServicePrincipal').first().waitFor();
  await button(page, 'Copy PowerShell').waitFor();
  await expectAccessible(page);
  await screenshot(page, 'connection-app-only');
  const pages = page.context().pages().length;
  await button(page, GET_TOKEN).click();
  await success(page).waitFor();
  await page.getByText('The application has its access token.').waitFor();
  await button(page, REFRESH).waitFor();
  expect(await button(page, AGAIN).count()).toBe(0);
  expect(page.context().pages()).toHaveLength(pages);
  await page.context().close();
});

it('warns before a change of User ends the grant, and asks before it signs out', async () => {
  const page = await signedIn();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('textbox', { name: 'User' }).fill(BOB);
  await page.getByText('Saving this ends the grant').waitFor();
  await expectAccessible(page);
  await button(page, 'Save').click();
  const asked = page.getByRole('dialog', { name: 'Saving this ends the grant' });
  await asked.getByRole('button', { name: 'No, go back' }).click();
  await asked.waitFor({ state: 'hidden' });
  // Nothing is lost silently, either.
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
  await button(page, 'No, go back').click();
  await page.getByRole('textbox', { name: 'User' }).fill(ALICE);

  await button(page, 'Sign out').click();
  const signOut = page.getByRole('dialog', { name: `Sign ${ALICE} out?` });
  await signOut.getByRole('button', { name: 'Sign out and end the grant' }).click();
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.locator('[data-status="unauthorized"]').first().waitFor();

  // What was changed goes with what is deleted, and is not asked for once more.
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('textbox', { name: 'User' }).fill(BOB);
  await button(page, 'Delete').click();
  await button(page, 'Delete the connection').click();
  await page.getByRole('heading', { level: 1, name: 'Connections' }).waitFor();
  await page.context().close();
});

it('moves a grant through a file', async () => {
  const page = await signedIn();
  await page.getByRole('tab', { name: 'Export and import' }).click();
  const passphrase = 'correct horse battery';
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  const saved = page.waitForEvent('download');
  await button(page, 'Export').click();
  const file = await (await saved).path();
  await expectAccessible(page);
  await button(page, 'Sign out').click();
  await button(page, 'Sign out and end the grant').click();
  await button(page, 'Sign out').waitFor({ state: 'hidden' });
  await page.locator('input[type="file"]').setInputFiles(file);
  await page.getByLabel('Passphrase of the file').fill(passphrase);
  await button(page, 'Import').click();
  await page.getByText('The grant was imported.').waitFor();
  await page.context().close();
});

it('works at 400 px, and in the dark', async () => {
  const application = await world.createApplication();
  const { id } = await world.createConnection(application.id, ALICE);
  await world.signIn(id, ALICE);
  const page = await world.open(
    `/connections/${id}`,
    await world.newBrowser({ viewport: PHONE, colours: 'dark' }),
  );
  await button(page, REFRESH).waitFor();
  for (const tab of ['Settings', 'Events', 'Export and import', 'Overview']) {
    await page.getByRole('tab', { name: tab }).click();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `${tab} is wider than the window`).toBeLessThanOrEqual(0);
    await expectAccessible(page);
  }
  await screenshot(page, 'connection-phone');
  await page.context().close();
});

it('has given no page a reason to complain', () => {
  expect(world.complaints()).toEqual([]);
});
