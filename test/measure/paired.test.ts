import { describe, expect, it } from 'vitest';
import { clusterByClip } from '../../src/measure/clusters.js';
import { designEffect, effectiveSize, pairedDesignEffect } from '../../src/measure/design-effect.js';
import { z95 } from '../../src/measure/distributions.js';
import { twoSidedPoint } from '../../src/measure/student.js';
import { mcnemarExact, tangoInterval } from '../../src/measure/mcnemar.js';
import { pairedPercentile, pairedRate } from '../../src/measure/paired.js';
import type { PairedDifference } from '../../src/measure/comparison.js';
import { normalFrom, randomFrom } from '../../src/time/index.js';

const ownClips = (n: number) => Array.from({ length: n }, (_, i) => ({ userClip: `u${i}`, agentClip: `a${i}` }));
const sharedClips = (n: number, users: number, agents: number) => Array.from({ length: n }, (_, i) => ({ userClip: `u${i % users}`, agentClip: `a${(i * 7 + Math.floor(i / users)) % agents}` }));
const table = (both: number, baseOnly: number, headOnly: number, neither: number) => ({
  base: [...Array<boolean>(both + baseOnly).fill(true), ...Array<boolean>(headOnly + neither).fill(false)],
  head: [...Array<boolean>(both).fill(true), ...Array<boolean>(baseOnly).fill(false), ...Array<boolean>(headOnly).fill(true), ...Array<boolean>(neither).fill(false)],
});

describe('designEffect', () => {
  it("is that of a rate's effective size, on hits", () => {
    const clips = sharedClips(120, 10, 6);
    const hits = clips.map(({ userClip }, i) => userClip < 'u4' !== (i % 5 === 0));
    const clusters = clusterByClip(clips);
    const design = designEffect(hits.map(Number), clusters) as number;
    expect(design).toBeGreaterThan(2);
    expect((120 / design) * (z95 / twoSidedPoint(0.05, 5)) ** 2).toBeCloseTo(effectiveSize(hits, clusters), 9);
  });

  it('is null without variance, 1 without clips in common, and at least the number of repeats', () => {
    expect(designEffect([1, 1, 1], clusterByClip(ownClips(3)))).toBeNull();
    expect(designEffect([1, 0, 1, 0], clusterByClip(ownClips(4)))).toBe(1);
    const repeats = [...ownClips(20), ...ownClips(20)];
    expect(pairedDesignEffect(repeats.map((_, i) => (i === 3 ? 1 : 0)), clusterByClip(repeats))).toBeGreaterThanOrEqual(2);
  });
});

describe('pairedRate', () => {
  it("is McNemar's exact test and Tango's interval where clips are distinct: Agresti's approval ratings", () => {
    const { base, head } = table(794, 150, 86, 570);
    const found = pairedRate(base, head, ownClips(1600));
    expect(found).toMatchObject({ n: 1600, base: 944 / 1600, head: 880 / 1600, difference: -0.04, p: mcnemarExact(86, 150), method: 'mcnemar' });
    expect(found.lo).toBeCloseTo(tangoInterval(86, 150, 1600).lo, 9);
    expect(found.hi).toBeCloseTo(tangoInterval(86, 150, 1600).hi, 9);
  });

  it('is never more confident than the exact test, and less where changes gather in a clip', () => {
    const clips = sharedClips(200, 20, 10);
    const base = clips.map(() => false);
    const spread = clips.map((_, i) => i % 17 === 0);
    const gathered = clips.map(({ userClip }) => userClip === 'u3' || userClip === 'u4');
    for (const head of [spread, gathered]) expect(pairedRate(base, head, clips).p).toBeGreaterThanOrEqual(mcnemarExact(head.filter(Boolean).length, 0));
    expect(mcnemarExact(20, 0)).toBeLessThan(1e-5);
    expect(pairedRate(base, gathered, clips).p).toBeGreaterThan(0.05);
    expect(pairedRate(base, gathered, clips).lo).toBeLessThan(0);
  });

  it('has an honest interval where nothing changed', () => {
    const clips = sharedClips(500, 50, 25);
    const hits = clips.map((_, i) => i % 3 === 0);
    const { difference, lo, hi, p, smallest } = pairedRate(hits, hits, clips);
    expect([difference, p]).toEqual([0, 1]);
    expect(hi).toBeGreaterThan(0.007);
    expect(lo).toBeCloseTo(-(hi as number), 9);
    expect(smallest).toBeGreaterThan(0.02);
  });

  it('takes two clips that every attempt shares as fixed', () => {
    const one = Array.from({ length: 200 }, () => ({ userClip: 'u', agentClip: 'a' }));
    const hits = one.map((_, i) => i % 3 === 0);
    expect(pairedRate(hits, hits, one).hi).toBeLessThan(0.02);
    const values = one.map((_, i) => 100 + (i % 50));
    expect(pairedPercentile(values, values, one, 0.5, 1).hi).toBeLessThan(5);
    expect(pairedPercentile(values, values.map((ms) => ms + 20), one, 0.5, 1).p).toBeLessThan(0.001);
  });

  it('gains nothing from repeating the attempts (trap 16)', () => {
    const clips = sharedClips(40, 8, 5);
    const [base, head] = [clips.map(() => false), clips.map((_, i) => i % 9 === 0)];
    const once = pairedRate(base, head, clips);
    const often = pairedRate([...base, ...base, ...base, ...base], [...head, ...head, ...head, ...head], [...clips, ...clips, ...clips, ...clips]);
    expect(often.hi).toBeGreaterThanOrEqual(0.95 * (once.hi as number));
    expect(often.p).toBeGreaterThan(0.5 * (once.p as number));
  });

  it('holds where all changed in one direction, and at the edges', () => {
    const clips = sharedClips(60, 6, 5);
    const all = pairedRate(clips.map(() => false), clips.map(() => true), clips);
    expect(all.difference).toBe(1);
    expect(all.lo).toBeLessThan(0.9);
    expect(pairedRate([], [], [])).toMatchObject({ n: 0, base: null, difference: null, p: null, smallest: null });
    expect(pairedRate([true], [false], ownClips(1))).toMatchObject({ n: 1, difference: -1, p: 1 });
    for (const value of Object.values(all)) if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
  });
});

