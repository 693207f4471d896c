import type { AgentOptions, Ms } from '../types.js';
import type { Budget, Demands } from './budget.js';
import type { HoldFigure, PercentileFigure, RateFigure } from './figures.js';
import type { PairedDifference } from './comparison.js';

/** A figure of one point, and how far it is from the reference point over the attempts that are valid at both; null at the reference itself. */
export interface Compared<Figure> {
  readonly figure: Figure;
  readonly difference: PairedDifference | null;
}

export interface SweepLimit {
  readonly limitMs: Ms;
  readonly interrupt: Compared<RateFigure>;
  readonly quiet: Compared<RateFigure>;
}

/** What a sweep tells holds apart by. */
export type HoldName = 'backchannel' | 'noise' | 'both';

/** Everything a sweep says of one setting. */
export interface SweepPoint {
  /** The values of the swept parameters. */
  readonly params: AgentOptions;
  readonly nValid: number;
  readonly nInterruptions: number;
  readonly limits: readonly SweepLimit[];
  /** Of the stop latency, as in a run's summary. */
  readonly percentiles: readonly Compared<PercentileFigure>[];
  /**
   * Median delay from the onset to the agent's own VAD event over all valid interruptions; those without one rank last, since a
   * setting must not look faster for what it never heard. null where the agent reports none at any point.
   */
  readonly detect: Compared<PercentileFigure> | null;
  /** Valid interruptions with such an event. */
  readonly nDetected: number;
  readonly falseYields: Readonly<Record<HoldName, Compared<HoldFigure>>>;
  readonly controlYield: HoldFigure;
  /** No other point is at least as good in rate and false yields and better in one. */
  readonly nonDominated: boolean;
}

/** What the settings at the two ends of the trade are apart. */
export interface StrictnessPrice {
  /** Points, from 0: the fewest false yields, and the lowest p50. */
  readonly strictest: number;
  readonly fastest: number;
  /** p50 of the strictest minus p50 of the fastest; its difference is null where either falls among the misses. null: they are the same point. */
  readonly p50: PairedDifference | null;
}

export interface SweepOptions extends Demands {
  readonly withinMs: readonly Ms[];
  /** The latency limit at which settings are traded against false yields: one of `withinMs`. */
  readonly objectiveMs: Ms;
  /** The point that the others are held against, from 0. */
  readonly reference: number;
}

/** Everything a sweep says. Plain, serialisable: no Infinity, no NaN. */
export interface SweepFigures {
  readonly withinMs: readonly Ms[];
  readonly objectiveMs: Ms;
  readonly reference: number;
  readonly points: readonly SweepPoint[];
  readonly budget: Budget;
  /** null where a point has no false yield rate or none has a p50. */
  readonly price: StrictnessPrice | null;
  /** Points whose rate within the objective's limit is not told apart from the best one's: of those that meet the same demands. */
  readonly likeBest: readonly number[];
}
