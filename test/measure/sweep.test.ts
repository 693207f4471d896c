import { describe, expect, it } from 'vitest';
import { compareLines } from '../../src/measure/comparison-lines.js';
import { pairResults } from '../../src/measure/pairing.js';
import { summarize } from '../../src/measure/summarize.js';
import { summarizeSweep } from '../../src/measure/sweep.js';
import type { SweepOptions } from '../../src/measure/sweep-figures.js';
import type { AttemptResult } from '../../src/types.js';
import type { Behaviour } from '../report/sample-sweep.js';
import { resultsOf, sampleBehaviours, sampleOptions, settingOf } from '../report/sample-sweep.js';

const sweep = (behaviours: readonly Behaviour[], options: Partial<SweepOptions> = {}) => summarizeSweep(behaviours.map((one) => settingOf(one)), { ...sampleOptions, ...options });
/** 60 interruptions of one latency, and no false yield, with whatever a test changes. */
const behaviour = (name: string, more: Partial<Behaviour> = {}): Behaviour => ({ params: { name }, stopMs: () => 80, yieldsTo: () => false, ...more });
const measuredAs = (results: readonly AttemptResult[], name: string) => ({ params: { name }, results, summary: summarize(results, { withinMs: [60, 100, 250], errorBarMs: 0.42 }) });

describe('the figures of each point', () => {
  const figures = sweep(sampleBehaviours);

  it('are those of its own summary', () => {
    const rates = figures.points.map(({ limits }) => limits.map(({ interrupt }) => interrupt.figure.count));
    // 55 + 20 k + i ms, of 60; the k-th misses k^2 of every 20.
    expect(rates).toEqual([[6, 46, 60], [0, 24, 57], [0, 2, 48]]);
    expect(figures.points.map(({ percentiles }) => percentiles[0].figure.valueMs)).toEqual([84, 106, 132]);
    expect(figures.points.map(({ falseYields: { backchannel, noise, both } }) => [backchannel, noise, both].map(({ figure }) => figure.rate))).toEqual([
      [0.4, 0.15, 0.275],
      [0.2, 0, 0.1],
      [0, 0, 0],
    ]);
    for (const [i, { summary }] of sampleBehaviours.map((one) => settingOf(one)).entries()) {
      expect(figures.points[i].limits.map(({ interrupt }) => interrupt.figure)).toEqual(summary.groups[0].limits.map(({ interrupt }) => interrupt));
      expect(figures.points[i].falseYields.both.figure).toEqual(summary.groups[0].falseYield);
    }
  });

  it('are held against the reference attempt by attempt, which is held against nothing', () => {
    const [eager, reference, strict] = figures.points;
    expect(eager.limits[1].interrupt.difference).toMatchObject({ n: 60, base: 0.4, head: 46 / 60, difference: 22 / 60 });
    expect(strict.percentiles[0].difference).toMatchObject({ base: 106, head: 132, difference: 26 });
    expect(strict.falseYields.backchannel.difference).toMatchObject({ n: 20, difference: -0.2 });
    expect(eager.falseYields.both.difference).toMatchObject({ n: 40, difference: 0.175 });
    expect([reference.limits[0].interrupt, reference.percentiles[0], reference.detect, reference.falseYields.noise].map((one) => one?.difference)).toEqual([null, null, null, null]);
  });

  it('differ by what a comparison of the two points says', () => {
    const [, base, head] = sampleBehaviours.map(resultsOf);
    const lines = compareLines(pairResults(base, head).pairs, [60, 100, 250], { rate: 0.05, ms: 20 }, 0);
    const { limits, percentiles, falseYields } = figures.points[2];
    const differences = [...limits.map(({ interrupt }) => interrupt), ...percentiles.slice(0, 2), falseYields.backchannel, falseYields.noise].map(({ difference }) => difference);
    const ends = (one: { difference: number | null; lo: number | null; hi: number | null } | null) => [one?.difference, one?.lo, one?.hi];
    expect(differences.map(ends)).toEqual(lines.map(ends));
  });

  it('have no difference where a percentile falls among the misses', () => {
    const deaf = behaviour('deaf', { stopMs: (i) => (i < 40 ? null : 80) });
    const { points } = sweep([behaviour('a'), deaf], { reference: 0 });
    expect(points[1].percentiles[0]).toMatchObject({ figure: { valueMs: null, moreThanMs: 3600 }, difference: { difference: null, lo: null } });
  });

  it('are paired over attempts that are valid at both points', () => {
    const broken = resultsOf(behaviour('b')).map((result, i): AttemptResult => (i < 10 ? { ...result, outcome: 'invalid', invalidReason: 'silent-at-onset' } : result));
    const { points } = summarizeSweep([measuredAs(resultsOf(behaviour('a')), 'a'), measuredAs(broken, 'b')], { ...sampleOptions, reference: 0 });
    expect(points.map(({ nInterruptions }) => nInterruptions)).toEqual([60, 50]);
    expect(points[1].limits[1].interrupt.difference).toMatchObject({ n: 50, difference: 0 });
  });

  it('have no difference where nothing is valid at both', () => {
    const none = resultsOf(behaviour('b')).map((result): AttemptResult => ({ ...result, outcome: 'errored', error: 'refused' }));
    const { points } = summarizeSweep([measuredAs(resultsOf(behaviour('a')), 'a'), measuredAs(none, 'b')], { ...sampleOptions, reference: 0 });
    expect(points[1].limits[1].interrupt).toMatchObject({ figure: { rate: null }, difference: null });
    expect(points[1].percentiles[0].difference).toBeNull();
    expect(points[1].falseYields.both.difference).toBeNull();
  });
});

