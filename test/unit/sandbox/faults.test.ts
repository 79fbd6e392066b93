import { describe, expect, it } from 'vitest';
import { createFaults } from '../../../src/sandbox/faults.js';

const any = () => true;

describe('scripted faults', () => {
  it('happen as often as they say, oldest first', () => {
    const faults = createFaults<{ kind: string }>();
    faults.add({ kind: 'first', times: 2 });
    faults.add({ kind: 'second' });
    const taken = [1, 2, 3, 4].map(() => faults.take(undefined, any)?.kind);
    expect(taken).toEqual(['first', 'first', 'second', 'second']);
  });

  it('concern only their account, by any of its names and in any case', () => {
    const faults = createFaults<{ kind: string }>();
    faults.add({ kind: 'hers', user: 'Alice@sandbox.example' });
    expect(faults.take(undefined, any)).toBeUndefined();
    expect(faults.take(['bob@sandbox.example'], any)).toBeUndefined();
    expect(faults.take(['a@x', 'alice@SANDBOX.example'], any)).toMatchObject({ kind: 'hers' });
  });

  it('can be withdrawn, one or all', () => {
    const faults = createFaults<{ kind: string }>();
    const withdraw = faults.add({ kind: 'one' });
    faults.add({ kind: 'two' });
    withdraw();
    expect(faults.take(undefined, any)).toMatchObject({ kind: 'two' });
    faults.clear();
    expect(faults.take(undefined, any)).toBeUndefined();
  });
});
