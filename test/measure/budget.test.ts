import { describe, expect, it } from 'vitest';
import { chooseWithin } from '../../src/measure/budget.js';

const setting = (rate: number | null, p50Ms: number | null, falseYield: number | null, falseYieldHi: number | null = falseYield === null ? null : falseYield + 0.03) => ({ rate, p50Ms, falseYield, falseYieldHi });

/** From eager to strict: more false yields buy speed. */
const settings = [setting(0.9, 80, 0.2), setting(0.85, 90, 0.05), setting(0.85, 85, 0.04), setting(0.7, 110, 0.02), setting(0.3, 240, 0.01)];
const choose = (maxFalseYield: number | null, minRate: number | null = null, of = settings) => chooseWithin(of, { maxFalseYield, minRate });

describe('the budget', () => {
  it('takes of equal rates the fewest false yields, so that no other setting is as good and better; then the lowest p50', () => {
    expect(choose(null, null, [setting(0.3, 100, 0.8), setting(0.3, 120, 0.6), setting(0.3, 110, 0.6)])).toMatchObject({ best: 2 });
  });

  it('is met by the highest rate within it', () => {
    expect(choose(0.05)).toMatchObject({ verdict: 'met', best: 2, bestHolds: false, safest: 3, nearest: null, nearestInRate: null });
    expect(choose(0.08)).toMatchObject({ verdict: 'met', best: 2, bestHolds: true, safest: 2 });
    expect(choose(0.2)).toMatchObject({ verdict: 'met', best: 0, bestHolds: false });
  });

  it('may be spent to the last attempt, by the estimate and by the upper end', () => {
    expect(choose(0.02)).toMatchObject({ best: 3, bestHolds: false, safest: null });
    expect(choose(0.04)).toMatchObject({ best: 2, bestHolds: false, safest: 4 });
  });

  it('is not there unless it is set', () => {
    expect(choose(null)).toMatchObject({ verdict: 'met', best: 0, bestHolds: null, safest: null });
  });

  it('may be too small for every setting: then the fewest false yields are nearest', () => {
    expect(choose(0.005)).toMatchObject({ verdict: 'too-many-false-yields', best: null, bestHolds: null, nearest: 4, nearestInRate: null });
  });

  it('may exclude every setting that is fast enough: no setting meets both', () => {
    expect(choose(0.05, 0.88)).toMatchObject({ verdict: 'not-both', best: null, nearest: 2, nearestInRate: 0 });
    expect(choose(0.005, 0.5)).toMatchObject({ verdict: 'not-both', nearest: 4, nearestInRate: 3 });
    expect(choose(0.05, 0.95)).toMatchObject({ verdict: 'not-both', nearest: 2, nearestInRate: null });
    expect(choose(0.05, 0.85)).toMatchObject({ verdict: 'met', best: 2 });
  });

  it('says that nothing was measured where that is so', () => {
    expect(choose(0.05, null, [setting(0.9, 80, null), setting(null, null, 0.1)])).toMatchObject({ verdict: 'not-measured', best: null, nearest: null });
    expect(choose(null, null, [setting(0.9, 80, null)])).toMatchObject({ verdict: 'met', best: 0, strictest: null, fastest: 0 });
    expect(choose(0.5, null, [])).toMatchObject({ verdict: 'not-measured' });
  });

  it('never takes a missing upper end for a small one', () => {
    expect(choose(0.5, null, [setting(0.9, 80, 0.1, null)])).toMatchObject({ best: 0, bestHolds: false, safest: null });
  });
});

describe('the ends of the trade', () => {
  it('are the fewest false yields and the lowest p50', () => expect(choose(null)).toMatchObject({ strictest: 4, fastest: 0 }));

  it('break ties by the other figure, and leave out what is not known', () => {
    const tied = [setting(0.8, 100, 0.1), setting(0.9, 90, 0.1), setting(0.9, 90, 0.2), setting(0.1, null, 0.1), setting(0.9, null, null)];
    expect(choose(null, null, tied)).toMatchObject({ strictest: 1, fastest: 1 });
    expect(choose(null, null, [setting(0.1, null, 0.1), setting(0.2, null, 0.2)])).toMatchObject({ strictest: 0, fastest: null });
  });
});
