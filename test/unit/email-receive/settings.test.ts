import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { emailReceive } from '../../../connectors/email-receive/index.js';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const webhook = { type: 'webhook', url: 'https://hook.example/in', secret: SECRET };
const withDefaults = (settings: Record<string, unknown>): Record<string, unknown> =>
  Value.Default(emailReceive.settings, { destination: webhook, ...settings }) as Record<string, unknown>;
const faults = (settings: Record<string, unknown>): string[] => {
  const whole = withDefaults(settings);
  expect(Value.Check(emailReceive.settings, whole)).toBe(true);
  return emailReceive.check(whole, { user: 'a@x.example' }).map(({ path }) => path);
};

describe('settings of email-receive', () => {
  it('need no more than a destination', () => {
    expect(faults({})).toEqual([]);
    expect(withDefaults({})).toMatchObject({
      mailbox: 'INBOX',
      selection: 'unprocessed',
      startFrom: 'now',
      schedule: { every: '5m' },
      postProcessing: { action: 'none' },
    });
  });

  it('refuse "all" without a post-processing that empties the mailbox', () => {
    expect(faults({ selection: 'all' })).toEqual(['/selection']);
    expect(faults({ selection: 'all', postProcessing: { action: 'markRead' } })).toEqual(['/selection']);
    expect(faults({ selection: 'all', postProcessing: { action: 'delete' } })).toEqual([]);
  });

  it('refuse a move into the mailbox that is read', () => {
    expect(faults({ postProcessing: { action: 'move', mailbox: 'Inbox' } })).toEqual([
      '/postProcessing/mailbox',
    ]);
  });

  it('want one kind of schedule that has a next time', () => {
    expect(faults({ schedule: { every: '5m', cron: '* * * * *' } })).toEqual(['/schedule']);
    expect(faults({ schedule: {} })).toEqual(['/schedule']);
    expect(faults({ schedule: { every: '10ms' } })).toEqual(['/schedule/every']);
    expect(faults({ schedule: { cron: 'now and then' } })).toEqual(['/schedule/cron']);
    expect(faults({ schedule: { cron: '0 0 30 2 *' } })).toEqual(['/schedule/cron']);
    expect(faults({ schedule: { cron: '0 8 * * *', timeZone: 'Europe/Nowhere' } })).toEqual([
      '/schedule/timeZone',
    ]);
    expect(faults({ schedule: { cron: '0 8 * * 1-5', timeZone: 'Europe/Vienna' } })).toEqual([]);
  });

  it('want a date that exists', () => {
    expect(faults({ startFrom: '2026-13-45' })).toEqual(['/startFrom']);
    expect(faults({ startFrom: '2026-03-01' })).toEqual([]);
  });

  it.each([
    ['an unknown setting', { pushh: true }],
    ['a relative directory', { destination: { type: 'directory', path: 'mail' } }],
    ['a secret that is none', { destination: { ...webhook, secret: 'hunter2' } }],
    ['a move without its target', { postProcessing: { action: 'move' } }],
    ['a destination of another kind', { destination: { type: 'stream', key: 'x' } }],
  ])('refuse %s', (_, settings) => {
    expect(Value.Check(emailReceive.settings, withDefaults(settings))).toBe(false);
  });
});
