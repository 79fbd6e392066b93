/** What an admin does with messages on the page: send, schedule, cancel, quarantine, redeliver, search, and many at once. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ALICE,
  BOB,
  type BrowserWorld,
  expectAccessible,
  openBrowserWorld,
  PHONE,
  screenshot,
  turn,
} from './browser-world.js';
import { startReceiver, type TestReceiver } from './receiver.js';

const DAY_MS = 86_400_000;

let world: BrowserWorld;
let receiver: TestReceiver;
let sender: string;

beforeAll(async () => {
  world = await openBrowserWorld();
  receiver = await startReceiver(world);
  ({ id: sender } = await world.service.api<{ id: string }>('POST', '/connectors', {
    name: 'Order confirmations',
    type: 'email-send',
    connection: receiver.connection,
    settings: {},
  }));
});
afterAll(async () => {
  await receiver?.close();
  await world?.close();
});

const tomorrow = (): string => new Date(Date.now() + DAY_MS).toISOString();
const scheduled = (subject: string) => world.send(sender, { to: BOB, subject, sendAt: tomorrow() });
const rowOf = (page: Page, subject: string) =>
  page
    .getByRole('list', { name: 'Messages, newest first' })
    .getByRole('listitem')
    .filter({ hasText: subject });
const badge = (page: Page, status: string) => page.locator('h1 ~ *').filter({ hasText: status }).first();

async function openForm(): Promise<Page> {
  const page = await world.open(`/connectors/${sender}`);
  await page.getByRole('button', { name: 'Send test message' }).click();
  await page.getByRole('dialog').getByLabel('To', { exact: true }).fill(BOB);
  return page;
}

describe('a test message', () => {
  it('goes out while one looks on, and its page has the server’s own words', async () => {
    const page = await openForm();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Send test message' }).click();
    await dialog.locator('[data-status="sent"]').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'send-test-message');
    expect(world.tenant.sink.entries.map(({ envelope }) => envelope.to)).toContainEqual([BOB]);
    await dialog.getByRole('link', { name: 'Open the message' }).click();
    await page.getByRole('heading', { level: 1, name: 'Test message from Mailgrant' }).waitFor();
    const log = page.getByRole('region', { name: 'Transaction log' });
    await log.getByText(/^250 2\.0\.0 OK/).waitFor();
    await page.context().close();
  });

  it('says beside the field which address is none', async () => {
    const page = await openForm();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('To', { exact: true }).fill('bob at nowhere');
    await dialog.getByRole('button', { name: 'Send test message' }).click();
    await dialog.locator('[data-problem="invalid-message"]').waitFor();
    await page.context().close();
  });

  it('is scheduled, shows when it goes out, and is cancelled once that was confirmed', async () => {
    const page = await openForm();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Send at').fill(tomorrow().slice(0, 16));
    await dialog.getByLabel('Subject').fill('For tomorrow');
    await dialog.getByRole('button', { name: 'Schedule test message' }).click();
    await dialog.locator('[data-status="scheduled"]').waitFor();
    await dialog.getByRole('link', { name: 'Open the message' }).click();
    await page.getByRole('button', { name: 'Cancel message' }).click();
    await page.getByRole('dialog').getByText('They will not be sent').waitFor();
    await page.getByRole('button', { name: 'Cancel 1 message' }).click();
    await badge(page, 'Cancelled').waitFor();
    await page.getByText(/Cancelled · asked for by/).waitFor();
    expect(await page.getByRole('button', { name: 'Cancel message' }).count()).toBe(0);
    await page.context().close();
  });

  it('goes out ahead of its time once that was confirmed', async () => {
    const { id } = await scheduled('Sooner than that');
    const page = await world.open(`/messages/${id}`);
    await badge(page, 'Scheduled').waitFor();
    await page.getByRole('button', { name: 'Send now' }).click();
    await page.getByRole('dialog').getByText('will go now instead').waitFor();
    await page.getByRole('button', { name: 'Send 1 message now' }).click();
    await badge(page, 'Sent').waitFor();
    await page.getByText(/^Send now · asked for by/).waitFor();
    await page.context().close();
  });
});

describe('a message that the server refuses', () => {
  it('has the server’s words, and goes out when it is retried after the cause is mended', async () => {
    world.tenant.misbehave.smtp({ stage: 'rcpt', reply: '550 5.1.1 there is nobody of that name', times: 1 });
    const { id } = await world.send(sender, { to: BOB, subject: 'Refused at first' });
    const page = await world.open(`/messages/${id}`);
    await badge(page, 'Failed').waitFor();
    await page.getByText('550 5.1.1 there is nobody of that name').first().waitFor();
    await page.getByRole('button', { name: 'Retry' }).click();
    await badge(page, 'Sent').waitFor();
    await page.getByText(/Another try · asked for by/).waitFor();
    await page.context().close();
  });
});

describe('a received message', () => {
  it('that its destination refuses shows up by itself in quarantine, and is redelivered once that is mended', async () => {
    const page = await world.open('/messages');
    receiver.webhook.answer = () => 500;
    world.tenant.deliver(ALICE, { subject: 'Invoice 4711', text: 'Please pay.\n' });
    await receiver.received(['Invoice 4711']);
    const row = rowOf(page, 'Invoice 4711');
    await row.locator('[data-status="quarantined"]').waitFor();
    await row.getByRole('link', { name: 'Invoice 4711' }).click();
    await page.locator('[data-problem="message-quarantined"]').waitFor();
    await page.getByText('answered 500').first().waitFor();
    await page.getByRole('button', { name: 'Redeliver' }).click();
    await page.locator('[data-problem="webhook-refused"]').waitFor();

    receiver.webhook.answer = () => 200;
    await page.getByRole('button', { name: 'Redeliver' }).click();
    await badge(page, 'Delivered').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'message');
    const ids = new Set(receiver.webhook.received.map(({ id }) => id));
    expect(ids.size, 'every delivery carries the same id').toBe(1);
    await page.context().close();
  });

  it('shows what is in it when asked: as it looks, its text, its headers, and its attachments as files', async () => {
    world.tenant.deliver(ALICE, {
      raw: [
        `From: Shop <shop@elsewhere.example>\nTo: ${ALICE}\nSubject: Your order\nMessage-ID: <order@elsewhere.example>`,
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n',
        '<h1>Your order</h1><p>It is on its way, and <b>arrives on Monday</b>.</p>\n--b',
        'Content-Type: text/csv; name=items.csv\nContent-Disposition: attachment; filename=items.csv\n\na,b\n1,2\n--b--\n',
      ].join('\n'),
    });
    const ids = await receiver.received(['Your order']);
    const page = await world.open(`/messages/${ids.get('Your order')}`);
    await page.getByRole('button', { name: 'Show the content' }).click();
    const preview = page.frameLocator('iframe[title="Preview of the message"]');
    await preview.getByRole('heading', { name: 'Your order' }).waitFor();
    await page.getByText('Remote content is blocked').scrollIntoViewIfNeeded();
    await expectAccessible(page);
    await screenshot(page, 'message-preview');
    await page.getByRole('tab', { name: 'Headers' }).click();
    await page.getByLabel('Filter the headers').fill('message-id');
    await page.getByRole('rowheader', { name: 'message-id' }).waitFor();
    await page.getByRole('rowheader', { name: 'subject' }).waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Attachments (1)' }).click();
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'items.csv' }).click();
    expect((await coming).suggestedFilename()).toBe('items.csv');
    const source = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download the source' }).click();
    expect((await source).suggestedFilename()).toBe('Your order.eml');
    await page.context().close();
  });

  it('is not opened again when the page reads everything anew', async () => {
    world.tenant.deliver(ALICE, { subject: 'Opened once' });
    const ids = await receiver.received(['Opened once']);
    const id = ids.get('Opened once');
    const context = await world.newBrowser();
    await context.clock.install();
    const page = await world.open(`/messages/${id}?content=text`, context);
    await page.getByRole('tab', { name: 'Text', selected: true }).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.route(/\/events\?lastEventId=/, (route) =>
      route.fulfill({ contentType: 'text/event-stream', body: 'id: 1-1\nevent: reset\ndata: {}\n\n' }),
    );
    const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/v1/events'));
    await turn(page, 'hidden');
    await context.clock.fastForward(10_000);
    await ended;
    const read = page.waitForResponse(new RegExp(`/api/v1/messages/${id}$`));
    await turn(page, 'visible');
    await read;
    expect(asked.filter((each) => each.endsWith('/content'))).toEqual([]);
    await context.close();
  });

  it('that is gone from its mailbox says so where its content would stand', async () => {
    const [uid = 0] = world.tenant.deliver(ALICE, { subject: 'Soon gone' });
    const ids = await receiver.received(['Soon gone']);
    world.tenant.mailbox(ALICE).expunge(new Set([uid]));
    const page = await world.open(`/messages/${ids.get('Soon gone')}?content=preview`);
    await page.locator('[data-problem="message-gone"]').waitFor();
    await page.context().close();
  });
});

describe('the list', () => {
  it('finds by what somebody types, keeps it in the address, and says when there is nothing', async () => {
    await Promise.all([scheduled('Needle in the haystack'), scheduled('Straw')]);
    const page = await world.open('/messages');
    await page.getByLabel('Search', { exact: true }).fill('NEEDLE in');
    await rowOf(page, 'Straw').waitFor({ state: 'detached' });
    await rowOf(page, 'Needle in the haystack').waitFor();
    await page.waitForURL(/q=NEEDLE/);
    await page.reload();
    await rowOf(page, 'Needle in the haystack').waitFor();
    expect(await rowOf(page, 'Straw').count()).toBe(0);
    await page.getByLabel('Search', { exact: true }).fill('no such thing anywhere');
    await page.getByText('No message matches').waitFor();
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    await rowOf(page, 'Straw').waitFor();
    await page.getByText('Needs a look', { exact: true }).click();
    await rowOf(page, 'Straw').waitFor({ state: 'detached' });
    await page.waitForURL(/status=held/);
    await page.context().close();
  });

  it('goes on searching by itself, says how far back it has come, and stops and goes on when told', async () => {
    const page = await world.open('/messages');
    let asked = 0;
    await page.route(/\/api\/v1\/messages\?.*q=rare/, async (route) => {
      asked += 1;
      const searchedUntil = new Date(Date.UTC(2026, 0, 31) - asked * DAY_MS).toISOString();
      await route.fulfill({ json: { items: [], nextCursor: `page-${asked}`, searchedUntil } });
    });
    await page.getByLabel('Search', { exact: true }).fill('rare');
    await page.getByText(/0 messages found, searched back to \d+ \w+ 20\d\d/).waitFor();
    await expect.poll(() => asked).toBeGreaterThan(3);
    await page.getByRole('button', { name: 'Stop searching' }).click();
    await page.getByText(/^Searched back to/).waitFor();
    const before = asked;
    await page.getByRole('button', { name: 'Go on searching' }).click();
    await expect.poll(() => asked).toBeGreaterThan(before + 1);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.context().close();
  });

  it('does to many what is asked of them, and tells of each that could not be done', async () => {
    receiver.webhook.answer = () => 500;
    const subjects = ['Bulk one', 'Bulk two', 'Bulk gone'];
    const uids = subjects.flatMap((subject) => world.tenant.deliver(ALICE, { subject }));
    await receiver.received(subjects);
    receiver.webhook.answer = () => 200;
    world.tenant.mailbox(ALICE).expunge(new Set([uids[2] ?? 0]));
    await Promise.all([scheduled('Bulk later one'), scheduled('Bulk later two')]);

    const page = await world.open('/messages?q=bulk');
    await page.getByRole('checkbox', { name: 'Select all 5 shown' }).check();
    await expectAccessible(page);
    await screenshot(page, 'activity');
    await page.getByRole('button', { name: 'Redeliver 3' }).click();
    const outcome = page.getByRole('region', { name: 'What came of it' });
    await outcome.getByText('2 messages handed over again.').waitFor();
    await outcome.locator('[data-problem="message-gone"]').getByRole('link', { name: 'Bulk gone' }).waitFor();
    await rowOf(page, 'Bulk one').locator('[data-status="delivered"]').waitFor();

    await page.getByRole('button', { name: 'Cancel 2' }).click();
    await page.getByRole('dialog').getByText('They will not be sent').waitFor();
    await page.getByRole('button', { name: 'Cancel 2 messages' }).click();
    await outcome.getByText('2 messages cancelled.').waitFor();
    await rowOf(page, 'Bulk later two').locator('[data-status="cancelled"]').waitFor();
    await page.context().close();
  });

  it('holds what is new until it is asked for while somebody reads further down, and loses no selection', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => scheduled(`Paper ${index}`)));
    const page = await world.open('/messages');
    const id = await rowOf(page, 'Paper').first().locator('[data-message]').getAttribute('data-message');
    const first = page.locator(`[data-message="${id}"]`);
    await first.getByRole('checkbox').check();
    await page.mouse.wheel(0, 1_500);
    await first.waitFor({ state: 'detached' });
    await scheduled('Just in');
    await page.getByRole('button', { name: '1 new' }).click();
    await rowOf(page, 'Just in').waitFor();
    await page.getByText('1 message selected').waitFor();
    await page.context().close();
  });

  it('works on a phone', async () => {
    const page = await world.open('/messages', await world.newBrowser({ viewport: PHONE }));
    await rowOf(page, 'Just in').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'activity-phone');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await page.context().close();
  });
});

it('complains of nothing', () => {
  // A redelivery that the destination refuses is answered 502, of which the browser tells by itself.
  expect(world.complaints().filter((line) => !/status of 502/.test(line))).toEqual([]);
});
