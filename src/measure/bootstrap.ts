import { randomFrom, seedOf } from '../time/index.js';
import type { Random } from '../time/index.js';
import type { Clusters } from './clusters.js';
import { clusterings } from './design-effect.js';

/** A figure of a sample in which attempt `i` occurs `weights[i]` times; not finite where the sample has none. */
export type WeightedFigure = (weights: Float64Array) => number;

export interface BootstrapError {
  /** Standard error of the figure; null where too many samples have no figure. */
  readonly standardError: number | null;
  /** Share of the samples without a figure, in the clustering where it is largest. */
  readonly undefinedShare: number;
}

/** Samples drawn for each clustering. */
const samples = 800;
/** With more samples than this that have no figure, their spread would say little. */
const mostUndefined = 0.02;

/**
 * Standard error of any figure of attempts that share clips: a bootstrap over user clips, one over agent clips and one over
 * pairs of clips, each a draw of whole clips with replacement (Davison & Hinkley 1997, section 3.8), their variances times
 * G / (G - 1) and put together as for rates, V_user + V_agent - V_both, never below any of the three (Cameron, Gelbach &
 * Miller 2011). The pigeonhole bootstrap (Owen 2007), which draws both at once, trebles the variance of what is peculiar to
 * an attempt. Where no clip is shared it is the plain bootstrap.
 */
export function clusterBootstrap(figure: WeightedFigure, clusters: Clusters, seed: number): BootstrapError {
  const ways = clusterings(clusters);
  const cells = { of: clusters.cell, count: clusters.cells };
  // Where both clips are fixed, attempts are all there is to draw from.
  const smallest = ways.length === 0 ? { of: clusters.cell.map((_, i) => i), count: clusters.cell.length } : cells;
  const drawn = (clusters.distinct ? [smallest] : [...ways, smallest]).map(({ of, count }, i) =>
    spread(figure, of, count, randomFrom(seedOf('bootstrap', seed, i))),
  );
  const undefinedShare = Math.max(...drawn.map((way) => way.undefinedShare));
  if (undefinedShare > mostUndefined) return { standardError: null, undefinedShare };
  const variances = drawn.map(({ variance }) => variance);
  const both = variances.length === 3 ? variances[0] + variances[1] - variances[2] : 0;
  return { standardError: Math.sqrt(Math.max(both, ...variances)), undefinedShare };
}

function spread(figure: WeightedFigure, of: readonly number[], count: number, random: Random): { variance: number; undefinedShare: number } {
  const times = new Float64Array(count);
  const weights = new Float64Array(of.length);
  let [n, total, squares, first] = [0, 0, 0, 0];
  for (let sample = 0; sample < samples; sample++) {
    times.fill(0);
    for (let i = 0; i < count; i++) times[Math.floor(random() * count)]++;
    for (let i = 0; i < of.length; i++) weights[i] = times[of[i]];
    const value = figure(weights);
    if (!Number.isFinite(value)) continue;
    // Around the first value, so that equal ones differ by exactly nothing.
    if (n === 0) first = value;
    n++;
    total += value - first;
    squares += (value - first) ** 2;
  }
  const variance = n < 2 ? 0 : Math.max(0, (squares - (total * total) / n) / (n - 1));
  return { variance: count < 2 ? 0 : (variance * count) / (count - 1), undefinedShare: 1 - n / samples };
}
