import { describe, expect, it } from 'vitest';
import { measureTimerFloor } from '../../src/time/floor.js';
import { loopDelayDuring } from '../../src/time/loop-delay.js';

describe('the timer floor', () => {
  it('counts every deadline in both ways, and none was early', async () => {
    const { paced, spin } = await measureTimerFloor(20, 1);
    for (const { count, p50Ms, p99Ms, maxMs } of [paced, spin]) {
      expect(count).toBe(20);
      expect(p50Ms).toBeGreaterThanOrEqual(0);
      expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
      expect(maxMs).toBeGreaterThanOrEqual(p99Ms);
    }
  });
});

describe('the delay of the event loop', () => {
  it('is seen while something goes on, and is never negative', async () => {
    const delay = await loopDelayDuring(measureTimerFloor(20, 5));
    expect(delay?.maxMs).toBeGreaterThanOrEqual(delay?.p99Ms as number);
    expect(delay?.p99Ms).toBeGreaterThanOrEqual(0);
  });

  it('is not known where it was not looked at', async () => {
    expect(await loopDelayDuring(Promise.resolve())).toBe(null);
  });
});
