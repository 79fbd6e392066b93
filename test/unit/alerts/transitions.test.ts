/** When an alert is told: once when it begins, once when it is over, and never because time or weather changes its mind. */
import { describe, expect, it } from 'vitest';
import type { AlertState, Condition } from '../../../src/alerts/alert.js';
import { changesOf } from '../../../src/alerts/transitions.js';
import { condition, DAY, MINUTE, NOW } from './records.js';

/** A service of one condition at a time; returns what is told at each look. */
function watched() {
  const states = new Map<string, AlertState>();
  return {
    states,
    look(at: number, conditions: readonly Condition[], isExplained = false): string[] {
      const found = { conditions: [...conditions], isExplained: () => isExplained };
      const changes = [...changesOf(states, found, at)].flat();
      return changes.flatMap(({ key, after, event }) => {
        if (after) states.set(key, after);
        else states.delete(key);
        return event ? [event.type] : [];
      });
    },
  };
}

describe('an alert', () => {
  it('is told when it begins and when it is over, and in between not', () => {
    const { look, states } = watched();
    expect(look(NOW, [condition()])).toEqual(['opened']);
    expect(look(NOW + MINUTE, [condition()])).toEqual([]);
    expect(look(NOW + 2 * MINUTE, [])).toEqual(['resolved']);
    expect(look(NOW + 3 * MINUTE, [])).toEqual([]);
    expect(states.size).toBe(0);
  });

  it('that may pass by itself is told only when it has held', () => {
    const { look, states } = watched();
    const passing = condition({ holdsMs: 10 * MINUTE });
    expect(look(NOW, [passing])).toEqual([]);
    expect(look(NOW + 9 * MINUTE, [passing])).toEqual([]);
    expect(look(NOW + 10 * MINUTE, [passing])).toEqual(['opened']);
    expect(states.get(passing.key)?.openedAt).toBe(NOW + 10 * MINUTE);
  });

  it('that passed in time was never there, and begins anew', () => {
    const { look } = watched();
    const passing = condition({ holdsMs: 10 * MINUTE });
    look(NOW, [passing]);
    expect(look(NOW + 5 * MINUTE, [])).toEqual([]);
    expect(look(NOW + 6 * MINUTE, [passing])).toEqual([]);
    expect(look(NOW + 12 * MINUTE, [passing])).toEqual([]);
    expect(look(NOW + 16 * MINUTE, [passing])).toEqual(['opened']);
  });

  it('that comes and goes is one: it is over only when it has stayed away', () => {
    const { look } = watched();
    const flapping = condition({ clearsMs: 5 * MINUTE });
    expect(look(NOW, [flapping])).toEqual(['opened']);
    for (let minute = 1; minute < 60; minute += 2) {
      expect(look(NOW + minute * MINUTE, [])).toEqual([]);
      expect(look(NOW + (minute + 1) * MINUTE, [flapping])).toEqual([]);
    }
    expect(look(NOW + 61 * MINUTE, [])).toEqual([]);
    expect(look(NOW + 66 * MINUTE, [])).toEqual(['resolved']);
  });

  it('that something else explains stays open, and what was only seen is forgotten', () => {
    const { look, states } = watched();
    expect(look(NOW, [condition(), condition({ key: 'other', holdsMs: MINUTE })])).toEqual(['opened']);
    expect(look(NOW + MINUTE, [], true)).toEqual([]);
    expect([...states.keys()]).toEqual([condition().key]);
    expect(look(NOW + 2 * MINUTE, [condition()])).toEqual([]);
    expect(look(NOW + 3 * MINUTE, [])).toEqual(['resolved']);
  });

  it('is told again when it gets worse', () => {
    const { look } = watched();
    look(NOW, [condition({ severity: 'warning' })]);
    expect(look(NOW + MINUTE, [condition({ severity: 'critical', level: 1 })])).toEqual(['opened']);
    expect(look(NOW + 2 * MINUTE, [condition({ severity: 'critical', level: 1 })])).toEqual([]);
  });

  it('that gets worse and better by turns is told once an hour at most', () => {
    const { look } = watched();
    const limping = condition({ severity: 'warning', level: 0 });
    const stopped = condition({ severity: 'critical', level: 1 });
    look(NOW, [limping]);
    expect(look(NOW + MINUTE, [stopped])).toEqual(['opened']);
    for (let minute = 2; minute < 60; minute += 2) {
      expect(look(NOW + minute * MINUTE, [limping])).toEqual([]);
      expect(look(NOW + (minute + 1) * MINUTE, [stopped])).toEqual([]);
    }
    look(NOW + 70 * MINUTE, [limping]);
    expect(look(NOW + 71 * MINUTE, [stopped])).toEqual(['opened']);
  });

  it('that grows is told again once an hour at most', () => {
    const { look } = watched();
    const quarantine = (level: number) => condition({ level });
    look(NOW, [quarantine(1)]);
    for (let minute = 1; minute < 60; minute++)
      expect(look(NOW + minute * MINUTE, [quarantine(1 + minute)])).toEqual([]);
    expect(look(NOW + 60 * MINUTE, [quarantine(61)])).toEqual(['opened']);
    expect(look(NOW + 180 * MINUTE, [quarantine(2)])).toEqual([]);
    expect(look(NOW + 181 * MINUTE, [quarantine(3)])).toEqual(['opened']);
  });

  it('is said again each day while something is broken, and not while it only will be', () => {
    const broken = watched();
    broken.look(NOW, [condition({ severity: 'critical' })]);
    expect(broken.look(NOW + DAY - 1, [condition({ severity: 'critical' })])).toEqual([]);
    expect(broken.look(NOW + DAY, [condition({ severity: 'critical' })])).toEqual(['reminder']);
    expect(broken.look(NOW + DAY + MINUTE, [condition({ severity: 'critical' })])).toEqual([]);
    const coming = watched();
    coming.look(NOW, [condition()]);
    expect(coming.look(NOW + 5 * DAY, [condition()])).toEqual([]);
  });

  it('of a credential is told at 30, 7 and 1 days and when it has ended', () => {
    const { look } = watched();
    const told = Array.from({ length: 32 }, (_, day) => day).filter((day) => {
      const left = 30 - day;
      const level = left <= 0 ? 4 : left <= 1 ? 3 : left <= 7 ? 2 : 1;
      const severity = level >= 3 ? 'critical' : 'warning';
      return look(NOW + day * DAY, [condition({ level, severity })]).includes('opened');
    });
    expect(told).toEqual([0, 23, 29, 30]);
  });
});

