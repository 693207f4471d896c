import type { AttemptResult, Ms } from '../types.js';
import { clusterByClip } from './clusters.js';
import { effectiveSize } from './design-effect.js';
import type { ClipPair, Clusters } from './clusters.js';
import type { HoldFigure, LimitFigure, RateFigure } from './figures.js';
import { wilsonInterval } from './intervals.js';
import { isValid, quietLatencyMs, wentQuiet, yieldLatencyMs } from './selections.js';

/** The clips of each attempt, numbered. */
export function clustersOf(results: readonly AttemptResult[]): Clusters {
  return clusterByClip(results.map(({ attempt }): ClipPair => attempt));
}

/** The share of hits, with Wilson's interval on the effective number of attempts. */
export function rateFigure(hits: readonly boolean[], clusters: Clusters): RateFigure {
  const n = hits.length;
  const count = hits.filter(Boolean).length;
  if (n === 0) return { n, count, rate: null, lo: null, hi: null, effective: null };
  const rate = count / n;
  const effective = effectiveSize(hits, clusters);
  return { n, count, rate, ...wilsonInterval(rate, effective), effective };
}

/** Rates at one latency limit. @param interruptions valid ones only; all of them are the base, at every limit */
export function limitFigure(interruptions: readonly AttemptResult[], clusters: Clusters, limitMs: Ms, errorBarMs: Ms | null): LimitFigure {
  const hits = interruptions.map((result) => yieldLatencyMs(result) <= limitMs);
  const near = interruptions.map((result) => isBorderline(result, limitMs, errorBarMs ?? 0));
  const natural = interruptions.map((result) => endedBefore(result, limitMs));
  const interrupt = rateFigure(hits, clusters);
  const count = (chosen: (i: number) => boolean) => hits.filter((_, i) => chosen(i)).length;
  const share = (hitCount: number, of: number) => (of === 0 ? null : hitCount / of);
  const left = count((i) => !natural[i]);
  return {
    limitMs,
    interrupt,
    quiet: rateFigure(interruptions.map((result) => quietLatencyMs(result) <= limitMs), clusters),
    borderline: count((i) => near[i]),
    lowest: share(count((i) => hits[i] && !near[i]), hits.length),
    highest: share(count((i) => hits[i] || near[i]), hits.length),
    withoutNaturalEnds: left === hits.length ? null : share(interrupt.count, left),
  };
}

/** The stop, widened by the error bar, may lie on either side of the limit. */
function isBorderline(result: AttemptResult, limitMs: Ms, errorBarMs: Ms): boolean {
  const hiMs = yieldLatencyMs(result);
  const loMs = result.stopLatencyLoMs ?? hiMs;
  return hiMs < Infinity && loMs - errorBarMs <= limitMs && limitMs <= hiMs + errorBarMs;
}

/** The response ended by itself before the limit: a miss, though the agent had no more to stop. */
function endedBefore({ outcome, truncated, observedMs }: AttemptResult, limitMs: Ms): boolean {
  return outcome === 'talked-through' && truncated && observedMs !== null && observedMs < limitMs;
}

/** Yields among attempts in which the agent should have gone on. @param results of any kind; invalid ones are left out */
export function holdFigure(results: readonly AttemptResult[]): HoldFigure {
  const valid = results.filter(isValid);
  const rate = rateFigure(valid.map(wentQuiet), clustersOf(valid));
  return { ...rate, recovered: valid.filter(({ outcome }) => outcome === 'resumed').length };
}
