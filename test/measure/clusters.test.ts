import { describe, expect, it } from 'vitest';
import { clusterByClip } from '../../src/measure/clusters.js';
import { effectiveSize } from '../../src/measure/design-effect.js';
import { z95 } from '../../src/measure/distributions.js';
import { twoSidedPoint } from '../../src/measure/student.js';

const pairs = (text: string) => text.split(' ').map((pair) => ({ userClip: pair[0], agentClip: pair[1] }));

describe('effectiveSize', () => {
  it('is n where every clip occurs once', () => {
    const clusters = clusterByClip(pairs('aA bB cC dD'));
    expect(clusters.distinct).toBe(true);
    expect(effectiveSize([true, false, true, true], clusters)).toBe(4);
  });

  it('is the two-way variance of Cameron, Gelbach and Miller, by hand', () => {
    // Sums of residuals: user clips a +1, b -1; agent clips A +1, B -1; pairs aA +1, aB 0, bA 0, bB -1.
    const attempts = pairs('aA aA aB aB bA bA bB bB');
    const hits = [true, true, true, false, true, false, false, false];
    const [user, agent, both] = [(2 / 1) * (2 / 64), (2 / 1) * (2 / 64), (4 / 3) * (2 / 64)];
    const design = (user + agent - both) / (0.25 / 8);
    expect(effectiveSize(hits, clusterByClip(attempts))).toBeCloseTo((8 / design) * (z95 / twoSidedPoint(0.05, 1)) ** 2, 12);
  });

  it('is the variance by user clip where agent clips are nested in them', () => {
    // Every agent clip belongs to one user clip: agents and pairs cancel, users remain.
    const attempts = pairs('aA aA aB aB bC bC bD bD');
    const design = ((2 / 1) * (2 / 64)) / (0.25 / 8);
    const hits = [true, true, true, false, false, false, false, true];
    expect(effectiveSize(hits, clusterByClip(attempts))).toBeCloseTo((8 / design) * (z95 / twoSidedPoint(0.05, 1)) ** 2, 12);
  });

  it('never exceeds n, also where clips pull against each other', () => {
    const attempts = pairs('aA aA bB bB cC cC');
    expect(effectiveSize([true, false, true, false, true, false], clusterByClip(attempts))).toBeLessThanOrEqual(6);
  });

  it('gains nothing from repeating the same attempts (trap 16)', () => {
    const attempts = Array.from({ length: 30 }, (_, i) => ({ userClip: `u${i}`, agentClip: `a${i}` }));
    const hits = attempts.map((_, i) => i % 3 === 0);
    const repeat = <T>(items: readonly T[]) => Array.from({ length: 20 }, () => items).flat();
    const repeated = effectiveSize(repeat(hits), clusterByClip(repeat(attempts)));
    expect(repeated).toBeLessThanOrEqual(30);
    expect(repeated).toBeGreaterThan(20);
  });

  it('counts clips, not attempts, where all attempts agree', () => {
    const attempts = Array.from({ length: 60 }, (_, i) => ({ userClip: `u${i % 10}`, agentClip: `a${i % 6}` }));
    expect(effectiveSize(attempts.map(() => false), clusterByClip(attempts))).toBe(6);
    expect(effectiveSize(attempts.map(() => true), clusterByClip(attempts))).toBe(6);
  });

  it('takes a clustering with a single clip as fixed', () => {
    const one = Array.from({ length: 12 }, (_, i) => ({ userClip: `u${i % 4}`, agentClip: 'only' }));
    const hits = one.map((_, i) => i % 4 < 2);
    const size = effectiveSize(hits, clusterByClip(one));
    expect(size).toBeLessThan(4);
    expect(size).toBeGreaterThan(0);
    const both = one.map(() => ({ userClip: 'u', agentClip: 'a' }));
    expect(effectiveSize(hits, clusterByClip(both))).toBe(12);
    const fresh = one.map((_, i) => ({ userClip: `u${i}`, agentClip: 'only' }));
    expect(effectiveSize(hits, clusterByClip(fresh))).toBe(12);
  });

  it('shares no cluster among attempts without a user clip', () => {
    const controls = Array.from({ length: 5 }, (_, i) => ({ userClip: null, agentClip: `a${i}` }));
    expect(clusterByClip(controls)).toMatchObject({ userClips: 5, agentClips: 5, distinct: true });
  });
});
