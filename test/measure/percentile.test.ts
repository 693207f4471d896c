import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterByClip } from '../../src/measure/clusters.js';
import { nearestRank, percentileFigure, percentileOf } from '../../src/measure/percentile.js';
import type { AttemptResult } from '../../src/types.js';
import { makeResult } from '../report/sample-run.js';

const distinct = (results: readonly AttemptResult[]) => clusterByClip(results.map((_, i) => ({ userClip: `u${i}`, agentClip: `a${i}` })));
const yielding = (ms: number) => makeResult({}, { stopLatencyMs: ms, stopLatencyLoMs: ms });
const missing = (observedMs: number) => makeResult({}, { outcome: 'talked-through', stopLatencyMs: null, stopLatencyLoMs: null, observedMs });
const figure = (results: readonly AttemptResult[], p: number) => percentileFigure(results, distinct(results), p);

describe('percentileOf', () => {
  it('never disagrees with the rate: rate@x >= p exactly where percentile(p) <= x', () => {
    const latency = fc.oneof(fc.integer({ min: -20, max: 400 }), fc.constant(Infinity));
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 120 }), fc.double({ min: 0.001, max: 1, noNaN: true }), fc.integer({ min: -30, max: 420 }), (values, p, x) => {
        const rate = values.filter((value) => value <= x).length / values.length;
        expect(rate >= p).toBe((percentileOf(values, p) as number) <= x);
      }),
    );
  });

  it('is the nearest rank, where the product of n and p is not exact too', () => {
    expect(percentileOf([4, 1, 3, 2], 0.5)).toBe(2);
    expect(nearestRank(100, 0.07)).toBe(7);
    expect(nearestRank(100, 0.99)).toBe(99);
    expect(nearestRank(20, 0.95)).toBe(19);
  });

  it('is null of nothing (trap 11)', () => expect(percentileOf([], 0.5)).toBeNull());
});

describe('percentileFigure', () => {
  it('ranks misses after every latency (trap 4)', () => {
    const results = [yielding(100), yielding(200), missing(900)];
    expect(figure(results, 0.5).valueMs).toBe(200);
    expect(figure(results.slice(0, 2), 0.5).valueMs).toBe(100);
  });

  it('says more than the shortest observation where it falls among the misses', () => {
    const results = [...Array.from({ length: 8 }, (_, i) => yielding(50 + i)), missing(1500), missing(812)];
    const p95 = figure(results, 0.95);
    expect(p95).toMatchObject({ valueMs: null, moreThanMs: 812, missing: { value: 'among-misses' } });
    expect(figure(results, 0.5)).toMatchObject({ valueMs: 54, loMs: 51, hiMs: null, missing: { value: null, lo: null, hi: 'among-misses' } });
  });

  it('takes a resumed attempt as a miss', () => {
    const resumed = makeResult({}, { outcome: 'resumed', stopLatencyMs: 40, observedMs: 4040 });
    expect(figure([resumed], 0.5)).toMatchObject({ valueMs: null, moreThanMs: 4040 });
  });

  it.each([[71, 0.95, null], [72, 0.95, 171], [367, 0.99, null], [368, 0.99, 467]])('upper bound with %i attempts at %f: %s', (n, p, hiMs) => {
    const results = Array.from({ length: n }, (_, i) => yielding(100 + i));
    expect(figure(results, p)).toMatchObject({ hiMs, missing: { hi: hiMs === null ? 'too-few' : null } });
  });

  it('has no figures of nothing', () => {
    expect(figure([], 0.5)).toMatchObject({ valueMs: null, loMs: null, hiMs: null, moreThanMs: null, missing: { value: 'no-attempts' } });
  });
});
