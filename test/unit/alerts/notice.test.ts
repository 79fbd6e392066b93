/** How alerts become notices: few one by one, many together, and a burst that goes on collected. */
import { describe, expect, it } from 'vitest';
import { alertView } from '../../../src/alerts/alert-view.js';
import { pauseMs } from '../../../src/alerts/deliver.js';
import { mailOf } from '../../../src/alerts/mail-text.js';
import { nextCount, noticeOf, type QueuedEvent, remembered } from '../../../src/alerts/notice.js';
import { newAlertId } from '../../../src/contract/ids.js';
import { condition, DAY, MINUTE, NOW } from './records.js';

const URL = 'https://mail.contoso.example';
const event = (
  type: QueuedEvent['type'] = 'opened',
  over: Parameters<typeof condition>[0] = {},
): QueuedEvent => {
  const state = {
    id: newAlertId(),
    condition: condition(over),
    firstSeenAt: NOW,
    openedAt: NOW,
    channels: [],
  };
  return { type, alert: alertView(type === 'resolved' ? { ...state, resolvedAt: NOW + 1 } : state, URL) };
};

/** Alerts that come one each minute; how many notices a channel gets of them. */
function noticesOf(minutes: number): number {
  let recent: number[] = [];
  let waiting = 0;
  let notices = 0;
  for (let minute = 0; minute < minutes; minute++) {
    const now = NOW + minute * MINUTE;
    waiting += 1;
    for (;;) {
      const count = waiting === 0 ? 0 : nextCount(waiting, recent, now);
      if (count === 0) break;
      waiting -= count;
      notices += 1;
      recent = remembered(recent, now);
    }
  }
  return notices;
}

describe('notices', () => {
  it('tell few alerts one by one and many at once', () => {
    expect(nextCount(1, [], NOW)).toBe(1);
    expect(nextCount(5, [], NOW)).toBe(1);
    expect(nextCount(500, [], NOW)).toBe(500);
  });

  it('of a burst that goes on are collected', () => {
    expect(noticesOf(10)).toBe(10);
    expect(noticesOf(500)).toBeLessThan(120);
  });

  it('are not held up by a clock that was put back', () => {
    expect(
      nextCount(
        3,
        Array.from({ length: 10 }, () => NOW + DAY),
        NOW,
      ),
    ).toBe(1);
  });

  it('say by their type what they tell', () => {
    expect(noticeOf([event()], NOW).type).toBe('alert.opened');
    expect(noticeOf([event('resolved'), event('resolved')], NOW).type).toBe('alert.resolved');
    expect(noticeOf([event(), event('resolved')], NOW).type).toBe('alert.digest');
  });

  it('spell out the first of many and count all', () => {
    const { data } = noticeOf(
      Array.from({ length: 500 }, () => event()),
      NOW,
    );
    expect(data.count).toBe(500);
    expect(data.alerts).toHaveLength(50);
  });
});

describe('a mail', () => {
  it('says in its subject what it is, and in its text what to do next and where', () => {
    const affects = { what: 'connectors', count: 12, names: ['Orders', 'Bills'] } as const;
    const { subject, text } = mailOf(
      noticeOf([event('opened', { affects: { ...affects, names: [...affects.names] } })], NOW),
      URL,
    );
    expect(subject).toBe(`Mailgrant ALERT: ${condition().problem.title} (Orders)`);
    expect(text).toContain(`What to do next: ${condition().problem.next}`);
    expect(text).toContain('12 connectors: Orders, Bills, and 10 more');
    expect(text).toContain(`${URL}/`);
  });

  it('says one of one, and when in words', () => {
    const affects = { what: 'connectors', count: 1, names: ['Orders'] } as const;
    const alert = event('opened', { affects: { ...affects, names: [...affects.names] } });
    const { text } = mailOf(noticeOf([alert], NOW), URL);
    expect(text).toContain('  1 connector: Orders\n');
    expect(text).toMatch(/ {2}Since \d{4}-\d\d-\d\d \d\d:\d\d UTC\n/);
  });

  it('of many counts them, and spells out the first', () => {
    const { subject, text } = mailOf(
      noticeOf(
        Array.from({ length: 500 }, () => event()),
        NOW,
      ),
      URL,
    );
    expect(subject).toBe('Mailgrant: 500 alerts');
    expect(text.match(/ALERT \(/g)).toHaveLength(20);
    expect(text).toContain('And 480 more');
  });

  it('keeps foreign names on their line', () => {
    const subject = { type: 'connector', name: 'Orders\r\nBcc: evil@x' } as const;
    const mail = mailOf(noticeOf([event('opened', { subject })], NOW), URL);
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.text).not.toMatch(/^Bcc/m);
  });
});

it('pauses grow, and end at half an hour', () => {
  const pauses = [1, 2, 3, 10, 1_000].map(pauseMs);
  expect(pauses).toEqual([15_000, 30_000, 60_000, 1_800_000, 1_800_000]);
});
