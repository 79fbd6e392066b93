/** What is warned of before it breaks: credentials, sign-ins that nobody uses, tokens that nobody renews, policies that end a grant again. */
import { describe, expect, it } from 'vitest';
import { timeText } from '../../../src/contract/date-text.js';
import type { ApplicationId, ConnectionId, MailboxKey } from '../../../src/contract/ids.js';
import type { Application, Connection, GrantEnd } from '../../../src/setup/model.js';
import { applicationWarnings, connectionWarnings } from '../../../src/setup/warnings.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;
const at = (ms: number): string => new Date(ms).toISOString();

const application = (clientAuth: object): Application => ({
  id: 'app_1' as ApplicationId,
  version: 1,
  settings: { name: 'Contoso', provider: 'custom', clientId: 'c', clientAuth: clientAuth as never },
  failure: undefined,
  createdAt: 0,
});
const warned = (clientAuth: object, now = NOW) =>
  applicationWarnings(application(clientAuth), now).map(({ urgency, isCovered, problem }) => ({
    urgency,
    code: problem.code,
    title: problem.title,
    ...(isCovered && { isCovered }),
  }));

describe('a client secret', () => {
  const secret = (leftMs: number) => warned({ method: 'clientSecret', expiresAt: at(NOW + leftMs) });

  it('is warned of at 30, 7 and 1 days and when it has ended, each more urgent', () => {
    expect(secret(30 * DAY + 1)).toEqual([]);
    expect(secret(30 * DAY)).toEqual([
      { urgency: 1, code: 'client-secret-ends', title: 'The client secret of Contoso ends in 30 days' },
    ]);
    expect(secret(7 * DAY)).toMatchObject([{ urgency: 2 }]);
    expect(secret(DAY)).toMatchObject([
      { urgency: 3, title: 'The client secret of Contoso ends in 24 hours' },
    ]);
    expect(secret(0)).toMatchObject([{ urgency: 4, code: 'client-secret-ended' }]);
  });

  it('ends at a time that a person can read', () => {
    const ends = applicationWarnings(
      application({ method: 'clientSecret', expiresAt: '2026-11-24T00:00:00.000Z' }),
      NOW,
    );
    expect(ends[0]?.problem.detail).toContain('2026-11-24 00:00 UTC');
  });

  it('whose end nobody told is not warned of', () => {
    expect(warned({ method: 'clientSecret' })).toEqual([]);
    expect(warned({ method: 'none' })).toEqual([]);
  });

  it('that ends while the second one goes on wakes nobody', () => {
    const rotated = {
      method: 'clientSecret',
      expiresAt: at(NOW - DAY),
      secondExpiresAt: at(NOW + 400 * DAY),
    };
    expect(warned(rotated)).toMatchObject([{ code: 'client-secret-superseded', isCovered: true }]);
  });

  it('that is refused while the second one is in use shows', () => {
    const inUse = { ...application({ method: 'clientSecret' }), secondSecret: 'inUse' } as const;
    expect(applicationWarnings(inUse, NOW)).toMatchObject([
      { isCovered: true, problem: { code: 'client-secret-superseded-early' } },
    ]);
  });

  it('that ends while a second one whose end nobody told is kept wakes nobody', () => {
    const kept = {
      ...application({ method: 'clientSecret', expiresAt: at(NOW + DAY) }),
      secondSecret: 'kept',
    };
    expect(applicationWarnings(kept as Application, NOW)).toMatchObject([{ isCovered: true }]);
  });

  it('is warned of when the second one ends soon as well', () => {
    const both = { method: 'clientSecret', expiresAt: at(NOW + DAY), secondExpiresAt: at(NOW + 5 * DAY) };
    expect(warned(both)).toMatchObject([
      { code: 'client-secret-ends', urgency: 3 },
      { code: 'client-secret-ends', urgency: 2, title: 'The second client secret of Contoso ends in 5 days' },
    ]);
  });
});

it('a certificate is warned of, and when it has ended', () => {
  expect(warned({ method: 'certificate', expiresAt: at(NOW + 6 * DAY) })).toMatchObject([
    { code: 'certificate-ends', urgency: 2 },
  ]);
  expect(warned({ method: 'certificate', expiresAt: at(NOW - 1) })).toMatchObject([
    { code: 'certificate-ended', urgency: 4 },
  ]);
});

interface Asked {
  authorization?: object;
  settings?: object;
  signedInAt?: number;
  grantEnds?: GrantEnd[];
  now?: number;
}
const codesOf = ({ now = NOW, ...asked }: Asked) =>
  connectionWarnings(connection(asked), { refreshTokenIdleDays: 90, now }).map(({ problem }) => problem.code);
