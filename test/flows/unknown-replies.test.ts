/**
 * A reply that no table knows, of each class of reply: it falls to its class, is shown whole, marked, and counted. The
 * service as a process; /metrics is read as a scraper does.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ImapFault } from '../../src/sandbox/imap/imap-faults.js';
import { ALICE, BOB, openServiceWorld, type ServiceWorld, type Shown } from './service-world.js';

const PATIENCE = { timeout: 40_000, interval: 50 };

interface ShownProblem {
  code: string;
  verdict: string;
  serverWords?: string;
  unknown?: true;
}

let world: ServiceWorld;
let application: Shown;
let inbox: string;

beforeAll(async () => {
  world = await openServiceWorld({ environment: { MAILGRANT_REFRESH_CONCURRENCY: '4' } });
  await world.start();
  application = await world.createApplication();
  inbox = path.join(world.directory, 'inbox');
  await mkdir(inbox);
});
afterEach(() => world.tenant.misbehave.clear());
afterAll(() => world.close());

const api = <Body>(method: string, where: string, body?: unknown): Promise<Body> =>
  world.service.api<Body>(method, where, body);
const refresh = (id: string) => world.service.call<ShownProblem>('POST', `/connections/${id}/refresh`);

/** @returns a new connection of Alice that is signed in */
async function signedIn(): Promise<string> {
  const { id } = await world.createConnection(application.id, ALICE);
  expect((await world.signIn(id, ALICE)).status).toBe(200);
  return id;
}

async function counted(protocol: string): Promise<number> {
  const metrics = await (await fetch(`${world.service.url}/metrics`)).text();
  const line = new RegExp(`^mailgrant_unknown_replies_total\\{protocol="${protocol}"\\} (\\d+)$`, 'm');
  return Number(line.exec(metrics)?.[1]);
}

/** Expects what is found to be marked and counted, beyond what was counted before. */
async function expectUnknown(found: ShownProblem, protocol: string, before: number): Promise<void> {
  expect(found.unknown).toBe(true);
  await vi.waitFor(async () => expect(await counted(protocol)).toBeGreaterThan(before), PATIENCE);
}

async function until<Found extends ShownProblem>(read: () => Promise<Found | null>): Promise<Found> {
  return vi.waitFor(async () => {
    const found = await read();
    expect(found).not.toBeNull();
    return found as Found;
  }, PATIENCE);
}

const json = (body: object, status = 400) =>
  ({ kind: 'status', status, body: JSON.stringify(body) }) as const;

describe('a token endpoint', () => {
  it.each([
    [
      'a number nobody lists, of invalid_grant',
      { kind: 'aadsts', code: 999_999 },
      'grant-invalid',
      'hold',
      'reauthorization-required',
    ],
    [
      'a suberror nobody lists, of invalid_grant',
      json({ error: 'invalid_grant', suberror: 'never_heard', error_description: 'Never heard.' }),
      'grant-invalid',
      'hold',
      'reauthorization-required',
    ],
    [
      'a number nobody lists, of interaction_required',
      json({ error: 'interaction_required', error_codes: [999_998] }),
      'interaction-required',
      'hold',
      'reauthorization-required',
    ],
    [
      'a number nobody lists, of temporarily_unavailable',
      json({ error: 'temporarily_unavailable', error_codes: [999_997] }),
      'token-endpoint-unavailable',
      'retry',
      'authorized',
    ],
    [
      'an error nobody lists',
      json({ error: 'never_heard_of', error_description: 'Never heard of that.' }),
      'provider-refused',
      'retry',
      'authorized',
    ],
    [
      'a number nobody lists, of invalid_client',
      json({ error: 'invalid_client', error_codes: [999_996] }, 401),
      'client-refused',
      'hold',
      'application-error',
    ],
  ] as const)('answers %s', async (_what, fault, code, verdict, status) => {
    const id = await signedIn();
    const before = await counted('oauth');
    world.tenant.misbehave.token({ ...fault, user: ALICE, grantType: 'refresh_token' });
    await refresh(id);
    const shown = await api<Record<'problem' | 'refreshProblem', ShownProblem | null> & Shown>(
      'GET',
      `/connections/${id}`,
    );
    const found = shown.problem ?? shown.refreshProblem;
    expect([shown.status, found?.code, found?.verdict]).toEqual([status, code, verdict]);
    const { body } = fault as { body?: string };
    const { error_description: words } = JSON.parse(body ?? '{}') as { error_description?: string };
    expect(found?.serverWords).toContain(
      words ?? (body ? (JSON.parse(body) as { error: string }).error : 'AADSTS999999'),
    );
    await expectUnknown(found as ShownProblem, 'oauth', before);

    // It was one refusal, and is over with it: the grant is there, or a new sign-in makes all well.
    world.tenant.misbehave.clear();
    if (status === 'reauthorization-required') expect((await world.signIn(id, ALICE)).status).toBe(200);
    else expect((await refresh(id)).status).toBe(200);
  });

  it('answers so at the callback, too', async () => {
    const { id } = await world.createConnection(application.id, ALICE);
    const before = await counted('oauth');
    world.tenant.misbehave.token({ kind: 'aadsts', code: 999_995, user: ALICE });
    const { status, text } = await world.signIn(id, ALICE);
    expect([status, text]).toEqual([400, expect.stringContaining('AADSTS999995: The request was refused.')]);
    expect(text).toContain('Mailgrant does not know');
    expect(await counted('oauth')).toBeGreaterThan(before);
  });
});

