import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarize } from '../../src/measure/summarize.js';
import { randomFrom, shuffled } from '../../src/time/index.js';
import type { AttemptResult, Outcome } from '../../src/types.js';
import { makeResult, sampleResults } from '../report/sample-run.js';

const options = { withinMs: [60, 100, 250], errorBarMs: 1 };
const all = (results: readonly AttemptResult[], given = options) => summarize(results, given).groups[0];
const at = (ms: number, loMs = ms) => makeResult({}, { stopLatencyMs: ms, stopLatencyLoMs: loMs });
const ended = (outcome: Outcome, verdict: Partial<AttemptResult> = {}) => makeResult({}, { outcome, ...verdict });

const anyResult = fc
  .record({
    outcome: fc.constantFrom<Outcome>('yielded', 'resumed', 'talked-through', 'invalid', 'errored'),
    ms: fc.integer({ min: 1, max: 900 }),
    user: fc.integer({ min: 0, max: 9 }),
    agent: fc.integer({ min: 0, max: 4 }),
    intent: fc.constantFrom('interruption', 'interruption', 'interruption', 'backchannel', 'noise', 'control' as const),
  })
  .map(({ outcome, ms, user, agent, intent }) => {
    const stopped = outcome === 'yielded' || outcome === 'resumed';
    const verdict = intent !== 'interruption' && outcome === 'talked-through' ? 'held' : outcome;
    return makeResult(
      { userClip: `u${user}`, agentClip: `a${agent}`, intent },
      { outcome: verdict, stopLatencyMs: stopped ? ms : null, stopLatencyLoMs: stopped ? ms : null, invalidReason: outcome === 'invalid' ? 'coincident' : null },
    );
  });

describe('rates', () => {
  it('are over all valid interruptions: resumed and talked through are misses (traps 4 and 10)', () => {
    const results = [at(50), at(90), ended('resumed', { stopLatencyMs: 55 }), ended('talked-through', { stopLatencyMs: null, observedMs: 700 })];
    const { limits } = all([...results, ended('invalid', { invalidReason: 'coincident' }), ended('errored')]);
    expect(limits.map(({ interrupt }) => interrupt.rate)).toEqual([0.25, 0.5, 0.5]);
    expect(limits.map(({ quiet }) => quiet.rate)).toEqual([0.5, 0.75, 0.75]);
    expect(limits[0].interrupt.n).toBe(4);
  });

  it('reach a limit by being equal to it', () => expect(all([at(60)]).limits[0].interrupt.rate).toBe(1));

  it('do not change when a limit is added (trap 15)', () => {
    fc.assert(
      fc.property(fc.array(anyResult, { maxLength: 60 }), (results) => {
        const few = all(results, { withinMs: [100], errorBarMs: 1 });
        const many = all(results, { withinMs: [60, 100, 2000], errorBarMs: 1 });
        expect(many.limits[1]).toEqual(few.limits[0]);
        expect({ ...many, limits: [] }).toEqual({ ...few, limits: [] });
      }),
    );
  });

  it('agree with the percentiles of the same attempts, and lie within their intervals', () => {
    fc.assert(
      fc.property(fc.array(anyResult, { minLength: 1, maxLength: 80 }), (results) => {
        const { percentiles, limits } = all(results);
        for (const { interrupt, limitMs, lowest, highest } of limits) {
          if (interrupt.rate === null) continue;
          for (const { p, valueMs } of percentiles) expect(interrupt.rate >= p).toBe(valueMs !== null && valueMs <= limitMs);
          expect(interrupt.lo as number).toBeLessThanOrEqual(interrupt.rate);
          expect(interrupt.hi as number).toBeGreaterThanOrEqual(interrupt.rate);
          expect(lowest as number).toBeLessThanOrEqual(interrupt.rate);
          expect(highest as number).toBeGreaterThanOrEqual(interrupt.rate);
        }
        for (const { loMs, valueMs, hiMs } of percentiles) {
          if (loMs !== null && valueMs !== null) expect(loMs).toBeLessThanOrEqual(valueMs);
          if (hiMs !== null && valueMs !== null) expect(hiMs).toBeGreaterThanOrEqual(valueMs);
        }
      }),
    );
  });

  it('stand beside the rate without responses that ended by themselves', () => {
    const natural = ended('talked-through', { stopLatencyMs: null, observedMs: 80, truncated: true });
    const { limits } = all([at(50), natural]);
    expect(limits.map(({ interrupt }) => interrupt.rate)).toEqual([0.5, 0.5, 0.5]);
    expect(limits.map(({ withoutNaturalEnds }) => withoutNaturalEnds)).toEqual([null, 1, 1]);
  });
});

describe('borderline', () => {
  it('is a latency within the error bar of the limit, counted normally', () => {
    const { limits } = all([at(59.5), at(60.5), at(62), at(50)]);
    expect(limits[0]).toMatchObject({ borderline: 2, lowest: 0.25, highest: 0.75, interrupt: { rate: 0.5 } });
    expect(limits[1].borderline).toBe(0);
  });

  it('is a stop in a pause that holds the limit; the upper end counts', () => {
    const { limits } = all([at(260, 95)]);
    expect(limits.map(({ borderline }) => borderline)).toEqual([0, 1, 1]);
    expect(limits[2]).toMatchObject({ interrupt: { rate: 0 }, lowest: 0, highest: 1 });
  });

  it('is never a miss', () => expect(all([ended('resumed', { stopLatencyMs: 60 })]).limits[0].borderline).toBe(0));
});