const connection = ({ authorization, settings, ...over }: Asked): Connection => ({
  id: 'con_1' as ConnectionId,
  version: 1,
  settings: {
    name: 'Orders',
    authentication: 'oauth2',
    application: 'app_1' as ApplicationId,
    user: 'orders@contoso.example',
    scope: [],
    grant: 'authorizationCode',
    tokenMode: 'getAndRefresh',
    ...settings,
  },
  epoch: 1,
  tokenVersion: 1,
  authorization: {
    status: 'authorized',
    grantedScope: [],
    mailboxKey: 'mbx_1' as MailboxKey,
    accessTokenExpiresAt: NOW + 3_600_000,
    ...authorization,
  },
  createdAt: 0,
  ...over,
});

describe('a refresh token', () => {
  it('that was not used for long is warned of, by the provider’s limit', () => {
    expect(codesOf({ authorization: { lastRefreshAt: NOW - 3_600_000 } })).toEqual([]);
    expect(codesOf({ authorization: { lastRefreshAt: NOW - 61 * DAY } })).toEqual(['grant-idle']);
    expect(codesOf({ signedInAt: NOW - 85 * DAY })).toEqual(['grant-idle']);
  });

  it('is not warned of where there is none, where its limit is not known, or where the grant has ended', () => {
    const old = { lastRefreshAt: NOW - 80 * DAY };
    expect(codesOf({ authorization: { ...old, identity: 'asserted' } })).toEqual([]);
    expect(codesOf({ authorization: old, settings: { grant: 'clientCredentials' } })).toEqual([]);
    expect(codesOf({ authorization: { ...old, status: 'reauthorization-required' } })).toEqual([]);
    const circumstances = { refreshTokenIdleDays: undefined, now: NOW };
    expect(connectionWarnings(connection({ authorization: old }), circumstances)).toEqual([]);
  });
});

it('an access token that nobody renews is warned of near its end, and only then', () => {
  const asserted = (leftMs: number) =>
    codesOf({ authorization: { identity: 'asserted', accessTokenExpiresAt: NOW + leftMs } });
  expect(asserted(16 * 60_000)).toEqual([]);
  expect(asserted(14 * 60_000)).toEqual(['access-token-ends']);
  expect(asserted(-1)).toEqual(['access-token-ends']);
  const soon = { accessTokenExpiresAt: NOW + 60_000 };
  expect(codesOf({ authorization: soon, settings: { tokenMode: 'off' } })).toEqual(['access-token-ends']);
  expect(codesOf({ authorization: soon })).toEqual([]);
});

describe('a policy that ends the grant again and again', () => {
  const ends = (
    code: string,
    daysLived: readonly number[],
  ): { grantEnds: GrantEnd[]; signedInAt: number } => {
    let time = NOW - 100 * DAY;
    const grantEnds = daysLived.map((days) => {
      const signedInAt = time;
      time += days * DAY;
      const end = { code, at: time, signedInAt };
      time += 3_600_000;
      return end;
    });
    return { grantEnds, signedInAt: time };
  };
  const recurrence = (given: { grantEnds: GrantEnd[]; signedInAt: number }, now = given.signedInAt + DAY) =>
    connectionWarnings(connection(given), { refreshTokenIdleDays: 90, now }).find(
      ({ name }) => name === 'recurrence',
    )?.problem;

  it('is recognised at once where the server names it, with the interval and whom to ask for what', () => {
    const found = recurrence(ends('sign-in-frequency', [7]));
    expect(found).toMatchObject({ code: 'grant-recurs', owner: 'tenant-admin' });
    expect(found?.detail).toContain('about every 7 days');
    expect(found?.next).toContain('exclude orders@contoso.example from the Conditional Access policy');
  });

  it('is recognised by three ends of one kind at similar intervals', () => {
    expect(recurrence(ends('grant-revoked', [30, 31]))).toBeUndefined();
    expect(recurrence(ends('grant-revoked', [30, 31, 29]))?.detail).toMatch(
      /3 times, for the same reason \(grant-revoked\), about every 30 days/,
    );
  });

  it('is not seen in ends of different kinds, or at intervals that differ', () => {
    expect(recurrence(ends('grant-revoked', [30, 2, 11]))).toBeUndefined();
    const mixed = ends('grant-revoked', [30, 30, 30]);
    mixed.grantEnds.splice(1, 1, { code: 'password-expired', at: NOW - 50 * DAY });
    expect(recurrence(mixed)).toBeUndefined();
  });

  it('is over once a grant has outlived it', () => {
    const weekly = ends('sign-in-frequency', [7, 7]);
    expect(recurrence(weekly, weekly.signedInAt + 8 * DAY)).toBeDefined();
    expect(recurrence(weekly, weekly.signedInAt + 15 * DAY)).toBeUndefined();
  });

  it('says when the next end is to be expected', () => {
    const weekly = ends('sign-in-frequency', [7, 7]);
    expect(recurrence(weekly)?.detail).toContain(timeText(weekly.signedInAt + 7 * DAY));
  });
});
