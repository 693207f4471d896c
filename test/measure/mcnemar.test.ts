import { describe, expect, it } from 'vitest';
import { z95 } from '../../src/measure/distributions.js';
import { mcnemarExact, tangoInterval } from '../../src/measure/mcnemar.js';

describe('mcnemarExact', () => {
  it("gives the p of Agresti's approval ratings (2013, table 11.1: 150 and 86 changed of 1600)", () => {
    // McNemar's z^2 there is 17.36, p = 3.1e-5; exactly: 3.716e-5 (scipy.stats.binomtest(86, 236)).
    expect(mcnemarExact(86, 150)).toBeCloseTo(3.7159361395713866e-5, 12);
  });

  it('gives the p of Fagerland, Lydersen & Laake (2014): 1 and 7 changed, 0.0703', () => {
    expect(mcnemarExact(1, 7)).toBeCloseTo(0.0703125, 10);
    expect(mcnemarExact(7, 1)).toBeCloseTo(0.0703125, 10);
  });

  it('is 1 where nothing changed, or as much in both directions', () => {
    expect(mcnemarExact(0, 0)).toBe(1);
    expect(mcnemarExact(4, 4)).toBe(1);
    expect(mcnemarExact(6, 0)).toBeCloseTo(2 / 64, 12);
  });
});

describe('tangoInterval', () => {
  it('is that of Fagerland, Lydersen & Laake (2014): 1 and 7 changed of 21, -0.517 to -0.026', () => {
    const { lo, hi } = tangoInterval(1, 7, 21);
    expect(lo).toBeCloseTo(-0.517, 3);
    expect(hi).toBeCloseTo(-0.026, 3);
  });

  it("is near Wald's for Agresti's approval ratings: 0.021 to 0.059", () => {
    const { lo, hi } = tangoInterval(150, 86, 1600);
    expect(lo).toBeCloseTo(0.021, 3);
    expect(hi).toBeCloseTo(0.059, 3);
  });

  it('ends where the likeliest table under the difference is just not rejected, found by trying', () => {
    const [gained, lost, n] = [5, 12, 80];
    for (const end of Object.values(tangoInterval(gained, lost, n)) as number[]) {
      // p21 = q, p12 = q + difference; the q of the largest likelihood, on a grid.
      const likelihood = (q: number) => gained * Math.log(q + end) + lost * Math.log(q) + (n - gained - lost) * Math.log(1 - 2 * q - end);
      const grid = Array.from({ length: 200_000 }, (_, i) => (i + 1) / 400_000).filter((q) => q + end > 0 && 1 - 2 * q - end > 0);
      const q = grid.reduce((best, value) => (likelihood(value) > likelihood(best) ? value : best));
      const z = (gained - lost - n * end) / Math.sqrt(n * (2 * q + end * (1 - end)));
      expect(Math.abs(z)).toBeCloseTo(z95, 3);
    }
  });

  it('excludes no difference exactly where McNemar does not reject it', () => {
    for (const [gained, lost] of [[20, 8], [20, 9], [20, 10], [9, 20]]) {
      const rejected = Math.abs(gained - lost) / Math.sqrt(gained + lost) > z95;
      const { lo, hi } = tangoInterval(gained, lost, 200);
      expect(lo > 0 || hi < 0).toBe(rejected);
    }
  });

  it('is z^2 / (n + z^2) to either side where nothing changed, and takes fractions', () => {
    const half = z95 ** 2 / (62.5 + z95 ** 2);
    const { lo, hi } = tangoInterval(0, 0, 62.5);
    expect(lo).toBeCloseTo(-half, 6);
    expect(hi).toBeCloseTo(half, 6);
    expect(tangoInterval(5, 0, 5).hi).toBe(1);
  });
});