describe('a clock that jumps', () => {
  it('back by a day tells nothing twice and lets no alert wait a day longer', () => {
    const { look } = watched();
    const passing = condition({ key: 'p', holdsMs: 10 * MINUTE, severity: 'critical', clearsMs: 5 * MINUTE });
    look(NOW, [condition({ severity: 'critical' }), passing]);
    const back = NOW - DAY;
    expect(look(back, [condition({ severity: 'critical' }), passing])).toEqual([]);
    expect(look(back + 10 * MINUTE, [condition({ severity: 'critical' }), passing])).toEqual(['opened']);
    expect(look(back + 11 * MINUTE, [condition({ severity: 'critical' })])).toEqual([]);
    expect(look(back - DAY, [condition({ severity: 'critical' })])).toEqual([]);
    expect(look(back - DAY + 5 * MINUTE, [condition({ severity: 'critical' })])).toEqual(['resolved']);
    expect(look(back - DAY + DAY, [condition({ severity: 'critical' })])).toEqual(['reminder']);
  });

  it('ahead by a year reminds once', () => {
    const { look } = watched();
    look(NOW, [condition({ severity: 'critical' })]);
    expect(look(NOW + 365 * DAY, [condition({ severity: 'critical' })])).toEqual(['reminder']);
    expect(look(NOW + 365 * DAY + MINUTE, [condition({ severity: 'critical' })])).toEqual([]);
    expect(look(NOW, [condition({ severity: 'critical' })])).toEqual([]);
    expect(look(NOW + DAY, [condition({ severity: 'critical' })])).toEqual(['reminder']);
  });
});

it('writes nothing where nothing that people see has changed', () => {
  const { look, states } = watched();
  look(NOW, [condition()]);
  const problem = { ...condition().problem, detail: 'another time', at: NOW + MINUTE };
  const found = { conditions: [condition({ problem })], isExplained: () => false };
  expect([...changesOf(states, found, NOW + MINUTE)].flat()).toEqual([]);
});
