import type { AttemptResult, Ms } from '../types.js';
import type { Decomposition, LatencyPart, PartFigure, PercentileParts } from './figures.js';
import { percentileOf } from './percentile.js';
import { yieldLatencyMs } from './selections.js';

/** The percentiles that are decomposed. */
const decomposedPercentiles = [0.5, 0.95] as const;

/** A percentile is decomposed over this share of the attempts that can be, and over no fewer than these where there are so many. */
const neighbourShare = 0.05;
const fewestNeighbours = 5;

/** Neighbours are no further from the percentile than this share of it. */
const mostApart = 0.2;

/** When what happened in one attempt, ms from the onset, in order. */
interface Cuts {
  readonly result: AttemptResult;
  readonly stopMs: Ms;
  /** The agent's VAD; null where no attempt of the run tells it. */
  readonly noticedMs: Ms | null;
  /** Its cancel or its flush, whichever came first. */
  readonly actedMs: Ms;
  /** The client knew, or had the last of it; null where that cannot be told from the stop. */
  readonly flushedMs: Ms | null;
  readonly fromTrace: boolean;
}

type Percentile = Pick<PercentileParts, 'valueMs' | 'ofYieldsAlone'>;

/** What the agent says of one attempt; null: not said. */
interface Said {
  readonly noticedMs: Ms | null;
  readonly actedMs: Ms | null;
}

/**
 * What the p50 and the p95 of the stop latency are made of (docs/measurement.md section 7). Pure, and independent of the order of the attempts.
 * @param interruptions valid ones only, misses among them: they rank after every latency, as in the percentiles themselves
 */
export function decompose(interruptions: readonly AttemptResult[]): Decomposition {
  const yields = interruptions.filter(({ outcome, stopLatencyMs }) => outcome === 'yielded' && stopLatencyMs !== null);
  // Where no attempt at all tells when the agent noticed, what came before its cancel is one part; else an attempt without it lacks it.
  const noticed = yields.some((result) => [inTrace(result), onTheWire(result)].some(({ noticedMs, actedMs }) => noticedMs !== null && actedMs !== null));
  const told = yields.flatMap((result) => cutsOf(result, noticed) ?? []);
  const inOrder = told.filter(({ noticedMs, actedMs, stopMs }) => (noticedMs ?? 0) >= 0 && (noticedMs ?? 0) <= actedMs && actedMs <= stopMs);
  return {
    percentiles: decomposedPercentiles.map((p) => partsAt(p, percentileOr(p, interruptions, yields), inOrder)),
    yields: yields.length,
    decomposed: inOrder.length,
    withoutParts: yields.length - told.length,
    outOfOrder: told.length - inOrder.length,
  };
}

function inTrace({ agentVadDetectMs, agentCancelMs, agentFlushMs }: AttemptResult): Said {
  return { noticedMs: agentVadDetectMs, actedMs: agentCancelMs === null || agentFlushMs === null ? (agentCancelMs ?? agentFlushMs) : Math.min(agentCancelMs, agentFlushMs) };
}

function onTheWire({ detectMs, cancelMs }: AttemptResult): Said {
  return { noticedMs: detectMs, actedMs: cancelMs };
}

/** From the agent's own trace where that says enough, else from its events on the wire. */
function cutsOf(result: AttemptResult, noticed: boolean): Cuts | null {
  const enough = ({ noticedMs, actedMs }: Said) => actedMs !== null && (!noticed || noticedMs !== null);
  const trace = inTrace(result);
  const fromTrace = enough(trace);
  const said = fromTrace ? trace : onTheWire(result);
  if (!enough(said)) return null;
  const actedMs = said.actedMs as Ms;
  const stopMs = result.stopLatencyMs as Ms;
  const ends = [result.flushMs, fromTrace ? result.agentFlushMs : null, result.wireStopLatencyMs];
  const flushedMs = ends.find((ms) => ms !== null && ms >= actedMs && ms <= stopMs) ?? null;
  return { result, stopMs, noticedMs: noticed ? said.noticedMs : null, actedMs, flushedMs, fromTrace };
}

/** A miss has no parts: where the percentile is one, that of the yields alone. */
function percentileOr(p: number, interruptions: readonly AttemptResult[], yields: readonly AttemptResult[]): Percentile {
  const valueMs = percentileOf(interruptions.map(yieldLatencyMs), p);
  return valueMs === Infinity ? { valueMs: percentileOf(yields.map(yieldLatencyMs), p), ofYieldsAlone: true } : { valueMs, ofYieldsAlone: false };
}

function partsAt(p: number, { valueMs, ofYieldsAlone }: Percentile, attempts: readonly Cuts[]): PercentileParts {
  const near = valueMs === null ? [] : nearestTo(valueMs, attempts);
  const n = near.length;
  const base = { p, valueMs, ofYieldsAlone, n, fromTrace: near.filter(({ fromTrace }) => fromTrace).length };
  if (n === 0) return { ...base, meanMs: null, parts: [], largest: null };
  const mean = (of: (cuts: Cuts) => Ms) => near.reduce((sum, cuts) => sum + of(cuts), 0) / n;
  const meanMs = mean(({ stopMs }) => stopMs);
  const figure = (part: LatencyPart, of: (cuts: Cuts) => Ms): PartFigure => ({ part, meanMs: mean(of), share: meanMs === 0 ? 0 : mean(of) / meanMs });
  const before = near.every(({ noticedMs }) => noticedMs !== null)
    ? [figure('detect', ({ noticedMs }) => noticedMs as Ms), figure('decide', ({ noticedMs, actedMs }) => actedMs - (noticedMs as Ms))]
    : [figure('detect-and-decide', ({ actedMs }) => actedMs)];
  const after = near.every(({ flushedMs }) => flushedMs !== null)
    ? [figure('flush', ({ actedMs, flushedMs }) => (flushedMs as Ms) - actedMs), figure('drain', ({ flushedMs, stopMs }) => stopMs - (flushedMs as Ms))]
    : [figure('flush-and-drain', ({ actedMs, stopMs }) => stopMs - actedMs)];
  const parts = [...before, ...after];
  return { ...base, meanMs, parts, largest: parts.reduce((most, other) => (other.meanMs > most.meanMs ? other : most)).part };
}

/** The attempts whose latency is nearest to the percentile; of equally near ones those that come first in the draw. */
function nearestTo(valueMs: Ms, attempts: readonly Cuts[]): Cuts[] {
  const wanted = Math.max(fewestNeighbours, Math.ceil(neighbourShare * attempts.length));
  const place = ({ result }: Cuts) => result.attempt.index;
  const near = [...attempts].sort((a, b) => Math.abs(a.stopMs - valueMs) - Math.abs(b.stopMs - valueMs) || place(a) - place(b)).slice(0, wanted);
  // Where there are few, the nearest may be far: what is made of something else says nothing of this.
  return near.filter(({ stopMs }, i) => i === 0 || Math.abs(stopMs - valueMs) <= mostApart * valueMs);
}
