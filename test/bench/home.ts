/** What a browser on the home page waits for: each of its calls, from a signed-in session, with thousands of connectors. */
import { API_KEY } from '../servers/service.js';
import { HOME, type HomeService, startHomeService } from './home-service.js';

const ROUNDS = 40;
/** Until the code is compiled and the caches are warm. */
const WARM_ROUNDS = 5;

export interface MeasuredCall {
  name: string;
  p50Ms: number;
  p95Ms: number;
  bytes: number;
}

export interface HomeReport {
  calls: MeasuredCall[];
  /** All rows in pages of 500, one after the other; every call of the page at once; and the list of messages of all connectors. */
  wholes: MeasuredCall[];
}

export async function home(): Promise<HomeReport> {
  const running = await startHomeService();
  try {
    return await measured(running);
  } finally {
    await running.stop();
  }
}

async function measured({ service, receiver, sender }: HomeService): Promise<HomeReport> {
  const browser = await signedInBrowser(service.url);
  const since = new Date(Date.now() - 20 * 3_600_000).toISOString();
  const from = new Date(Date.now() - 7.5 * 24 * 3_600_000).toISOString();
  const paths = {
    session: '/api/v1/session',
    'overview, 500 of them': '/api/v1/overview?limit=500',
    'overview, 1,000 of them': '/api/v1/overview?limit=1000',
    'overview, since 20 hours ago': `/api/v1/overview?limit=500&since=${since}`,
    'overview, two rows': `/api/v1/overview?ids=${receiver},${sender}`,
    'connector types': '/api/v1/connector-types',
    alerts: '/api/v1/alerts?status=open&limit=200',
    readyz: '/readyz',
    events: '/api/v1/events?limit=50',
    'statistics, a day': '/api/v1/statistics',
    'statistics, eight days': `/api/v1/statistics?from=${from}`,
    'statistics of a connector, eight days': `/api/v1/statistics?from=${from}&connector=${receiver}`,
    'budgets, 50 mailboxes': '/api/v1/statistics/budgets?limit=50',
    'budgets, 200 mailboxes': '/api/v1/statistics/budgets?limit=200',
  };
  const inTurn = async (some: Readonly<Record<string, string>>): Promise<MeasuredCall[]> => {
    const found: MeasuredCall[] = [];
    for (const [name, path] of Object.entries(some)) found.push(await timed(name, () => browser.get(path)));
    return found;
  };
  const calls = await inTurn(paths);
  const everyRow = async (): Promise<Answer> => {
    let bytes = 0;
    let rows = 0;
    let cursor: string | null = '';
    while (cursor !== null) {
      const more: string = cursor && `&cursor=${cursor}`;
      const answer: Answer = await browser.get(`/api/v1/overview?limit=500${more}`);
      const page = JSON.parse(answer.text) as { items: unknown[]; nextCursor: string | null };
      bytes += answer.bytes;
      rows += page.items.length;
      cursor = page.nextCursor;
    }
    if (rows !== HOME.connectors) throw new Error(`the overview had ${rows} rows`);
    return { text: '', bytes };
  };
  const opened = async (): Promise<Answer> => {
    const others = [paths.session, paths.alerts, paths.readyz, paths.events, paths['statistics, a day']];
    const answers = await Promise.all([everyRow(), ...others.map(browser.get)]);
    return { text: '', bytes: answers.reduce((sum, { bytes }) => sum + bytes, 0) };
  };
  const messages = {
    'messages, newest': '/api/v1/messages?limit=50',
    'messages, failed': '/api/v1/messages?limit=50&status=failed',
    'messages, searched': '/api/v1/messages?limit=50&q=nothing-has-this',
    'messages, waiting': '/api/v1/messages?limit=50&waiting=true',
  };
  return {
    calls,
    wholes: [
      await timed(`overview, all ${HOME.connectors} in pages of 500`, everyRow),
      await timed('the page, everything at once', opened),
      ...(await inTurn(messages)),
    ],
  };
}

interface Answer {
  text: string;
  bytes: number;
}

/** A session, opened by the API key; its secret is replaced now and then. */
async function signedInBrowser(origin: string): Promise<{ get(path: string): Promise<Answer> }> {
  let cookie = '';
  const request = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const headers = { cookie, 'sec-fetch-site': 'same-origin', ...init.headers };
    const response = await fetch(origin + path, { ...init, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    for (const set of response.headers.getSetCookie()) cookie = set.split(';')[0] ?? cookie;
    return { text, bytes: text.length };
  };
  await request('/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', password: API_KEY }),
  });
  return { get: (path) => request(path) };
}

async function timed(name: string, call: () => Promise<Answer>): Promise<MeasuredCall> {
  const times: number[] = [];
  let bytes = 0;
  for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
    const startedAt = performance.now();
    bytes = (await call()).bytes;
    if (round >= 0) times.push(performance.now() - startedAt);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  return { name, p50Ms: at(0.5), p95Ms: at(0.95), bytes };
}
