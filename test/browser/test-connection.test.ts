/** Test Connection on the page: green, and each broken step red with its cause and what to do; stopped, and one at a time. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../servers/free-port.js';
import {
  ALICE,
  BOB,
  type BrowserWorld,
  expectAccessible,
  openBrowserWorld,
  screenshot,
} from './browser-world.js';
import { startReceiver, type TestReceiver, toWebhook } from './receiver.js';

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

/** @param at page of a connection or connector @returns once the test runs, or was refused */
async function press(at: string): Promise<Page> {
  const page = await world.open(at);
  await page.getByRole('button', { name: 'Test Connection' }).click();
  return page;
}
const step = (page: Page, protocol: string, name: string) =>
  page.getByRole('region', { name: protocol }).locator(`[data-step="${name}"]`);

/** A connection whose IMAP endpoint is another one than the tenant's. */
async function connectionTo(imap: Partial<{ host: string; port: number; tlsType: string }>): Promise<string> {
  const { host, port, tlsType } = world.tenant.imap;
  const { id } = await world.service.api<{ id: string }>('POST', '/connections', {
    name: 'Broken on purpose',
    application: receiver.application,
    user: BOB,
    scope: world.tenant.defaultScope,
    imap: { host, port, tlsType, ...imap },
  });
  return `/connections/${id}`;
}

const FAILURES: { what: string; code: string; step: [string, string]; broken(): Promise<string> }[] = [
  {
    what: 'a host that no name server knows',
    code: 'host-not-found',
    step: ['Receiving (IMAP)', 'resolve'],
    broken: () => connectionTo({ host: 'mail.nowhere.invalid', tlsType: 'SSL/TLS' }),
  },
  {
    what: 'a port where nobody listens',
    code: 'connection-refused',
    step: ['Receiving (IMAP)', 'tcp'],
    broken: async () => connectionTo({ port: await freePort() }),
  },
  {
    what: 'a TLS Type that the port does not speak',
    code: 'tls-not-spoken',
    step: ['Receiving (IMAP)', 'tls'],
    broken: () => connectionTo({ tlsType: 'SSL/TLS' }),
  },
  {
    what: 'a connection that nobody has signed in',
    code: 'not-signed-in',
    step: ['Receiving (IMAP)', 'token'],
    broken: () => connectionTo({}),
  },
  {
    what: 'a mailbox folder that there is none of',
    code: 'mailbox-not-found',
    step: ['Receiving (IMAP)', 'select'],
    async broken() {
      const settings = { ...toWebhook(receiver.webhook.url), mailbox: 'Nowhere' };
      const { id } = await world.createConnector('email-receive', receiver.connection, settings);
      return `/connectors/${id}`;
    },
  },
  {
    what: 'a webhook that answers 500',
    code: 'webhook-refused',
    step: ['Destination', 'webhook'],
    async broken() {
      receiver.webhook.answer = () => 500;
      return `/connectors/${receiver.connector}`;
    },
  },
];

describe('Test Connection', () => {
  it('turns every step of a good connection green, each with its time, and says that everything works', async () => {
    const page = await press(`/connections/${receiver.connection}`);
    await page.getByText('Everything works').last().waitFor();
    const steps = page.locator('[data-step]');
    expect(await steps.count()).toBe(14);
    expect(await page.locator('[data-step]:not([data-status="ok"])').count()).toBe(0);
    for (const words of await steps.allTextContents()) expect(words).toMatch(/\d+ m?s$/);
    await step(page, 'Sending (SMTP)', 'envelope').getByText('nothing was sent').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'test-connection-green');
    await page.context().close();
  });

  it.each(FAILURES)('of $what turns that step red, with its cause and what to do', async (failure) => {
    const page = await press(await failure.broken());
    const red = step(page, ...failure.step);
    await red.locator(`[data-problem="${failure.code}"]`).waitFor({ timeout: 60_000 });
    await red.getByText('What to do next:').waitFor();
    await page.getByText('The test ended at the step that failed').waitFor();
    const statuses = await page
      .locator('[data-step]')
      .evaluateAll((all) => all.map((each) => each.getAttribute('data-status')));
    // Green up to the red one, and nothing tried after it.
    expect(statuses.join(' ')).toMatch(/^(ok )*failed( skipped)*$/);
    await expectAccessible(page);
    if (failure.code === 'tls-not-spoken') await screenshot(page, 'test-connection-red');
    await page.context().close();
  });

  it('of a mailbox whose IMAP is switched off names that at the sign-in', async () => {
    const withdraw = world.tenant.misbehave.imap({ kind: 'not-connected', user: ALICE });
    const page = await press(`/connections/${receiver.connection}`);
    const red = page.locator('[data-step][data-status="failed"]');
    await red.locator('[data-problem]').waitFor();
    expect(await red.getAttribute('data-step')).toMatch(/authenticate|select/);
    withdraw();
    await page.context().close();
  });

  it('shows the step that runs, is refused a second time meanwhile, and closes everything when it is stopped', async () => {
    const withdraw = world.tenant.misbehave.imap({ kind: 'hang', command: 'SELECT', user: ALICE });
    const page = await press(`/connections/${receiver.connection}`);
    await page.locator('[data-step="select"][data-status="running"]').waitFor();
    await page.locator('[data-step="envelope"][data-status="waiting"]').waitFor();
    await page.getByRole('status').filter({ hasText: 'Receiving (IMAP), Open the folder' }).waitFor();
    const other = await press(`/connections/${receiver.connection}`);
    await other.locator('[data-problem="test-running"]').waitFor();
    await other.context().close();

    expect(world.tenant.imap.openSessions()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Stop the test' }).click();
    await page.getByText('The test was stopped').last().waitFor();
    await expect.poll(() => world.tenant.imap.openSessions()).toBe(0);
    withdraw();
    await page.getByRole('button', { name: 'Test Connection' }).click();
    await page.getByText('Everything works').last().waitFor();
    await page.context().close();
  });
});

it('complains of nothing', () => {
  expect(world.complaints()).toEqual([]);
});
