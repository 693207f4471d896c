import type { AttemptResult, Ms } from '../types.js';
import type { Clusters } from './clusters.js';
import { effectiveSize } from './design-effect.js';
import type { LatencyCurve } from './figures.js';
import { percentileOf } from './percentile.js';
import { yieldLatencyMs } from './selections.js';

/** Where the effective number of attempts is looked at: the deciles. */
const deciles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/**
 * The empirical distribution of the stop latency over valid interruptions; misses never arrive, so that it ends at the
 * share that yielded. The band holds the whole curve with 95 %: sqrt(ln(2 / 0.05) / 2n) to either side (Dvoretzky, Kiefer
 * & Wolfowitz with the constant of Massart 1990), n being the least effective number of attempts at any decile or limit.
 */
export function latencyCurve(interruptions: readonly AttemptResult[], clusters: Clusters, withinMs: readonly Ms[]): LatencyCurve {
  const n = interruptions.length;
  if (n === 0) return { points: [], n, misses: 0, bandHalfWidth: null };
  const latencies = interruptions.map(yieldLatencyMs);
  const finite = latencies.filter((latency) => latency < Infinity).sort((a, b) => a - b);
  const half = Math.min(1, Math.sqrt(Math.log(2 / 0.05) / (2 * leastEffective(latencies, finite, clusters, withinMs))));
  const points = finite.flatMap((latencyMs, i) => {
    if (finite[i + 1] === latencyMs) return [];
    const share = (i + 1) / n;
    return [{ latencyMs, share, lo: Math.max(0, share - half), hi: Math.min(1, share + half) }];
  });
  return { points, n, misses: n - finite.length, bandHalfWidth: half };
}

function leastEffective(latencies: readonly Ms[], finite: readonly Ms[], clusters: Clusters, withinMs: readonly Ms[]): number {
  const places = [...deciles.map((p) => percentileOf(finite, p)).filter((place) => place !== null), ...withinMs];
  const sizes = places.flatMap((place) => {
    const hits = latencies.map((latency) => latency <= place);
    // Beyond either end all attempts agree, which says nothing of how alike they are.
    return hits.includes(true) && hits.includes(false) ? [effectiveSize(hits, clusters)] : [];
  });
  return Math.min(...(sizes.length > 0 ? sizes : [effectiveSize(latencies.map(() => true), clusters)]));
}
