import { describe, expect, it } from 'vitest';
import {
  advance,
  emptyLedger,
  isDoneWith,
  ledgerFields,
  readLedgerFields,
  settle,
} from '../../../src/receive/ledger-state.js';

const ledger = (watermark = 0) => ({ ...emptyLedger('mbx_a'), uidValidity: '7', watermark });

describe('the watermark', () => {
  it('stops before the first message that is not settled, and keeps those settled above it', () => {
    const state = ledger();
    for (const uid of [1, 2, 4, 5]) settle(state, uid);
    advance(state, [1, 2, 3, 4, 5], 5);
    expect(state.watermark).toBe(2);
    expect(state.settled.values()).toEqual([4, 5]);
    settle(state, 3);
    advance(state, [3, 4, 5], 5);
    expect(state.watermark).toBe(5);
    expect(state.settled.isEmpty).toBe(true);
  });

  it('passes what is gone: UIDs below the bound that the server does not list', () => {
    const state = ledger(10);
    settle(state, 14);
    advance(state, [14], 20);
    expect(state.watermark).toBe(20);
  });

  it('never goes back', () => {
    const state = ledger(10);
    advance(state, [], 3);
    expect(state.watermark).toBe(10);
  });

  it('waits for a message whose attempts are not used up', () => {
    const state = ledger();
    state.pending.set(1, { attempts: 3, nextAt: 99 });
    settle(state, 2);
    advance(state, [1, 2], 2);
    expect(state.watermark).toBe(0);
    expect(state.pending.get(1)).toEqual({ attempts: 3, nextAt: 99 });
  });
});

describe('another receiver may move a message', () => {
  it('only when this one has settled it', () => {
    const state = ledger(3);
    expect(isDoneWith(state, 3, 'none')).toBe(true);
    expect(isDoneWith(state, 4, 'none')).toBe(false);
  });

  it('not while it is in quarantine here, for it could not be redelivered', () => {
    const state = ledger(3);
    state.quarantined.add(2);
    expect(isDoneWith(state, 2, 'none')).toBe(false);
  });

  it('not while a mark or copy is owed here, and well while a move is: two movers would wait for each other', () => {
    const state = ledger(3);
    state.owed.add(2);
    expect(isDoneWith(state, 2, 'copy')).toBe(false);
    expect(isDoneWith(state, 2, 'markRead')).toBe(false);
    expect(isDoneWith(state, 2, 'move')).toBe(true);
  });
});

it('is stored in fields and read back the same', () => {
  const state = ledger(5);
  state.pending.set(7, { attempts: 2, nextAt: 1_000 });
  state.owed.add(3);
  state.quarantined.add(4);
  state.careful.add(8);
  state.anchors = Buffer.from('00ff00ff00ff00ff', 'hex');
  state.fingerprints = 12;
  settle(state, 9);
  const read = readLedgerFields(Object.fromEntries(ledgerFields(state)));
  expect(ledgerFields(read)).toEqual(ledgerFields(state));
  expect(read.pending).toEqual(state.pending);
});