describe('the detection delay', () => {
  it('counts what was never heard as later than anything heard', () => {
    // The strict point hears the fast half only: the median over those alone would look faster.
    const strict = behaviour('strict', { stopMs: (i) => (i < 40 ? 60 + i : null) });
    const all = behaviour('all', { stopMs: (i) => 60 + i });
    const { points } = sweep([all, strict], { reference: 0 });
    expect(points.map(({ detect }) => detect?.figure.valueMs)).toEqual([49, 49]);
    expect(points.map(({ nDetected }) => nDetected)).toEqual([60, 40]);
    const deaf = sweep([all, behaviour('deaf', { stopMs: () => null })], { reference: 0 }).points[1];
    expect(deaf.detect).toMatchObject({ figure: { valueMs: null, missing: { value: 'among-misses' } }, difference: { difference: null } });
  });

  it('is not there where the agent reports none', () => {
    const silent = resultsOf(behaviour('a')).map((result) => ({ ...result, detectMs: null }));
    expect(summarizeSweep([measuredAs(silent, 'a')], { ...sampleOptions, reference: 0 }).points[0].detect).toBeNull();
  });
});

describe('the choice', () => {
  it('is by the estimate, with the upper end said apart', () => {
    expect(sweep(sampleBehaviours).budget).toMatchObject({ verdict: 'met', best: 1, bestHolds: false });
    expect(sweep(sampleBehaviours, { maxFalseYield: null }).budget.best).toBe(0);
    expect(sweep(sampleBehaviours, { maxFalseYield: 0.1, minRate: 0.5 }).budget).toMatchObject({ verdict: 'not-both', nearest: 1, nearestInRate: 0 });
  });

  it('marks what nothing else dominates', () => {
    const worse = behaviour('worse', { stopMs: () => 150, yieldsTo: (i) => i < 10 });
    expect(sweep([behaviour('good'), worse, behaviour('same')]).points.map(({ nonDominated }) => nonDominated)).toEqual([true, false, true]);
  });

  it('lists the points that chance may have put behind the best one', () => {
    const near = behaviour('near', { stopMs: (i) => (i === 7 ? 120 : 80) });
    const far = behaviour('far', { stopMs: () => 120 });
    const { budget, likeBest } = sweep([far, near, behaviour('best')], { maxFalseYield: 0.05 });
    expect(budget.best).toBe(2);
    expect(likeBest).toEqual([1]);
  });

  it('leaves those out that do not meet the demands', () => {
    const eager = behaviour('eager', { yieldsTo: () => true });
    expect(sweep([eager, behaviour('best')], { maxFalseYield: 0.05, reference: 0 })).toMatchObject({ budget: { best: 1 }, likeBest: [] });
  });

  it('has a price: p50 of the strictest minus p50 of the fastest', () => {
    expect(sweep(sampleBehaviours).price).toMatchObject({ strictest: 2, fastest: 0, p50: { base: 84, head: 132, difference: 48 } });
    const deaf = behaviour('deaf', { stopMs: () => null });
    expect(sweep([sampleBehaviours[0], deaf], { reference: 0 }).price).toMatchObject({ strictest: 1, fastest: 0, p50: { difference: null } });
    expect(sweep([sampleBehaviours[0], behaviour('best', { stopMs: () => 50 })], { reference: 0 }).price).toEqual({ strictest: 1, fastest: 1, p50: null });
    expect(sweep([deaf], { reference: 0 }).price).toBeNull();
  });

  it('comes out the same again, and holds no number that JSON does not know', () => {
    const figures = sweep(sampleBehaviours);
    expect(sweep(sampleBehaviours)).toEqual(figures);
    expect(JSON.parse(JSON.stringify(figures))).toEqual(figures);
  });
});
