/** Schedules are read again whenever a connector was changed, made or deleted. */
import { expect, it } from 'vitest';
import type { Overview } from '../../../../src/admin/ui/api/schema.js';
import { versionsOf } from '../../../../src/admin/ui/screens/schedules/schedules-query.js';

const asked = (...rows: [id: string, version: number][]): string =>
  versionsOf(rows.map(([id, version]) => ({ id, version }) as Overview));

it('knows one connector that was deleted from another that was made after it', () => {
  const before = asked(['a', 1], ['b', 2]);
  expect(asked(['a', 1], ['b', 3])).not.toBe(before);
  expect(asked(['a', 2], ['b', 1])).not.toBe(before);
  expect(asked(['a', 1], ['c', 2])).not.toBe(before);
  expect(asked(['b', 2], ['a', 1]), 'whatever stands first').toBe(before);
});
