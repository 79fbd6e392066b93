/** An admin's first day, in the browser alone: from the set-up link to mail that goes round, and a grant that ends and comes back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ALICE, type BrowserWorld, openBrowserWorld } from './browser-world.js';
import { chooseAndClose, fillApplication, fillConnection } from './sign-in-steps.js';

let world: BrowserWorld;
beforeAll(async () => {
  world = await openBrowserWorld();
});
afterAll(() => world.close());

it('goes from nothing to mail that goes round, holds it while the grant needs a person, and lets it go', async () => {
  const context = await world.newBrowser();
  const page = await context.newPage();
  await page.goto(/"setUpLink":"([^"]+)"/.exec(world.output())?.[1] ?? '');
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel(/^New password/).fill('nine purple elephants sing');
  await page.getByRole('button', { name: 'Set up' }).click();

  // One mailbox, on a page of its own; who signs in is proved in a second tab.
  await page.getByRole('link', { name: 'Applications' }).click();
  await page.getByRole('link', { name: 'New application' }).click();
  await fillApplication(page, world, 'Mail');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Mail' }).waitFor();
  await page.getByRole('link', { name: 'Connections' }).click();
  await page.getByRole('link', { name: 'New connection' }).click();
  await page.getByRole('heading', { level: 1, name: 'New connection' }).waitFor();
  await fillConnection(page, world, { name: 'Alice', user: ALICE, application: 'Mail' });
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await chooseAndClose(page, 'Get New Access Token', ALICE);
  await page.getByText('Success!').waitFor();
  const connection = new URL(page.url()).pathname;

  // Both connectors, on the page for them.
  for (const [type, name] of [
    ['Email Receive', 'In'],
    ['Email Send', 'Out'],
  ] as const) {
    await page.getByRole('banner').getByRole('link', { name: 'New connector' }).click();
    await page.getByRole('radio', { name: type }).click();
    await page.getByRole('combobox', { name: 'Connection' }).click();
    await page.getByRole('option', { name: /Alice/ }).click();
    const form = page.getByRole('form', { name: 'Settings of the new connector' });
    await form.getByRole('textbox', { name: 'Name' }).first().fill(name);
    if (type === 'Email Receive') {
      await form
        .getByRole('radiogroup', { name: 'Destination' })
        .getByRole('radio', { name: 'Directory' })
        .click();
      await form.getByRole('textbox', { name: 'Directory' }).fill(world.directory);
    }
    await form.getByRole('button', { name: 'Create connector' }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
  }
  const sender = new URL(page.url()).pathname;

  const send = async (subject: string): Promise<void> => {
    await page.goto(new URL(sender, page.url()).href);
    await page.getByRole('button', { name: 'Send test message' }).click();
    const dialog = page.getByRole('dialog', { name: /Send test message/ });
    await dialog.getByRole('textbox', { name: 'To' }).fill(ALICE);
    await dialog.getByRole('textbox', { name: 'Subject' }).fill(subject);
    await dialog.getByRole('button', { name: 'Send test message' }).click();
    await dialog.getByRole('link', { name: 'Open the message' }).waitFor();
    await page.keyboard.press('Escape');
  };
  const received = (): string[] =>
    world.tenant
      .mailbox(ALICE)
      .messages()
      .flatMap(({ content }) => /^Subject: (.*)\r$/m.exec(content.toString())?.[1] ?? []);
  await send('Before');
  await expect.poll(received, { timeout: 30_000 }).toEqual(['Before']);

  // The grant ends at the provider; the page says so by itself, and what is sent now waits.
  world.tenant.misbehave.revoke(ALICE);
  await page.goto(new URL(connection, page.url()).href);
  await page.getByRole('button', { name: 'Refresh Access Token' }).click();
  await page.getByText('Reauthorization required').first().waitFor();
  await send('While it was away');
  await page.getByRole('link', { name: 'Schedules and outbox' }).click();
  await page.getByText('While it was away').first().waitFor();
  await page.getByText('Held').first().waitFor();
  expect(received()).toEqual(['Before']);

  // Home says what needs a person, and leads to it.
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await page.getByRole('link', { name: 'Sign in again' }).first().click();
  await chooseAndClose(page, 'Get New Access Token', ALICE);
  await page.getByText('Success!').waitFor();
  await expect.poll(received, { timeout: 60_000 }).toEqual(['Before', 'While it was away']);
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.getByText('While it was away').first().waitFor();
  expect(world.complaints()).toEqual([]);
});
