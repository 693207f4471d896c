import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompose } from '../../src/measure/decompose.js';
import type { PercentileParts } from '../../src/measure/figures.js';
import { summarize } from '../../src/measure/summarize.js';
import { randomFrom, shuffled } from '../../src/time/index.js';
import type { AttemptResult } from '../../src/types.js';
import { makeResult } from '../report/sample-run.js';

/** A yield after `stopLatencyMs`; the client was flushed at 60 ms, as `makeResult` has it, unless told otherwise. */
const yielded = (index: number, verdict: Partial<AttemptResult>) => makeResult({ index, id: `f${index}` }, { stopLatencyLoMs: verdict.stopLatencyMs, ...verdict });
const silent = { detectMs: null, cancelMs: null, flushMs: null, wireStopLatencyMs: null } as const;
const meansOf = ({ parts }: PercentileParts) => Object.fromEntries(parts.map(({ part, meanMs }) => [part, meanMs]));

describe('the parts of the stop latency', () => {
  it('are means over the attempts nearest to the percentile, which sum to their mean latency', () => {
    // Latencies 100, 110 ... 290: the p50 is 190, and its five nearest are 170 to 210; the p95 is 280, and its are 250 to 290.
    const results = Array.from({ length: 20 }, (_, i) => yielded(i, { detectMs: 10 + i, cancelMs: 40 + 2 * i, flushMs: 50 + 2 * i, stopLatencyMs: 100 + 10 * i }));
    const { percentiles, ...counts } = decompose(results);
    expect(counts).toEqual({ yields: 20, decomposed: 20, withoutParts: 0, outOfOrder: 0 });
    const [p50, p95] = percentiles;
    expect(p50).toMatchObject({ p: 0.5, valueMs: 190, n: 5, fromTrace: 0, meanMs: 190, largest: 'drain' });
    expect(meansOf(p50)).toEqual({ detect: 19, decide: 39, flush: 10, drain: 122 });
    expect(p50.parts[3].share).toBeCloseTo(122 / 190, 12);
    expect(p95).toMatchObject({ p: 0.95, valueMs: 280, n: 5, meanMs: 270 });
    expect(meansOf(p95)).toEqual({ detect: 27, decide: 47, flush: 10, drain: 186 });
  });

  it('leave out neighbours that are far, where there are few', () => {
    const results = [100, 110, 115, 130, 260].map((stopLatencyMs, i) => yielded(i, { detectMs: 10, cancelMs: 40, flushMs: 50, stopLatencyMs }));
    const [p50, p95] = decompose(results).percentiles;
    expect(p50).toMatchObject({ valueMs: 115, n: 4, meanMs: 113.75 });
    expect(p95).toMatchObject({ valueMs: 260, n: 1, meanMs: 260 });
  });

  it('take in a twentieth of the attempts where that is more than five', () => {
    const results = Array.from({ length: 200 }, (_, i) => yielded(i, { stopLatencyMs: 100 + i }));
    expect(decompose(results).percentiles.map(({ n }) => n)).toEqual([10, 10]);
  });

  it("come from the agent's own trace where it says enough, else from its events", () => {
    const traced = yielded(0, { agentVadDetectMs: 20, agentCancelMs: 22, agentFlushMs: 30, flushMs: 33, stopLatencyMs: 83 });
    const halfTraced = yielded(1, { agentVadDetectMs: 20, stopLatencyMs: 83 });
    expect(meansOf(decompose([traced]).percentiles[0])).toEqual({ detect: 20, decide: 2, flush: 11, drain: 50 });
    expect(meansOf(decompose([halfTraced]).percentiles[0])).toEqual({ detect: 35, decide: 25, flush: 0, drain: 23 });
    expect(decompose([traced, halfTraced]).percentiles[0]).toMatchObject({ n: 2, fromTrace: 1 });
  });

  it('take as the decision whichever came first, the cancel or the flush', () => {
    const flushedFirst = yielded(0, { agentVadDetectMs: 20, agentCancelMs: 40, agentFlushMs: 25, flushMs: 26, stopLatencyMs: 50 });
    expect(meansOf(decompose([flushedFirst]).percentiles[0])).toEqual({ detect: 20, decide: 5, flush: 1, drain: 24 });
  });

  it('end the flush with the last packet where nothing was flushed, and join it with the drain where that came before the cancel', () => {
    const stopsSending = yielded(0, { flushMs: null, wireStopLatencyMs: 70, stopLatencyMs: 100 });
    expect(meansOf(decompose([stopsSending]).percentiles[0])).toEqual({ detect: 35, decide: 25, flush: 10, drain: 30 });
    const buffered = yielded(1, { flushMs: null, wireStopLatencyMs: -200, stopLatencyMs: 100 });
    expect(meansOf(decompose([buffered]).percentiles[0])).toEqual({ detect: 35, decide: 25, 'flush-and-drain': 40 });
    expect(meansOf(decompose([stopsSending, buffered]).percentiles[0])).toEqual({ detect: 35, decide: 25, 'flush-and-drain': 40 });
  });

  it('join what came before the cancel where no attempt tells when the agent noticed', () => {
    const cleared = yielded(0, { detectMs: null, cancelMs: 80, flushMs: 80, stopLatencyMs: 100 });
    const { percentiles, decomposed } = decompose([cleared]);
    expect(decomposed).toBe(1);
    expect(percentiles[0].largest).toBe('detect-and-decide');
    expect(meansOf(percentiles[0])).toEqual({ 'detect-and-decide': 80, flush: 0, drain: 20 });
    // Where others do tell, this one lacks it.
    expect(decompose([cleared, yielded(1, {})])).toMatchObject({ yields: 2, decomposed: 1, withoutParts: 1, outOfOrder: 0 });
  });
});

