import { clusterByClip } from './clusters.js';
import type { ClipPair, Clusters } from './clusters.js';
import type { PairedDifference } from './comparison.js';
import { clusterBootstrap } from './bootstrap.js';
import { distinctAttempts, fewestClips, pairedDesignEffect } from './design-effect.js';
import { z95 } from './distributions.js';
import { mcnemarExact, tangoInterval } from './mcnemar.js';
import { percentileOf } from './percentile.js';
import { smallestPairedEffect } from './power.js';
import { oneSidedPoint, twoSidedPoint, twoSidedTail } from './student.js';

const power = 0.9;

/**
 * Difference of a rate over the same attempts in two runs, attempt by attempt.
 *
 * Where no clip is shared: McNemar's exact test and Tango's interval. Else McNemar's statistic with its variance times the
 * design effect of the differences (Rao & Scott 1992; Obuchowski 1998), against Student's t with as many degrees of freedom as
 * the smaller clustering has clips, less one, and never more confident than the exact test; Tango's interval on
 * the effective number of pairs. Where no pair changed there is nothing to see a clustering of changes from: as with a
 * single changed pair, each pair of clips counts once.
 *
 * @param baseHits, headHits, clips one entry a pair, in the same order
 * @param level of `smallest`: what is left of 5 % when several lines are tested
 */
export function pairedRate(baseHits: readonly boolean[], headHits: readonly boolean[], clips: readonly ClipPair[], level = 0.05): PairedDifference {
  const n = baseHits.length;
  const clusters = clusterByClip(clips);
  const method = clusters.distinct || n < 2 ? 'mcnemar' : 'clustered';
  if (n === 0) return { n, ...nothing, method };
  const gained = baseHits.filter((hit, i) => !hit && headHits[i]).length;
  const lost = baseHits.filter((hit, i) => hit && !headHits[i]).length;
  const base = baseHits.filter(Boolean).length / n;
  const head = headHits.filter(Boolean).length / n;
  const differences = baseHits.map((hit, i) => Number(headHits[i]) - Number(hit));
  const { design, df } = method === 'mcnemar' ? { design: 1, df: Infinity } : designOf(differences, clusters);
  const scale = ((z95 / twoSidedPoint(0.05, df)) ** 2) / design;
  const exact = mcnemarExact(gained, lost);
  const statistic = gained === lost ? 0 : (gained - lost) / Math.sqrt((gained + lost) * design);
  return {
    n,
    base,
    head,
    difference: (gained - lost) / n,
    ...tangoInterval(gained * scale, lost * scale, n * scale),
    p: method === 'mcnemar' ? exact : Math.max(exact, twoSidedTail(statistic, df)),
    smallest: smallestPairedEffect({ n: n / design, noise: (2 * Math.min(gained, lost)) / n, level, power, df }),
    method,
  };
}

function designOf(differences: readonly number[], clusters: Clusters): { design: number; df: number } {
  const n = differences.length;
  const fewest = fewestClips(clusters);
  const df = fewest - 1;
  const unchanged = differences.every((difference) => difference === 0);
  // Where every pair changed in the same direction, each clip may have spoken once.
  return { design: pairedDesignEffect(differences, clusters) ?? n / (unchanged ? distinctAttempts(clusters) : fewest), df };
}

/**
 * Difference of a percentile of the latency over the same attempts in two runs: Student's t on a standard error by the
 * bootstrap over clips, which draws both runs together.
 *
 * The standard error is never taken below what changes too rare to be seen could do: a share of z^2 / (n + z^2) of the
 * attempts, which moves a percentile to its neighbours at p -+ that share. So two equal runs have an interval too. A p is never
 * below 2^(1 - clips), the least that a test by signs of the clips could give.
 *
 * @param baseMs, headMs, clips one entry a pair, in the same order; a miss is Infinity
 * @param p of the percentile, e.g. 0.95
 * @param level of `smallest`
 */
export function pairedPercentile(
  baseMs: readonly number[],
  headMs: readonly number[],
  clips: readonly ClipPair[],
  p: number,
  seed: number,
  level = 0.05,
): PairedDifference {
  const n = baseMs.length;
  const method = 'bootstrap';
  const [base, head] = [finite(percentileOf(baseMs, p)), finite(percentileOf(headMs, p))];
  if (base === null || head === null) return { n, ...nothing, base, head, method };
  const difference = head - base;
  const clusters = clusterByClip(clips);
  const fewest = clusters.distinct ? n : fewestClips(clusters);
  const df = fewest - 1;
  if (df < 1) return { n, ...nothing, base, head, difference, method };
  const [ofBase, ofHead] = [weightedPercentile(baseMs, p), weightedPercentile(headMs, p)];
  const { standardError } = clusterBootstrap((weights) => ofHead(weights) - ofBase(weights), clusters, seed);
  const point = twoSidedPoint(0.05, df);
  const unseen = unseenShare((distinctAttempts(clusters) * z95 ** 2) / point ** 2);
  const reach = Math.max(reachOf(baseMs, p, unseen), reachOf(headMs, p, unseen));
  if (standardError === null || !Number.isFinite(reach)) return { n, ...nothing, base, head, difference, method };
  const error = Math.max(standardError, reach / point);
  const test = difference === 0 ? 1 : twoSidedTail(difference / error, df);
  return {
    n,
    base,
    head,
    difference,
    lo: difference - point * error,
    hi: difference + point * error,
    p: Math.min(1, Math.max(test, 2 ** (1 - fewest))),
    smallest: error === 0 ? null : (twoSidedPoint(level, df) + oneSidedPoint(power, df)) * error,
    method,
  };
}

const nothing = { base: null, head: null, difference: null, lo: null, hi: null, p: null, smallest: null };

function finite(value: number | null): number | null {
  return value === Infinity ? null : value;
}

/** A share of changed pairs that `n` pairs without a change do not exclude; half of Tango's interval then. */
function unseenShare(n: number): number {
  return z95 ** 2 / (n + z95 ** 2);
}

/** How far the percentile lies from its neighbours `share` away; Infinity where one of them is a miss. */
function reachOf(valuesMs: readonly number[], p: number, share: number): number {
  const at = (q: number) => percentileOf(valuesMs, Math.min(1, Math.max(0, q))) as number;
  return Math.max(at(p) - at(p - share), at(p + share) - at(p));
}

/** The nearest-rank percentile of a weighted sample, made ready for many sets of weights. */
function weightedPercentile(valuesMs: readonly number[], p: number): (weights: Float64Array) => number {
  const order = Uint32Array.from(valuesMs.keys()).sort((a, b) => (valuesMs[a] < valuesMs[b] ? -1 : valuesMs[a] > valuesMs[b] ? 1 : 0));
  return (weights) => {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i];
    let sum = 0;
    for (let rank = 0; rank < order.length; rank++) {
      sum += weights[order[rank]];
      if (sum >= p * total && sum > 0) return valuesMs[order[rank]];
    }
    return NaN;
  };
}
