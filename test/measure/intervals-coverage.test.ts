import { expect, it } from 'vitest';
import { clusterByClip } from '../../src/measure/clusters.js';
import { effectiveSize } from '../../src/measure/design-effect.js';
import { effectiveRanks, orderStatisticRanks, wilsonInterval } from '../../src/measure/intervals.js';
import type { RankInterval } from '../../src/measure/intervals.js';
import { nearestRank } from '../../src/measure/percentile.js';
import { normalFrom, randomFrom } from '../../src/time/index.js';

interface Design {
  readonly userClips: number;
  readonly agentClips: number;
  readonly attempts: number;
  /** Standard deviations of what a user clip and an agent clip add to a latency of unit variance. */
  readonly userSd: number;
  readonly agentSd: number;
}

const runs = 300;
/** Standard normal quantiles: of the limits that 50, 10 and 2 % reach, and of p50 and p95. */
const limits = [[0.5, 0], [0.1, -1.2815515655], [0.02, -2.0537489106]] as const;
const quantiles = [[0.5, 0], [0.95, 1.6448536270]] as const;

/** How often intervals hold the truth, clustered and as if independent, over `runs` samples with two-way random effects. */
function coverage(design: Design, seed: number): { clustered: number[]; plain: number[] } {
  const random = randomFrom(seed);
  const ownSd = Math.sqrt(1 - design.userSd ** 2 - design.agentSd ** 2);
  const clustered = [...limits, ...quantiles].map(() => 0);
  const plain = [...clustered];
  for (let run = 0; run < runs; run++) {
    const users = Array.from({ length: design.userClips }, () => normalFrom(random) * design.userSd);
    const agents = Array.from({ length: design.agentClips }, () => normalFrom(random) * design.agentSd);
    const drawn = Array.from({ length: design.attempts }, (_, i) => [i % users.length, Math.floor(random() * agents.length)] as const);
    const values = drawn.map(([user, agent]) => users[user] + agents[agent] + ownSd * normalFrom(random));
    const sorted = [...values].sort((a, b) => a - b);
    const clusters = clusterByClip(drawn.map(([user, agent]) => ({ userClip: `${user}`, agentClip: `${agent}` })));
    const n = values.length;
    limits.forEach(([truth, limit], i) => {
      const hits = values.map((value) => value <= limit);
      const rate = hits.filter(Boolean).length / n;
      for (const [into, size] of [[clustered, effectiveSize(hits, clusters)], [plain, n]] as const) {
        const { lo, hi } = wilsonInterval(rate, size);
        into[i] += Number(lo <= truth && truth <= hi) / runs;
      }
    });
    quantiles.forEach(([p, truth], i) => {
      const value = sorted[nearestRank(n, p) - 1];
      const holds = ({ lo, hi }: RankInterval) => (lo === null || sorted[lo - 1] <= truth) && (hi === null || truth <= sorted[hi - 1]);
      clustered[limits.length + i] += Number(holds(effectiveRanks(n, effectiveSize(values.map((v) => v <= value), clusters), p))) / runs;
      plain[limits.length + i] += Number(holds(orderStatisticRanks(n, p))) / runs;
    });
  }
  return { clustered, plain };
}

it.each([
  { userClips: 100, agentClips: 25, attempts: 500, userSd: 0.6, agentSd: 0.4 },
  { userClips: 100, agentClips: 25, attempts: 500, userSd: 0.5, agentSd: 0.5 },
  { userClips: 40, agentClips: 25, attempts: 250, userSd: 0.6, agentSd: 0.4 },
  { userClips: 12, agentClips: 25, attempts: 64, userSd: 0.6, agentSd: 0.4 },
])('clustered intervals hold the truth, plain ones do not (trap 16): %o', (design) => {
  const { clustered, plain } = coverage(design, 7);
  for (const share of clustered) expect(share).toBeGreaterThanOrEqual(0.92);
  expect(plain[0]).toBeLessThan(0.85);
  expect(plain[3]).toBeLessThan(0.9);
});

it('costs little where clips do not matter', () => {
  const { clustered, plain } = coverage({ userClips: 100, agentClips: 25, attempts: 500, userSd: 0, agentSd: 0 }, 7);
  for (const share of [...clustered, ...plain]) expect(share).toBeGreaterThanOrEqual(0.92);
});
