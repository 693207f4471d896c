import { describe, expect, it } from 'vitest';
import { LatenessCounts, randomFrom, StallMonitor } from '../../src/time/index.js';
import type { Cancel } from '../../src/types.js';

describe('counts of lateness', () => {
  it('know nothing before the first one', () => {
    expect(new LatenessCounts().figures()).toBeNull();
  });

  it('give the nearest ranks to a per cent and the largest exactly', () => {
    const random = randomFrom(5);
    const values = Array.from({ length: 5001 }, () => 10 ** (4 * random() - 2.5));
    const counts = new LatenessCounts();
    for (const value of values) counts.add(value);
    const sorted = [...values].sort((a, b) => a - b);
    const figures = counts.figures();
    expect(figures?.count).toBe(5001);
    expect(figures?.maxMs).toBe(sorted[5000]);
    for (const [found, rank] of [[figures?.p50Ms, 2501], [figures?.p99Ms, 4951]] as const) {
      expect((found as number) / sorted[rank - 1]).toBeGreaterThanOrEqual(1);
      expect((found as number) / sorted[rank - 1]).toBeLessThan(1.011);
    }
  });

  it('of one value are that value', () => {
    const counts = new LatenessCounts();
    counts.add(3.21);
    expect(counts.figures()).toEqual({ count: 1, p50Ms: 3.21, p99Ms: 3.21, maxMs: 3.21 });
  });
});

/** A real-time clock by hand: each deadline is served as late as is said. */
class HandClock {
  readonly kind = 'realtime';
  #nowMs = 0;
  #next = { dueMs: 0, run: (): void | Promise<void> => {} };
  now = () => this.#nowMs;
  at(dueMs: number, run: () => void | Promise<void>): Cancel {
    this.#next = { dueMs, run };
    return () => {};
  }
  serve(lateMs: number): number {
    const { dueMs, run } = this.#next;
    this.#nowMs = dueMs + lateMs;
    void run();
    return dueMs;
  }
}

describe('a monitor of stalls', () => {
  it('notes each beat that was late by more than a millisecond, and counts those that fell into a stall', () => {
    const clock = new HandClock();
    const stalls = new StallMonitor(clock);
    expect([0.1, 7, 0.5, 1.5, 0].map((lateMs) => clock.serve(lateMs))).toEqual([2, 4, 12, 14, 16]);
    expect(stalls.between(0, 100)).toEqual([[4, 7], [14, 1.5]]);
    // Deadlines at 6, 8 and 10 fell into the stall: late by 5, 3 and 1 ms.
    expect(stalls.beats.figures()).toMatchObject({ count: 8, maxMs: 7 });
  });

  it('gives the stalls that reach into a span', () => {
    const clock = new HandClock();
    const stalls = new StallMonitor(clock);
    for (let i = 0; i < 50; i++) clock.serve(1.5);
    expect(stalls.between(11.5, 18)).toEqual([[12, 1.5], [14, 1.5], [16, 1.5]]);
    expect(stalls.between(11, 12)).toEqual([[10, 1.5]]);
    expect(stalls.between(200, 300)).toEqual([]);
  });

  it('keeps the latest ones of very many', () => {
    const clock = new HandClock();
    const stalls = new StallMonitor(clock);
    let lastMs = 0;
    for (let i = 0; i < 140_000; i++) lastMs = clock.serve(1.5);
    const kept = stalls.between(0, Infinity);
    expect(kept.length).toBeLessThan(140_000);
    expect(kept.at(-1)).toEqual([lastMs, 1.5]);
    expect(stalls.beats.count).toBe(140_000);
  });
});
