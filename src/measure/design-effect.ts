import { mean, sum } from 'simple-statistics';
import type { Clusters } from './clusters.js';
import { z95 } from './distributions.js';
import { twoSidedPoint } from './student.js';

/** The clusterings that hold more than one clip: one with a single clip is taken as fixed. */
export function clusterings({ user, agent, userClips, agentClips }: Clusters): { of: readonly number[]; count: number }[] {
  return [
    { of: user, count: userClips },
    { of: agent, count: agentClips },
  ].filter(({ count }) => count > 1);
}

/** Clips of the smaller clustering; the number of attempts where no clip is shared, or none but fixed ones. */
export function fewestClips(clusters: Clusters): number {
  return Math.min(clusters.cell.length, ...clusterings(clusters).map(({ count }) => count));
}

/** Attempts that are not repeats of each other: pairs of clips; all attempts where both clips are fixed. */
export function distinctAttempts(clusters: Clusters): number {
  return clusterings(clusters).length === 0 ? clusters.cell.length : clusters.cells;
}

/**
 * How many times the variance of the mean of `values` exceeds that of independent ones: variance clustered two ways, by user clip and
 * by agent clip (Cameron, Gelbach & Miller 2011, V_user + V_agent - V_both, each with the factor G / (G - 1)), never below any of its
 * one-way parts nor below 1. null where all values are equal: there is no variance to compare.
 */
export function designEffect(values: readonly number[], clusters: Clusters): number | null {
  const n = values.length;
  const centre = mean([...values]);
  const residuals = values.map((value) => value - centre);
  const independent = sum(residuals.map((residual) => residual * residual)) / n ** 2;
  if (!(independent > 1e-15)) return null;
  if (clusters.distinct) return 1;
  const ways = clusterings(clusters);
  const variance = (of: readonly number[], count: number) => {
    const sums = new Float64Array(count);
    residuals.forEach((residual, i) => (sums[of[i]] += residual));
    return ((count / (count - 1)) * sums.reduce((total, value) => total + value * value, 0)) / n ** 2;
  };
  const parts = ways.map(({ of, count }) => variance(of, count));
  const both = ways.length === 2 ? sum(parts) - variance(clusters.cell, clusters.cells) : (parts[0] ?? 0);
  return Math.max(1, Math.max(both, ...parts) / independent);
}

/** The same for differences of two runs, and no less than attempts per pair of clips: repeating an attempt adds none. */
export function pairedDesignEffect(differences: readonly number[], clusters: Clusters): number | null {
  const effect = designEffect(differences, clusters);
  return effect === null ? null : Math.max(effect, differences.length / distinctAttempts(clusters));
}

/**
 * How many independent attempts a rate over clustered ones is worth: n over the design effect, times (z / t)^2 with G - 1 degrees of
 * freedom of the smaller clustering (Korn & Graubard 1998), since few clips say little about their own variance.
 *
 * A clustering with a single clip is taken as fixed: the rate is then one over this clip. Where all attempts agree there is
 * no variance to estimate: the number of clips of the smaller clustering stands in, as if each clip had spoken once.
 */
export function effectiveSize(hits: readonly boolean[], clusters: Clusters): number {
  const n = hits.length;
  if (clusters.distinct || n < 2) return n;
  const fewest = fewestClips(clusters);
  if (fewest === n) return n;
  const effect = designEffect(hits.map(Number), clusters);
  return effect === null ? fewest : (n / effect) * (z95 / twoSidedPoint(0.05, fewest - 1)) ** 2;
}