describe('the smallest effect that could have shown', () => {
  const smallestOf = (gained: number, lost: number, n = 400) => {
    const { base, head } = table(100, lost, gained, n - 100 - lost - gained);
    return pairedRate(base, head, ownClips(n)).smallest as number;
  };

  it('rests on the flips that cancel out, not on the effect that was seen', () => {
    for (const seen of [5, 20, 60, 200]) {
      expect(smallestOf(5 + seen, 5)).toBe(smallestOf(5, 5));
      expect(smallestOf(5, 5 + seen)).toBe(smallestOf(5, 5));
    }
    expect(smallestOf(20, 20)).toBeGreaterThan(smallestOf(5, 5));
  });

  it("solves Connor's formula at a discordance of the noise and the effect itself", () => {
    const [n, noise] = [400, 10 / 400];
    const d = smallestOf(5, 5);
    const psi = noise + d;
    const [a, b] = [twoSidedPoint(0.05, Infinity), twoSidedPoint(0.2, Infinity)];
    expect((a * Math.sqrt(psi) + b * Math.sqrt(psi - d ** 2)) ** 2 / d ** 2).toBeCloseTo(n, 6);
  });

  it('is shown in nine of ten runs: by simulation, with the statistic that the formula is of', () => {
    const n = 400;
    const random = randomFrom(17);
    for (const flips of [2, 8, 30]) {
      const each = flips / n;
      const effect = smallestOf(flips, flips);
      let shown = 0;
      const runs = 1500;
      for (let run = 0; run < runs; run++) {
        let [gained, lost] = [0, 0];
        for (let i = 0; i < n; i++) {
          const u = random();
          if (u < each + effect) gained++;
          else if (u < 2 * each + effect) lost++;
        }
        if (Math.abs(gained - lost) > z95 * Math.sqrt(gained + lost)) shown++;
      }
      // Three standard errors of so many runs are 2.3 points; the normal approximation adds some.
      expect(shown / runs).toBeGreaterThan(0.86);
      expect(shown / runs).toBeLessThan(0.94);
    }
  });

  it('is none where even the largest would not show', () => {
    expect(smallestOf(0, 0, 103)).toBeGreaterThan(0);
    const few = table(0, 2, 2, 0);
    expect(pairedRate(few.base, few.head, ownClips(4)).smallest).toBeNull();
  });
});

