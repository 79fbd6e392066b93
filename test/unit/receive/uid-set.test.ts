import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createUidSet } from '../../../src/receive/uid-set.js';

it('holds what was added and not deleted, whatever the order, and reads back what it wrote', () => {
  const step = fc.tuple(fc.constantFrom('add', 'delete', 'through'), fc.integer({ min: 1, max: 40 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const model = new Set<number>();
      const set = createUidSet();
      for (const [what, uid] of steps) {
        if (what === 'add') {
          model.add(uid);
          set.add(uid);
        } else if (what === 'delete') {
          model.delete(uid);
          set.delete(uid);
        } else {
          for (const each of model) if (each <= uid) model.delete(each);
          set.deleteThrough(uid);
        }
      }
      const expected = [...model].sort((a, b) => a - b);
      expect(set.values()).toEqual(expected);
      expect(createUidSet(set.toString()).values()).toEqual(expected);
      expect(set.isEmpty).toBe(expected.length === 0);
      for (let uid = 1; uid <= 40; uid++) expect(set.has(uid)).toBe(model.has(uid));
    }),
  );
});

it('writes a run of UIDs as one range', () => {
  const set = createUidSet();
  for (let uid = 1; uid <= 10_000; uid++) set.add(uid);
  expect(set.toString()).toBe('1-10000');
});
