import type { Attempt, AttemptResult, Ms, Outcome } from '../types.js';
import { known, yieldLatencyMs } from './selections.js';
import type { SweepFigures, SweepPoint } from './sweep-figures.js';

/** How far a figure moves over the points of a sweep. */
export interface FigureSpan {
  /** As in a gate: `interrupt_rate@100`, `p95`, `false_yield_rate[backchannel]`. */
  readonly figure: string;
  readonly unit: 'rate' | 'ms';
  readonly atReference: number | null;
  /** null where no point has a value. */
  readonly lowest: number | null;
  readonly highest: number | null;
  /** highest - lowest; null where any point has no value, for the figure then moves by more than is known. */
  readonly span: number | null;
  /** Points without a value: nothing of the kind was valid, or a percentile among the misses. */
  readonly missing: number;
}

/** An attempt that not all points judge alike. */
export interface UnsteadyAttempt {
  readonly attempt: Attempt;
  /** At each point; null where the point has no such attempt. */
  readonly outcomes: readonly (Outcome | null)[];
  readonly stopLatencyMs: readonly (Ms | null)[];
  /** Latency limits on whose other side it falls at some point; for interruptions only. */
  readonly limitsMs: readonly Ms[];
}

/** How much the conclusions hang on the parameters that were swept. */
export interface Sensitivity {
  readonly figures: readonly FigureSpan[];
  /** Attempts that any point has. */
  readonly attempts: number;
  /** Attempts whose outcome differs, in the order of the draw. */
  readonly outcomeChanged: readonly UnsteadyAttempt[];
  /** Attempts of one outcome whose latency falls on both sides of a limit. */
  readonly limitCrossed: readonly UnsteadyAttempt[];
}

export function summarizeSensitivity({ points, reference, withinMs }: SweepFigures, results: readonly (readonly AttemptResult[])[]): Sensitivity {
  const attempts = new Map(results.flat().map(({ attempt }) => [attempt.id, attempt]));
  const unsteady = compareVerdicts([...attempts.values()], results, withinMs);
  const changed = ({ outcomes }: UnsteadyAttempt) => new Set(outcomes).size > 1;
  return {
    figures: figuresOf(points[reference]).map(({ figure, unit }, i) => spanOf(figure, unit, points.map((point) => figuresOf(point)[i].value), reference)),
    attempts: attempts.size,
    outcomeChanged: unsteady.filter(changed),
    limitCrossed: unsteady.filter((attempt) => !changed(attempt) && attempt.limitsMs.length > 0),
  };
}

interface NamedFigure {
  readonly figure: string;
  readonly unit: FigureSpan['unit'];
  readonly value: number | null;
}

function figuresOf({ limits, percentiles, falseYields, controlYield }: SweepPoint): NamedFigure[] {
  const rate = (figure: string, value: number | null): NamedFigure => ({ figure, unit: 'rate', value });
  return [
    ...limits.map(({ limitMs, interrupt }) => rate(`interrupt_rate@${limitMs}`, interrupt.figure.rate)),
    ...limits.map(({ limitMs, quiet }) => rate(`quiet_rate@${limitMs}`, quiet.figure.rate)),
    ...percentiles.map(({ figure }): NamedFigure => ({ figure: `p${Math.round(100 * figure.p)}`, unit: 'ms', value: figure.valueMs })),
    rate('false_yield_rate[backchannel]', falseYields.backchannel.figure.rate),
    rate('false_yield_rate[noise]', falseYields.noise.figure.rate),
    rate('false_yield_rate', falseYields.both.figure.rate),
    rate('control_yield_rate', controlYield.rate),
  ];
}

function spanOf(figure: string, unit: FigureSpan['unit'], values: readonly (number | null)[], reference: number): FigureSpan {
  const there = known(values);
  const missing = values.length - there.length;
  const [lowest, highest] = there.length === 0 ? [null, null] : [Math.min(...there), Math.max(...there)];
  return { figure, unit, atReference: values[reference], lowest, highest, span: missing > 0 || lowest === null || highest === null ? null : highest - lowest, missing };
}

function compareVerdicts(attempts: readonly Attempt[], results: readonly (readonly AttemptResult[])[], withinMs: readonly Ms[]): UnsteadyAttempt[] {
  const byId = results.map((point) => new Map(point.map((result) => [result.attempt.id, result])));
  return [...attempts]
    .sort((a, b) => a.index - b.index)
    .map((attempt) => {
      const verdicts = byId.map((point) => point.get(attempt.id) ?? null);
      const latencies = known(verdicts).map(yieldLatencyMs);
      const limitsMs = attempt.intent === 'interruption' ? withinMs.filter((limitMs) => new Set(latencies.map((ms) => ms <= limitMs)).size > 1) : [];
      return { attempt, outcomes: verdicts.map((verdict) => verdict?.outcome ?? null), stopLatencyMs: verdicts.map((verdict) => verdict?.stopLatencyMs ?? null), limitsMs };
    })
    .filter(({ outcomes, limitsMs }) => new Set(outcomes).size > 1 || limitsMs.length > 0);
}
