import { describe, expect, it } from 'vitest';
import { pollPauseMs } from '../../../../src/oauth/device/device-answers.js';

describe('the pause between two polls for a device code', () => {
  it('is the interval while answers come', () => {
    expect(pollPauseMs(5_000, 0)).toBe(5_000);
  });

  it('doubles with each poll in a row that got none, up to a minute', () => {
    expect([1, 2, 3, 4, 5, 500].map((failures) => pollPauseMs(5_000, failures))).toEqual([
      10_000, 20_000, 40_000, 60_000, 60_000, 60_000,
    ]);
  });

  it('is never shorter than the server’s interval', () => {
    expect(pollPauseMs(120_000, 3)).toBe(120_000);
  });
});
