/** Steps of a person who signs mailboxes in on the page: forms filled in, and the sandbox tenant's pages walked. */
import type { Page } from 'playwright-core';
import type { BrowserWorld } from './browser-world.js';

/** Fills the form of a connection to the sandbox tenant, on whatever screen it stands. */
export async function fillConnection(
  page: Page,
  { tenant }: Pick<BrowserWorld, 'tenant'>,
  given: { name: string; user: string; scope?: string; grant?: string; application?: string },
): Promise<void> {
  await page.getByLabel('Name', { exact: false }).first().fill(given.name);
  await page.getByLabel('User', { exact: false }).first().fill(given.user);
  if (given.application !== undefined)
    await page.getByRole('combobox', { name: 'Application' }).selectOption({ label: given.application });
  if (given.grant !== undefined)
    await page.getByRole('combobox', { name: 'Grant' }).selectOption(given.grant);
  await page.getByRole('textbox', { name: 'Scope' }).fill(given.scope ?? tenant.defaultScope);
  for (const [protocol, { host, port, tlsType }] of [
    ['IMAP', tenant.imap],
    ['SMTP', tenant.smtp],
  ] as const) {
    await page.getByLabel(`${protocol} Host`).fill(host);
    await page.getByLabel(`${protocol} Port`).fill(String(port));
    await page.getByLabel(`${protocol} TLS Type`).selectOption(tlsType);
  }
}

/** Fills the form of an application at the sandbox tenant. */
export async function fillApplication(
  page: Page,
  { tenant }: Pick<BrowserWorld, 'tenant'>,
  name: string,
): Promise<void> {
  const form = page.getByRole('form', { name: 'Settings' }).last();
  await form.getByRole('combobox', { name: 'Provider' }).selectOption('custom');
  await form.getByRole('textbox', { name: 'Name' }).fill(name);
  await form.getByRole('textbox', { name: 'Issuer' }).fill(tenant.issuer);
  await form.getByRole('textbox', { name: 'Client Id' }).fill(tenant.clientId);
  await form.getByLabel('Client Secret', { exact: false }).first().fill(tenant.clientSecret);
}

/**
 * Presses a button that opens the sign-in in a new tab.
 * @returns the tab, on the tenant's page
 */
export async function openedTab(page: Page, button: string): Promise<Page> {
  const opened = page.context().waitForEvent('page');
  await page.getByRole('button', { name: button, exact: true }).click();
  const tab = await opened;
  await tab.getByRole('heading', { name: 'Pick an account' }).waitFor();
  return tab;
}

/** Chooses an account, or declines, on the tenant's page. */
export async function choose(tab: Page, account: string): Promise<void> {
  await tab.getByRole('button', { name: account }).click();
}

/**
 * Signs in, or declines, in a new tab, and closes it as people do: while it is in front, the page behind it is drawn
 * once a second.
 */
export async function chooseAndClose(page: Page, button: string, account: string): Promise<void> {
  const tab = await openedTab(page, button);
  await choose(tab, account);
  await tab.waitForURL(/\/oauth\/callback/);
  await tab.close();
}
