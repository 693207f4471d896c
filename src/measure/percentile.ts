import type { AttemptResult, Ms } from '../types.js';
import type { Clusters } from './clusters.js';
import { effectiveSize } from './design-effect.js';
import type { MissingBound, PercentileFigure } from './figures.js';
import { effectiveRanks } from './intervals.js';
import { known, yieldLatencyMs } from './selections.js';

/** Percentiles of every report. */
export const reportedPercentiles = [0.5, 0.95, 0.99] as const;

/**
 * Nearest rank, from 1, of the `p` quantile of `n` values (Hyndman & Fan 1996, type 1): the first k with k / n >= p, in the
 * same arithmetic that makes a rate of k out of n, so that percentiles and rates never disagree.
 */
export function nearestRank(n: number, p: number): number {
  let rank = Math.min(n, Math.max(1, Math.ceil(p * n)));
  while (rank > 1 && (rank - 1) / n >= p) rank--;
  while (rank < n && rank / n < p) rank++;
  return rank;
}

/** The smallest value whose share of values at or below it reaches `p`; null of nothing. Misses go in as Infinity. */
export function percentileOf(values: readonly number[], p: number): number | null {
  if (values.length === 0) return null;
  return [...values].sort((a, b) => a - b)[nearestRank(values.length, p) - 1];
}

/**
 * A percentile of the stop latency over valid interruptions, with its 95 % interval.
 * @param interruptions valid ones only; a miss (talked through, resumed) ranks after every latency
 */
export function percentileFigure(interruptions: readonly AttemptResult[], clusters: Clusters, p: number): PercentileFigure {
  const n = interruptions.length;
  if (n === 0) return { p, valueMs: null, loMs: null, hiMs: null, moreThanMs: null, n, effective: null, missing: missingAll };
  const latencies = interruptions.map(yieldLatencyMs);
  const sorted = [...latencies].sort((a, b) => a - b);
  const value = sorted[nearestRank(n, p) - 1];
  // Among the misses the percentile has no value of its own: what is clustered is then missing or not.
  const atMost = latencies.map((latency) => latency <= Math.min(value, Number.MAX_VALUE));
  const effective = effectiveSize(atMost, clusters);
  const ranks = effectiveRanks(n, effective, p);
  const lo = boundAt(sorted, ranks.lo);
  const hi = boundAt(sorted, ranks.hi);
  const misses = interruptions.filter((_, i) => latencies[i] === Infinity);
  return {
    p,
    valueMs: value === Infinity ? null : value,
    loMs: lo.ms,
    hiMs: hi.ms,
    moreThanMs: value === Infinity ? smallest(known(misses.map(({ observedMs }) => observedMs))) : null,
    n,
    effective,
    missing: { value: value === Infinity ? 'among-misses' : null, lo: lo.missing, hi: hi.missing },
  };
}

const missingAll = { value: 'no-attempts', lo: 'no-attempts', hi: 'no-attempts' } as const;

function boundAt(sorted: readonly number[], rank: number | null): { ms: Ms | null; missing: MissingBound | null } {
  if (rank === null) return { ms: null, missing: 'too-few' };
  return sorted[rank - 1] === Infinity ? { ms: null, missing: 'among-misses' } : { ms: sorted[rank - 1], missing: null };
}

function smallest(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((least, value) => Math.min(least, value));
}
