import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nonDominated } from '../../src/measure/pareto.js';

const setting = (rate: number | null, falseYield: number | null) => ({ rate, falseYield });

describe('non-dominated settings', () => {
  it('are those that no other beats in rate and false yields at once', () => {
    expect(nonDominated([setting(0.9, 0.2), setting(0.8, 0.1), setting(0.85, 0.25), setting(0.7, 0.1), setting(0.6, 0.05)])).toEqual([true, true, false, false, true]);
  });

  it('are both of two that are equal, and one of two that differ in one figure', () => {
    expect(nonDominated([setting(0.9, 0.1), setting(0.9, 0.1)])).toEqual([true, true]);
    expect(nonDominated([setting(0.9, 0.1), setting(0.9, 0.2)])).toEqual([true, false]);
    expect(nonDominated([setting(0.8, 0.1), setting(0.9, 0.1)])).toEqual([false, true]);
  });

  it('are known in both figures; what is not known dominates nothing', () => {
    expect(nonDominated([setting(null, 0), setting(1, null), setting(0.1, 0.9)])).toEqual([false, false, true]);
    expect(nonDominated([])).toEqual([]);
  });

  it('include the best of either figure, and each other one is dominated by one of them', () => {
    const figure = fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10);
    fc.assert(
      fc.property(fc.array(fc.record({ rate: figure, falseYield: figure }), { minLength: 1, maxLength: 12 }), (settings) => {
        const front = nonDominated(settings);
        const most = Math.max(...settings.map(({ rate }) => rate));
        expect(settings.some(({ rate }, i) => rate === most && front[i])).toBe(true);
        for (const [i, one] of settings.entries()) {
          const beaten = settings.some((other, j) => front[j] && other.rate >= one.rate && other.falseYield <= one.falseYield && (other.rate > one.rate || other.falseYield < one.falseYield));
          expect(beaten).toBe(!front[i]);
        }
      }),
    );
  });
});