describe('an SMTP server', () => {
  it.each([
    ['connect', '554 5.9.9 not for you', 'smtp-unavailable', 'queued'],
    ['connect', '450 4.9.9 not now', 'smtp-deferred', 'queued'],
    ['ehlo', '550 5.9.9 no greeting of yours', 'smtp-unavailable', 'queued'],
    ['auth', '599 5.9.9 sign-ins are out', 'smtp-sign-in-refused', 'held'],
    ['auth', '499 4.9.9 sign-ins are slow', 'smtp-deferred', 'queued'],
    ['mail', '598 5.9.8 no such sender', 'smtp-refused', 'failed'],
    ['mail', '498 4.9.8 not from there now', 'smtp-deferred', 'queued'],
    ['rcpt', '597 5.9.7 no such thing', 'recipient-refused', 'failed'],
    ['rcpt', '497 4.9.7 not to there now', 'smtp-deferred', 'queued'],
    ['data', '596 5.9.6 no content', 'smtp-refused', 'failed'],
    ['message', '595 5.9.5 not that content', 'smtp-refused', 'failed'],
    ['message', '495 4.9.5 not that content now', 'smtp-deferred', 'queued'],
  ] as const)('replies at %s: %s', async (stage, reply, code, status) => {
    const id = await signedIn();
    const sends = (await world.createConnector('email-send', id)).id;
    const before = await counted('smtp');
    world.tenant.misbehave.smtp({ stage, reply });
    const message = await world.send(sends, { to: BOB, subject: reply });
    const shown = () =>
      api<{ status: string; problem: ShownProblem | null; log: { problem?: ShownProblem }[] }>(
        'GET',
        `/messages/${message.id}`,
      );
    const found = await until(
      async () => (await shown()).log.findLast((entry) => entry.problem)?.problem ?? null,
    );
    expect(found.code).toBe(code);
    expect((await shown()).status).toBe(status);
    expect(found.serverWords).toContain(reply);
    await expectUnknown(found, 'smtp', before);
    await api('POST', `/messages/${message.id}/cancel`).catch(() => undefined);
    await api('POST', `/connections/${id}/sign-out`);
  });
});

describe('an IMAP server', () => {
  it.each<[string, ImapFault, string, string, string]>([
    [
      'NO to AUTHENTICATE',
      { kind: 'answer', command: 'AUTHENTICATE', text: 'NO the moon is full' },
      'imap-sign-in-refused',
      'hold',
      'the moon is full',
    ],
    [
      'BAD to AUTHENTICATE',
      { kind: 'answer', command: 'AUTHENTICATE', text: 'BAD the moon is new' },
      'imap-sign-in-refused',
      'hold',
      'the moon is new',
    ],
    [
      'BYE to AUTHENTICATE',
      { kind: 'bye', command: 'AUTHENTICATE', text: 'the moon has gone' },
      'imap-unavailable',
      'retry',
      'the moon has gone',
    ],
    [
      'BAD to SELECT',
      { kind: 'answer', command: 'SELECT', text: 'BAD the tide is in' },
      'imap-refused',
      'retry',
      'the tide is in',
    ],
    [
      'BYE to SELECT',
      { kind: 'bye', command: 'SELECT', text: 'the tide is out' },
      'imap-unavailable',
      'retry',
      'the tide is out',
    ],
    [
      'NO to UID SEARCH',
      { kind: 'answer', command: 'UID SEARCH', text: 'NO the wind is up' },
      'imap-refused',
      'retry',
      'the wind is up',
    ],
  ])('says %s', async (_what, fault, code, verdict, words) => {
    const id = await signedIn();
    world.tenant.deliver(ALICE, { subject: 'something to search for' });
    const before = await counted('imap');
    world.tenant.misbehave.imap(fault);
    const destination = { type: 'directory', path: inbox };
    const settings = { schedule: { every: '1h' }, startFrom: 'all', destination };
    const { id: connector } = await world.createConnector('email-receive', id, settings);
    const found = await until(
      async () =>
        (await api<{ health: { problem: ShownProblem | null } }>('GET', `/connectors/${connector}`)).health
          .problem,
    );
    expect([found.code, found.verdict]).toEqual([code, verdict]);
    expect(found.serverWords).toContain(words);
    await expectUnknown(found, 'imap', before);
    await api('POST', `/connections/${id}/sign-out`);
  });
});

it('counts nothing while all that is said is known', async () => {
  const id = await signedIn();
  const before = await Promise.all(['oauth', 'imap', 'smtp'].map(counted));
  world.tenant.misbehave.token({ kind: 'aadsts', code: 50_173, user: ALICE });
  await refresh(id);
  expect(await Promise.all(['oauth', 'imap', 'smtp'].map(counted))).toEqual(before);
});
