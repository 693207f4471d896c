import { describe, expect, it } from 'vitest';
import { z95 } from '../../src/measure/distributions.js';
import { oneSidedPoint, twoSidedPoint, twoSidedTail } from '../../src/measure/student.js';

describe("Student's t and the normal distribution", () => {
  it.each([
    [1.96, Infinity, 0.04999579029644087],
    [3, Infinity, 0.0026997960632601866],
    [6, Infinity, 1.973175290075389e-9],
    [2.0595, 25, 0.05000397059210034],
    [12.706204736, 1, 0.05],
  ])('tail of %f with %f degrees of freedom (scipy.stats)', (t, df, p) => {
    expect(twoSidedTail(t, df) / p).toBeCloseTo(1, 9);
    expect(twoSidedTail(-t, df)).toBe(twoSidedTail(t, df));
  });

  it('points are the tails turned round', () => {
    expect(twoSidedPoint(0.05, Infinity)).toBeCloseTo(z95, 12);
    expect(oneSidedPoint(0.9, Infinity)).toBeCloseTo(1.2815515655446004, 12);
    expect(oneSidedPoint(0.9, 25)).toBeCloseTo(1.3163, 4);
    for (const level of [0.05, 0.05 / 7, 1e-6]) expect(twoSidedTail(twoSidedPoint(level, 12), 12)).toBeCloseTo(level, 12);
  });

  it('holds at the ends', () => {
    expect(twoSidedTail(0, 5)).toBe(1);
    expect(twoSidedTail(Infinity, 5)).toBe(0);
    expect(oneSidedPoint(0.5, 5)).toBe(0);
  });
});
