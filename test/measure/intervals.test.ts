import { binomialDistribution } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { binomialAtMost, incompleteBeta } from '../../src/measure/distributions.js';
import { twoSidedPoint } from '../../src/measure/student.js';
import { effectiveRanks, fewestForUpperBound, orderStatisticRanks, wilsonInterval } from '../../src/measure/intervals.js';

describe('distributions', () => {
  it('has the binomial sums of simple-statistics', () => {
    for (const [n, p] of [[20, 0.5], [72, 0.95], [300, 0.03]] as const) {
      const mass = binomialDistribution(n, p) as number[];
      let sum = 0;
      // Its table ends where the sum is within 1e-4 of 1.
      for (let k = 0; k < mass.length; k++) expect(binomialAtMost(k, n, p)).toBeCloseTo((sum += mass[k]), 9);
    }
  });

  it('is symmetric, and right where the integral is known', () => {
    expect(incompleteBeta(0.3, 1, 1)).toBeCloseTo(0.3, 14);
    expect(incompleteBeta(0.3, 2, 1)).toBeCloseTo(0.09, 14);
    expect(incompleteBeta(0.2, 3.5, 1.25)).toBeCloseTo(1 - incompleteBeta(0.8, 1.25, 3.5), 14);
  });

  it("has the table values of Student's t", () => {
    for (const [df, t] of [[1, 12.7062], [2, 4.30265], [4, 2.77645], [24, 2.0639], [120, 1.97993]]) expect(twoSidedPoint(0.05, df)).toBeCloseTo(t, 4);
  });
});

describe('wilsonInterval', () => {
  // Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i', (count, n, lo, hi) => {
    const interval = wilsonInterval(count / n, n);
    expect(interval.lo).toBeCloseTo(lo, 4);
    expect(interval.hi).toBeCloseTo(hi, 4);
  });

  it('is symmetric and stays within 0 and 1', () => {
    expect(wilsonInterval(1, 20)).toEqual({ lo: 1 - wilsonInterval(0, 20).hi, hi: 1 });
    expect(wilsonInterval(0, 0.1).hi).toBeLessThanOrEqual(1);
  });
});

describe('orderStatisticRanks', () => {
  // Tables of distribution-free intervals for the median, e.g. Conover 1999, table A3 with the rule of section 3.2.
  it.each([[6, 1, 6], [10, 2, 9], [20, 6, 15], [100, 40, 61]])('median of %i: ranks %i and %i', (n, lo, hi) => {
    expect(orderStatisticRanks(n, 0.5)).toEqual({ lo, hi });
  });

  it('has no upper bound below 72 values at p95 and below 368 at p99, no bounds below 6 at p50', () => {
    expect(orderStatisticRanks(71, 0.95).hi).toBeNull();
    expect(orderStatisticRanks(72, 0.95).hi).toBe(72);
    expect(orderStatisticRanks(367, 0.99).hi).toBeNull();
    expect(orderStatisticRanks(368, 0.99).hi).toBe(368);
    expect(orderStatisticRanks(5, 0.5)).toEqual({ lo: null, hi: null });
    expect([0.5, 0.95, 0.99].map(fewestForUpperBound)).toEqual([6, 72, 368]);
  });

  it('covers 95 % at least, and no rank further in would', () => {
    for (const [n, p] of [[80, 0.95], [500, 0.5], [500, 0.99], [37, 0.5]] as const) {
      const { lo, hi } = orderStatisticRanks(n, p);
      expect(binomialAtMost((lo as number) - 1, n, p)).toBeLessThanOrEqual(0.025);
      expect(binomialAtMost(lo as number, n, p)).toBeGreaterThan(0.025);
      expect(1 - binomialAtMost((hi as number) - 1, n, p)).toBeLessThanOrEqual(0.025);
      expect(1 - binomialAtMost((hi as number) - 2, n, p)).toBeGreaterThan(0.025);
    }
  });
});

describe('effectiveRanks', () => {
  it('is the exact interval where every value counts in full', () => {
    for (const n of [6, 71, 72, 367, 368, 500]) for (const p of [0.5, 0.95, 0.99]) expect(effectiveRanks(n, n, p)).toEqual(orderStatisticRanks(n, p));
  });

  it('widens as values count for less, until a bound is gone', () => {
    const [full, half, tenth] = [500, 250, 50].map((effective) => effectiveRanks(500, effective, 0.95));
    expect(half.lo as number).toBeLessThan(full.lo as number);
    expect(half.hi as number).toBeGreaterThan(full.hi as number);
    expect(tenth.hi).toBeNull();
  });
});
