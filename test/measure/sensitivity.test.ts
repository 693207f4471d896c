import { describe, expect, it } from 'vitest';
import { summarizeSensitivity } from '../../src/measure/sensitivity.js';
import { summarizeSweep } from '../../src/measure/sweep.js';
import type { AttemptResult } from '../../src/types.js';
import type { Behaviour } from '../report/sample-sweep.js';
import { resultsOf, sampleOptions, settingOf } from '../report/sample-sweep.js';

const steady: Behaviour = { params: { hangoverMs: 200 }, stopMs: () => 80, yieldsTo: () => false };
const sensitivityOf = (behaviours: readonly Behaviour[]) => {
  const settings = behaviours.map((one) => settingOf(one));
  return summarizeSensitivity(summarizeSweep(settings, { ...sampleOptions, reference: 0 }), settings.map(({ results }) => results));
};

describe('how much hangs on the detector', () => {
  it('is nothing where every point judges alike', () => {
    const { figures, attempts, outcomeChanged, limitCrossed } = sensitivityOf([steady, steady, steady]);
    expect(attempts).toBe(101);
    expect(figures.map(({ span }) => span)).toEqual(figures.map(() => 0));
    expect([outcomeChanged, limitCrossed]).toEqual([[], []]);
  });

  it('is the span of each figure, and the attempts that come out otherwise, named', () => {
    const other: Behaviour = { params: { hangoverMs: 300 }, stopMs: (i) => (i === 3 ? null : i === 5 ? 110 : 80), yieldsTo: (i, intent) => intent === 'noise' && i === 0 };
    const { figures, outcomeChanged, limitCrossed } = sensitivityOf([steady, other]);
    const of = (name: string) => figures.find(({ figure }) => figure === name);
    expect(of('interrupt_rate@100')).toMatchObject({ unit: 'rate', atReference: 1, lowest: 58 / 60, highest: 1, missing: 0 });
    expect(of('interrupt_rate@100')?.span).toBeCloseTo(2 / 60, 12);
    expect(of('p50')).toMatchObject({ unit: 'ms', atReference: 80, span: 0 });
    expect(of('false_yield_rate[noise]')).toMatchObject({ atReference: 0, highest: 0.05 });
    expect(outcomeChanged.map(({ attempt, outcomes }) => [attempt.id, outcomes])).toEqual([
      ['f0003', ['yielded', 'talked-through']],
      ['f0080', ['held', 'yielded']],
    ]);
    expect(limitCrossed.map(({ attempt, limitsMs, stopLatencyMs }) => [attempt.id, limitsMs, stopLatencyMs])).toEqual([['f0005', [100], [80, 110]]]);
  });

  it('is not known where a point has no value', () => {
    const deaf: Behaviour = { ...steady, stopMs: () => null };
    const p50 = sensitivityOf([steady, deaf]).figures.find(({ figure }) => figure === 'p50');
    expect(p50).toMatchObject({ lowest: 80, highest: 80, span: null, missing: 1 });
  });

  it('counts an attempt that only some points have as changed', () => {
    const settings = [settingOf(steady), settingOf(steady)];
    const results: AttemptResult[][] = [resultsOf(steady), resultsOf(steady).slice(1)];
    const { outcomeChanged } = summarizeSensitivity(summarizeSweep(settings, { ...sampleOptions, reference: 0 }), results);
    expect(outcomeChanged.map(({ attempt, outcomes }) => [attempt.id, outcomes])).toEqual([['f0000', ['yielded', null]]]);
  });
});