describe('holds', () => {
  const hold = (intent: 'backchannel' | 'noise' | 'control', outcome: Outcome) => makeResult({ intent }, { outcome });
  const results = [
    hold('backchannel', 'held'),
    hold('backchannel', 'resumed'),
    hold('backchannel', 'yielded'),
    hold('backchannel', 'invalid'),
    hold('noise', 'held'),
    hold('control', 'yielded'),
    hold('control', 'held'),
  ];

  it('count every yield, recovered ones apart, controls apart, per intent', () => {
    const { groups } = summarize(results, options);
    expect(groups[0].falseYield).toMatchObject({ n: 4, count: 2, recovered: 1, rate: 0.5 });
    expect(groups[0].controlYield).toMatchObject({ n: 2, count: 1, rate: 0.5 });
    const of = (value: string) => groups.find(({ group, value: its }) => group === 'intent' && its === value);
    expect(of('backchannel')?.falseYield).toMatchObject({ n: 3, count: 2 });
    expect(of('noise')?.falseYield).toMatchObject({ n: 1, count: 0, rate: 0 });
    expect(of('control')?.falseYield).toMatchObject({ n: 0, rate: null });
  });

  it('do not touch the figures of interruptions', () => {
    expect(all(results)).toMatchObject({ nInterruptions: 0, syntheticShare: null });
    expect(all([...results, at(50)]).limits).toEqual(all([at(50)]).limits);
  });
});

describe('groups', () => {
  it('begin with all, then by intent, persona, condition, agent clip, kind, offset band, each adding up', () => {
    const { groups } = summarize(sampleResults, options);
    expect([...new Set(groups.map(({ group }) => group))]).toEqual(['all', 'intent', 'persona', 'condition', 'agent_clip', 'user_clip_kind', 'offset_band']);
    for (const kind of ['intent', 'persona', 'condition', 'agent_clip', 'offset_band']) {
      const n = groups.filter(({ group }) => group === kind).reduce((total, figures) => total + figures.n, 0);
      expect(n).toBe(sampleResults.length);
    }
    expect(groups[0].n).toBe(groups[0].nValid + groups[0].nInvalidHarness + groups[0].nInvalidAgent + groups[0].nErrored);
    expect(groups[0].nValid).toBe(groups[0].nYielded + groups[0].nResumed + groups[0].nTalkedThrough + groups[0].nHeld);
  });

  it('do not depend on the order of the results', () => {
    expect(summarize(shuffled(sampleResults, randomFrom(5)), options)).toEqual(summarize(sampleResults, options));
  });

  it('give medians of the parts that are known, and null where none is', () => {
    expect(all([at(50), makeResult({}, { detectMs: 45, cancelMs: null })])).toMatchObject({ detect: { n: 2, medianMs: 40 }, cancel: { n: 1, medianMs: 60 } });
    expect(all([makeResult({}, { detectMs: null })]).detect).toEqual({ n: 0, medianMs: null });
  });
});

describe('no results (trap 11)', () => {
  it('give null, not 0, and plain JSON', () => {
    const summary = summarize([], options);
    expect(summary.groups).toHaveLength(1);
    expect(summary.groups[0].limits[0]).toMatchObject({ interrupt: { n: 0, rate: null, lo: null, hi: null }, quiet: { rate: null }, lowest: null, highest: null });
    expect(summary.groups[0].percentiles.map(({ valueMs }) => valueMs)).toEqual([null, null, null]);
    expect(summary.groups[0].falseYield.rate).toBeNull();
    expect(summary.curve).toEqual({ points: [], n: 0, misses: 0, bandHalfWidth: null });
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
    expect(JSON.parse(JSON.stringify(summarize(sampleResults, options)))).toEqual(summarize(sampleResults, options));
  });
});

describe('method', () => {
  it('names the interval and the number of clips', () => {
    expect(summarize(sampleResults, options).method).toContain('clustered by user clip and agent clip (5 interruptions from 3 user clips and 2 agent clips)');
    expect(summarize([at(50)], options).method).toContain('no clip used twice');
    expect(summarize([at(50), makeResult({ userClip: 'other' })], options).method).toContain('hold for this one agent clip alone');
  });
});

describe('the curve', () => {
  it('rises at every latency and ends where the misses begin', () => {
    const { curve } = summarize([at(50), at(50), at(90), ended('resumed')], options);
    expect(curve.points.map(({ latencyMs, share }) => [latencyMs, share])).toEqual([[50, 0.5], [90, 0.75]]);
    expect(curve).toMatchObject({ n: 4, misses: 1 });
  });

  it('has the band of Massart where clips are distinct', () => {
    const results = Array.from({ length: 200 }, (_, i) => makeResult({ userClip: `u${i}`, agentClip: `a${i}` }, { stopLatencyMs: i, stopLatencyLoMs: i }));
    expect(summarize(results, options).curve.bandHalfWidth).toBeCloseTo(Math.sqrt(Math.log(40) / 400), 12);
    const shared = results.map((result, i) => ({ ...result, attempt: { ...result.attempt, userClip: `u${Math.floor(i / 20)}` } }));
    expect(summarize(shared, options).curve.bandHalfWidth as number).toBeGreaterThan(0.2);
  });
});
