import type { AgentOptions, AttemptResult, Intent, Ms } from '../types.js';
import { chooseWithin } from './budget.js';
import type { Budget, Setting } from './budget.js';
import type { HoldFigure, PercentileFigure, Summary } from './figures.js';
import { adjustHolm } from './holm.js';
import type { PairedDifference } from './comparison.js';
import { nonDominated } from './pareto.js';
import { percentileFigure } from './percentile.js';
import { PointPairs } from './point-pairs.js';
import { clustersOf, holdFigure } from './rates.js';
import { quietLatencyMs, validInterruptions, wentQuiet, yieldLatencyMs } from './selections.js';
import type { Compared, HoldName, StrictnessPrice, SweepFigures, SweepOptions, SweepPoint } from './sweep-figures.js';

/** One setting, measured: the attempts of all points are the same. */
export interface MeasuredSetting {
  readonly params: AgentOptions;
  readonly summary: Summary;
  readonly results: readonly AttemptResult[];
}

const holdIntents: Readonly<Record<HoldName, readonly Intent[]>> = { backchannel: ['backchannel'], noise: ['noise'], both: ['backchannel', 'noise'] };

/** Settings of one agent (or of the measurement) against each other, on the same attempts. A pure function of them. */
export function summarizeSweep(settings: readonly MeasuredSetting[], options: SweepOptions): SweepFigures {
  const reference = settings[options.reference];
  const detects = settings.some(({ results }) => results.some(({ detectMs }) => detectMs !== null));
  const bare = settings.map((setting) => figuresOf(setting, setting === reference ? null : new PointPairs(reference.results, setting.results), detects));
  const trades = bare.map((point) => tradeOf(point, options.objectiveMs));
  const front = nonDominated(trades);
  const budget = chooseWithin(trades, options);
  return {
    withinMs: options.withinMs,
    objectiveMs: options.objectiveMs,
    reference: options.reference,
    points: bare.map((point, i) => ({ ...point, nonDominated: front[i] })),
    budget,
    price: priceOf(budget, settings),
    likeBest: likeBest(budget, trades, settings, options),
  };
}

function figuresOf({ params, summary, results }: MeasuredSetting, pairing: PointPairs | null, detects: boolean): Omit<SweepPoint, 'nonDominated'> {
  const [all] = summary.groups;
  const interruptions = validInterruptions(results);
  const compared = <Figure>(figure: Figure, difference: (pairing: PointPairs) => PairedDifference | null): Compared<Figure> => ({ figure, difference: pairing && difference(pairing) });
  const hold = (name: HoldName): Compared<HoldFigure> =>
    compared(holdFigure(results.filter(({ attempt }) => holdIntents[name].includes(attempt.intent))), (pairs) => pairs.rate(holdIntents[name], wentQuiet));
  return {
    params,
    nValid: all.nValid,
    nInterruptions: all.nInterruptions,
    limits: all.limits.map(({ limitMs, interrupt, quiet }) => ({
      limitMs,
      interrupt: compared(interrupt, (pairs) => pairs.rate(['interruption'], (result) => yieldLatencyMs(result) <= limitMs)),
      quiet: compared(quiet, (pairs) => pairs.rate(['interruption'], (result) => quietLatencyMs(result) <= limitMs)),
    })),
    percentiles: all.percentiles.map((figure) => compared(figure, (pairs) => pairs.percentile(yieldLatencyMs, figure.p))),
    detect: detects ? compared(detectionFigure(interruptions), (pairs) => pairs.percentile(detectionMs, 0.5)) : null,
    nDetected: interruptions.filter(({ detectMs }) => detectMs !== null).length,
    falseYields: { backchannel: hold('backchannel'), noise: hold('noise'), both: hold('both') },
    controlYield: all.controlYield,
  };
}

/** Onset to the agent's own VAD event; Infinity where there was none. */
function detectionMs({ detectMs }: AttemptResult): Ms {
  return detectMs ?? Infinity;
}

/** The percentile of the stop latency, with the detection in the place of the stop. */
function detectionFigure(interruptions: readonly AttemptResult[]): PercentileFigure {
  const detections = interruptions.map((result): AttemptResult => ({ ...result, outcome: result.detectMs === null ? 'talked-through' : 'yielded', stopLatencyMs: result.detectMs }));
  return percentileFigure(detections, clustersOf(detections), 0.5);
}

function tradeOf({ limits, percentiles, falseYields }: Omit<SweepPoint, 'nonDominated'>, objectiveMs: Ms): Setting {
  const { rate, hi } = falseYields.both.figure;
  return {
    rate: limits.find(({ limitMs }) => limitMs === objectiveMs)?.interrupt.figure.rate ?? null,
    p50Ms: percentiles.find(({ figure }) => figure.p === 0.5)?.figure.valueMs ?? null,
    falseYield: rate,
    falseYieldHi: hi,
  };
}

function priceOf({ strictest, fastest }: Budget, settings: readonly MeasuredSetting[]): StrictnessPrice | null {
  if (strictest === null || fastest === null) return null;
  if (strictest === fastest) return { strictest, fastest, p50: null };
  return { strictest, fastest, p50: new PointPairs(settings[fastest].results, settings[strictest].results).percentile(yieldLatencyMs, 0.5) };
}

/**
 * Of the points that meet the same demands as the best one, those whose rate is not significantly lower (5 %, after Holm's correction
 * over all of them): which of these is the best, chance may have decided.
 */
function likeBest({ best, maxFalseYield, minRate }: Budget, trades: readonly Setting[], settings: readonly MeasuredSetting[], { objectiveMs }: SweepOptions): number[] {
  if (best === null) return [];
  const rivals = trades.flatMap(({ rate, falseYield }, i) => {
    const eligible = rate !== null && rate >= (minRate ?? 0) && (maxFalseYield === null || (falseYield !== null && falseYield <= maxFalseYield));
    return eligible && i !== best ? [i] : [];
  });
  const ps = rivals.map((i) => new PointPairs(settings[i].results, settings[best].results).rate(['interruption'], (result) => yieldLatencyMs(result) <= objectiveMs)?.p ?? null);
  const adjusted = adjustHolm(ps);
  return rivals.filter((_, i) => !((adjusted[i] ?? 1) < 0.05));
}