describe('attempts that cannot be taken apart', () => {
  it('are counted: those without events, and those whose events cannot be in this order', () => {
    const results = [
      yielded(0, {}),
      yielded(1, silent),
      yielded(2, { agentVadDetectMs: -4, agentCancelMs: 20 }),
      yielded(3, { detectMs: 65 }),
      yielded(4, { cancelMs: 90, stopLatencyMs: 83 }),
    ];
    expect(decompose(results)).toMatchObject({ yields: 5, decomposed: 1, withoutParts: 1, outOfOrder: 3 });
    expect(decompose(results).percentiles[0].n).toBe(1);
  });

  it('are the misses: they rank last, and where the percentile is among them that of the yields alone is taken apart', () => {
    const misses = [1, 2].map((index) => makeResult({ index }, { outcome: 'talked-through', stopLatencyMs: null, observedMs: 900 }));
    const [p50, p95] = decompose([yielded(0, {}), yielded(3, { stopLatencyMs: 97 }), ...misses]).percentiles;
    expect(p50).toMatchObject({ valueMs: 97, ofYieldsAlone: false, n: 2, meanMs: 90.0625 });
    expect(p95).toMatchObject({ valueMs: 97, ofYieldsAlone: true, n: 2, meanMs: 90.0625 });
    expect(decompose(misses).percentiles[1]).toEqual({ p: 0.95, valueMs: null, ofYieldsAlone: true, n: 0, fromTrace: 0, meanMs: null, parts: [], largest: null });
  });

  it('leave null, not 0, where there are none at all', () => {
    expect(decompose([])).toMatchObject({ yields: 0, decomposed: 0, percentiles: [{ valueMs: null, meanMs: null, largest: null }, { valueMs: null }] });
  });
});

const timeMs = fc.option(fc.double({ min: -50, max: 400, noNaN: true }), { nil: null });
const anyYield = fc
  .record({ stopLatencyMs: fc.double({ min: 1, max: 500, noNaN: true }), detectMs: timeMs, cancelMs: timeMs, flushMs: timeMs, wireStopLatencyMs: timeMs, agentVadDetectMs: timeMs, agentCancelMs: timeMs, agentFlushMs: timeMs, miss: fc.boolean() })
  .map(({ miss, ...verdict }) => (index: number) => yielded(index, miss ? { ...verdict, outcome: 'resumed' } : verdict));
const anyYields = fc.array(anyYield, { maxLength: 40 }).map((makers) => makers.map((make, i) => make(i)));

describe('the parts of any attempts', () => {
  it('sum to the mean latency, none of them negative, and count every yield once', () => {
    fc.assert(
      fc.property(anyYields, (results) => {
        const { percentiles, yields, decomposed, withoutParts, outOfOrder } = decompose(results);
        expect(decomposed + withoutParts + outOfOrder).toBe(yields);
        for (const { parts, meanMs, n, largest } of percentiles) {
          if (meanMs === null) continue;
          expect(n).toBeGreaterThan(0);
          expect(parts.reduce((sum, part) => sum + part.meanMs, 0)).toBeCloseTo(meanMs, 6);
          expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1, 6);
          for (const part of parts) expect(part.meanMs).toBeGreaterThanOrEqual(0);
          expect(parts.find(({ part }) => part === largest)?.meanMs).toBe(parts.reduce((most, part) => Math.max(most, part.meanMs), 0));
        }
      }),
    );
  });

  it('do not hang on the order of the attempts, and are in the figures of a run', () => {
    fc.assert(
      fc.property(anyYields, fc.integer(), (results, seed) => {
        expect(decompose(shuffled(results, randomFrom(seed)))).toEqual(decompose(results));
        expect(summarize(results, { withinMs: [100], errorBarMs: 1 }).decomposition).toEqual(decompose(results));
      }),
    );
  });
});