describe('pairedPercentile', () => {
  const clips = sharedClips(400, 40, 20);
  const base = clips.map((_, i) => 100 + ((i * 37) % 101));

  it('finds a shift of all attempts', () => {
    const { difference, lo, hi, p } = pairedPercentile(base, base.map((ms) => ms + 20), clips, 0.5, 1);
    expect(difference).toBe(20);
    expect(lo).toBeGreaterThan(15);
    expect(hi).toBeLessThan(25);
    expect(p).toBeLessThan(1e-4);
  });

  it('is equal for equal seeds', () => {
    const head = base.map((ms, i) => ms + ((i * 13) % 30));
    expect(pairedPercentile(base, head, clips, 0.95, 1)).toEqual(pairedPercentile(base, head, clips, 0.95, 1));
    expect(pairedPercentile(base, head, clips, 0.95, 1).hi).not.toBe(pairedPercentile(base, head, clips, 0.95, 2).hi);
  });

  it('has an interval where nothing changed, and a p that few clips can give', () => {
    const same = pairedPercentile(base, base, clips, 0.95, 1);
    expect(same).toMatchObject({ difference: 0, p: 1 });
    expect(same.hi).toBeGreaterThan(0);
    expect(same.smallest).toBeGreaterThan(0);
    // Four clips say the same four times: 2^(1 - 4).
    const flat = pairedPercentile([80, 80, 80, 80], [100, 100, 100, 100], ownClips(4), 0.5, 1);
    expect(flat).toMatchObject({ difference: 20, p: 1 / 8, smallest: null });
  });

  it('is null among the misses, and without an interval near them', () => {
    const missed = base.map((ms, i) => (i % 10 === 0 ? Infinity : ms));
    expect(pairedPercentile(base, missed, clips, 0.95, 1)).toMatchObject({ head: null, difference: null, p: null, lo: null });
    const near = base.map((ms, i) => (i % 22 === 0 ? Infinity : ms));
    const close = pairedPercentile(base, near, clips, 0.95, 1);
    expect(close.difference).not.toBeNull();
    expect(close).toMatchObject({ lo: null, hi: null, p: null, smallest: null });
    expect(pairedPercentile([], [], [], 0.5, 1)).toMatchObject({ n: 0, base: null, p: null });
    expect(pairedPercentile([5], [6], ownClips(1), 0.5, 1)).toMatchObject({ base: 5, head: 6, difference: 1, p: null });
  });
});

describe('by simulation', () => {
  const clips = sharedClips(300, 40, 25);

  /** Two runs of 150 ms at the median: traits of clips and attempts are common, chance is not; the change may depend on the clips. */
  function simulate(seed: number, byClip: number): [number[], number[]] {
    const random = randomFrom(seed);
    const effects = () => new Map([...new Set(clips.flatMap(({ userClip, agentClip }) => [userClip, agentClip]))].map((clip) => [clip, normalFrom(random)]));
    const [level, change] = [effects(), effects()];
    const of = (map: Map<string, number>, { userClip, agentClip }: (typeof clips)[number]) => (map.get(userClip) as number) + (map.get(agentClip) as number);
    const trait = clips.map((clip) => 150 + 40 * of(level, clip) + 50 * normalFrom(random));
    return [trait.map((ms) => ms + 20 * normalFrom(random)), trait.map((ms, i) => ms + 20 * normalFrom(random) + byClip * of(change, clips[i]))];
  }

  const share = (of: readonly PairedDifference[], holds: (one: PairedDifference) => boolean) => of.filter(holds).length / of.length;
  const called = ({ p }: PairedDifference) => (p as number) < 0.05;
  const holdsNothing = ({ lo, hi }: PairedDifference) => (lo as number) <= 0 && (hi as number) >= 0;
  const ratesOf = (byClip: number, of: typeof clips) =>
    Array.from({ length: 300 }, (_, i) => {
      const [base, head] = simulate(1000 + i, byClip);
      return pairedRate(base.map((ms) => ms <= 150), head.map((ms) => ms <= 150), of);
    });

  // Bounds are 5 % with about three standard errors of so many runs.
  it.each([0, 40])('rates of builds that are alike on average are called different in 5 % or less (%f ms by clip)', (byClip) => {
    const rates = ratesOf(byClip, clips);
    expect(share(rates, called)).toBeLessThanOrEqual(0.085);
    expect(share(rates, holdsNothing)).toBeGreaterThanOrEqual(0.915);
  });

  it('taken as independent they would be called different far more often (trap 16)', () => {
    expect(share(ratesOf(40, ownClips(300)), called)).toBeGreaterThan(0.12);
  });

  it.each([0, 15])('a median too (%f ms by clip)', (byClip) => {
    const medians = Array.from({ length: 80 }, (_, i) => {
      const [base, head] = simulate(5000 + i, byClip);
      return pairedPercentile(base, head, clips, 0.5, i);
    });
    expect(share(medians, called)).toBeLessThanOrEqual(0.12);
    expect(share(medians, holdsNothing)).toBeGreaterThanOrEqual(0.88);
  });
});
