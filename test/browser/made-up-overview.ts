/** Thousands of connectors as GET /overview answers them, made up: what home does with them is in the browser alone. */
import type { Page } from 'playwright-core';
import type { Overview } from '../../src/admin/ui/api/schema.js';

const HOUR_MS = 3_600_000;
const PEOPLE_EACH = 4;

type Status = 'ok' | 'waiting' | 'backoff' | 'paused' | 'held' | 'stale' | 'failing';

/** Most are well; of the others a few each. */
const statusOf = (index: number): Status =>
  index % 50 === 7
    ? 'backoff'
    : index % 100 === 13
      ? 'paused'
      : index % 200 === 31
        ? 'stale'
        : index % 400 === 43
          ? 'held'
          : index % 25 === 3
            ? 'waiting'
            : 'ok';

const TROUBLES: Partial<Record<Status, Pick<Problem, 'code' | 'title' | 'owner'>>> = {
  backoff: { code: 'imap-unavailable', title: 'The IMAP server cannot be reached', owner: 'nobody' },
  stale: { code: 'receiver-stale', title: 'Nothing has been received for too long', owner: 'service-admin' },
  held: { code: 'grant-revoked', title: 'The sign-in was revoked', owner: 'user' },
};

const NEXT: Partial<Record<Status, string>> = {
  stale: 'Look at the log of the service: whether its role receive runs, and what it says.',
  held: 'Open the connection and press Sign in again. What waits goes out by itself.',
};

type Problem = NonNullable<Overview['health']['problem']>;

function problemOf(status: Status, at: string): Problem | null {
  const trouble = TROUBLES[status];
  return trouble
    ? { ...trouble, at, detail: `${trouble.title}.`, next: NEXT[status] ?? '', verdict: 'hold' }
    : null;
}

export function madeUpRow(index: number): Overview {
  const person = Math.floor(index / PEOPLE_EACH);
  const receives = index % 2 === 0;
  const status = statusOf(index);
  const now = Date.now();
  const iso = (ms: number): string => new Date(now + ms).toISOString();
  return {
    id: `ctr_${index}`,
    version: 1,
    name: `${receives ? 'Orders' : 'Invoices'} ${index}`,
    type: receives ? 'email-receive' : 'email-send',
    direction: receives ? 'receive' : 'send',
    enabled: status !== 'paused',
    connection: {
      id: `con_${person}`,
      name: `Mailbox ${person}`,
      user: `person${person}@contoso.example`,
      status: status === 'held' ? 'reauthorization-required' : 'authorized',
    },
    application: 'app_1',
    health: {
      status,
      lastSuccessAt: status === 'waiting' ? null : iso(-index * 17_000),
      lastRunAt: iso(-index * 11_000),
      nextRunAt: status === 'paused' || status === 'held' ? null : iso(HOUR_MS + index * 1_000),
      failures: status === 'backoff' ? 2 : 0,
      problem: problemOf(status, iso(0)),
    },
    waiting: receives ? 0 : index % 7,
    today: receives
      ? { sent: 0, received: index % 90, failed: 0, quarantined: index % 60 === 0 ? 2 : 0 }
      : { sent: index % 40, received: 0, failed: index % 80 === 1 ? 1 : 0, quarantined: 0 },
  };
}

/**
 * The page gets these rows for its overview.
 * @returns what it asked for, without the address
 */
export async function answerOverview(page: Page, rows: readonly Overview[]): Promise<string[]> {
  const asked: string[] = [];
  await page.route('**/api/v1/overview?*', async (route) => {
    const { search, searchParams } = new URL(route.request().url());
    asked.push(search);
    const ids = searchParams.get('ids')?.split(',');
    if (ids) {
      const items = rows.filter(({ id }) => ids.includes(id));
      await route.fulfill({ json: { items, nextCursor: null } });
      return;
    }
    const limit = Number(searchParams.get('limit') ?? 500);
    const from = Number(searchParams.get('cursor') ?? 0);
    const next = from + limit < rows.length ? String(from + limit) : null;
    await route.fulfill({ json: { items: rows.slice(from, from + limit), nextCursor: next } });
  });
  return asked;
}
