import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { speechOf } from '../../src/corpus/draw-material.js';
import type { SpanMs } from '../../src/corpus/placement.js';
import { allowedOnsets, bandRange, intersect, pickOffset } from '../../src/corpus/placement.js';
import { randomFrom } from '../../src/time/index.js';
import { syntheticCorpus } from './synthetic-corpus.js';

const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 90 })), { maxLength: 6 }).map((pairs) => {
  let at = 0;
  return pairs.map(([gap, length]): SpanMs => {
    const fromMs = at + gap;
    at = fromMs + length + 1;
    return { fromMs, toMs: fromMs + length };
  });
});
const inside = (list: readonly SpanMs[], ms: number) => list.some(({ fromMs, toMs }) => fromMs <= ms && ms <= toMs);

describe('intersect', () => {
  it('holds exactly the points that both lists hold', () => {
    fc.assert(
      fc.property(spans, spans, fc.integer({ min: 0, max: 5000 }), (a, b, ms) => {
        expect(inside(intersect(a, b), ms)).toBe(inside(a, ms) && inside(b, ms));
      }),
    );
  });
});

describe('pickOffset', () => {
  it('gives a tenth of a millisecond inside a span, or null where there is none', () => {
    fc.assert(
      fc.property(spans, fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer(), (list, phase, seed) => {
        const offsetMs = pickOffset(list, phase, randomFrom(seed));
        expect(offsetMs === null).toBe(list.length === 0);
        if (offsetMs === null) return;
        expect(inside(list, offsetMs)).toBe(true);
        expect(offsetMs * 10).toBeCloseTo(Math.round(offsetMs * 10), 6);
      }),
    );
  });

  it('meets the phase of the frame grid that was asked for, where the spans have it', () => {
    for (let step = 0; step < 200; step++) {
      const offsetMs = pickOffset([{ fromMs: 100, toMs: 300 }], step / 200 + 1e-9, randomFrom(step)) as number;
      expect(Math.round(offsetMs * 10) % 200).toBe(step);
    }
  });

  it('takes the nearest phase otherwise', () => {
    // Only 103 to 104 ms: phases 3 to 4 ms of the 20 ms grid.
    expect(pickOffset([{ fromMs: 103, toMs: 104 }], 10 / 20, randomFrom(1))).toBe(104);
    expect(pickOffset([{ fromMs: 103, toMs: 104 }], 19 / 20, randomFrom(1))).toBe(103);
  });
});

describe('where a user may start', () => {
  const entry = { id: 'a', role: 'agent', speechMs: [[250, 1250], [1650, 1700], [2250, 6250]], fileMs: 7000 } as const;

  it('is where the agent has been audible for 100 ms and stays so for 40 ms, counted from its first sample', async () => {
    const { onsets, lengthMs } = await speechOf(await syntheticCorpus([entry]).clip('a'));
    expect(lengthMs).toBeCloseTo(6000, -1);
    // The 50 ms in the middle are too short to be talked into.
    expect(onsets.length).toBe(2);
    [[100, 960], [2100, 5960]].forEach(([fromMs, toMs], i) => {
      expect(Math.abs(onsets[i].fromMs - fromMs)).toBeLessThan(3);
      expect(Math.abs(onsets[i].toMs - toMs)).toBeLessThan(3);
    });
  });

  it('keeps to the band and to the speech that must be left', async () => {
    const speech = await speechOf(await syntheticCorpus([entry]).clip('a'));
    expect(bandRange('late', 6000)).toEqual({ fromMs: 2850, toMs: 4700 });
    const [late] = allowedOnsets(speech, 'late', 0);
    expect(speech.lengthMs - late.toMs).toBeGreaterThan(1300);
    const [better] = allowedOnsets(speech, 'late', 2500);
    expect(speech.lengthMs - better.toMs).toBeCloseTo(2500, 6);
    expect(allowedOnsets(speech, 'late', 5000)).toEqual([]);
    expect(allowedOnsets(speech, 'two-words', 2500)).toEqual([{ fromMs: 500, toMs: 900 }]);
  });
});
