import type { InvalidReason, Ms } from '../types.js';

/** A share of attempts with its 95 % interval. All null where `n` is 0: nothing was measured, which is not 0 %. */
export interface RateFigure {
  readonly n: number;
  readonly count: number;
  readonly rate: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** How many independent attempts `n` is worth; null where `n` is 0. */
  readonly effective: number | null;
}

/** How many interruptions the agent yielded to within one latency limit. */
export interface LimitFigure {
  readonly limitMs: Ms;
  /** Went quiet in time and stayed quiet. */
  readonly interrupt: RateFigure;
  /** Went quiet in time, whatever came later. */
  readonly quiet: RateFigure;
  /** Latencies too near the limit to say on which side they are. */
  readonly borderline: number;
  /** The interrupt rate if every borderline attempt were on the far side, or on the near; null without attempts. */
  readonly lowest: number | null;
  readonly highest: number | null;
  /** The interrupt rate without attempts whose response ended by itself before the limit; null where there are none such. */
  readonly withoutNaturalEnds: number | null;
}

/** Why an end of an interval, or the value itself, is missing. */
export type MissingBound = 'no-attempts' | 'too-few' | 'among-misses';

/** A percentile of the stop latency over all valid interruptions, misses ranking as infinitely late. */
export interface PercentileFigure {
  /** 0.5, 0.95 or 0.99. */
  readonly p: number;
  readonly valueMs: Ms | null;
  readonly loMs: Ms | null;
  readonly hiMs: Ms | null;
  /** The percentile falls among the misses: it is more than this, the shortest time one of them was observed. */
  readonly moreThanMs: Ms | null;
  /** Valid interruptions, and how many independent ones they are worth here; null without any. */
  readonly n: number;
  readonly effective: number | null;
  readonly missing: { readonly value: MissingBound | null; readonly lo: MissingBound | null; readonly hi: MissingBound | null };
}

/** Median of one part of the latency, over the valid interruptions for which it is known. */
export interface MedianFigure {
  readonly n: number;
  readonly medianMs: Ms | null;
}

/** Valid attempts in which the agent should have gone on speaking, and did not. */
export interface HoldFigure extends RateFigure {
  /** Of `count`: those in which the response went on after the pause. */
  readonly recovered: number;
}

export interface GroupFigures {
  readonly group: GroupName;
  /** Which one of its kind; null for `all`. */
  readonly value: string | null;
  /** Intents among its attempts, in the order of the type. */
  readonly intents: readonly string[];
  readonly n: number;
  readonly nValid: number;
  readonly nInvalidHarness: number;
  readonly nInvalidAgent: number;
  readonly nErrored: number;
  /** Outcomes of valid attempts, whatever their intent. */
  readonly nYielded: number;
  readonly nResumed: number;
  readonly nTalkedThrough: number;
  readonly nHeld: number;
  /** Valid interruptions: the base of every rate and percentile of the latency. */
  readonly nInterruptions: number;
  readonly limits: readonly LimitFigure[];
  readonly percentiles: readonly PercentileFigure[];
  /** False yields: on backchannels and noise. */
  readonly falseYield: HoldFigure;
  /** Yields without any user audio: with a reference, the measurement's own false alarms. */
  readonly controlYield: HoldFigure;
  readonly wireStop: MedianFigure;
  readonly detect: MedianFigure;
  readonly cancel: MedianFigure;
  /** Heard stop minus the agent's own cancel: how much later the caller hears it than the agent believes. */
  readonly heardAfterCancel: MedianFigure;
  /** Share of synthetic user clips among the valid interruptions; null without any. */
  readonly syntheticShare: number | null;
  readonly userClips: number;
  readonly agentClips: number;
  /** How the intervals of the interruption figures were made. */
  readonly intervalMethod: 'clustered' | 'independent';
}

export type GroupName = 'all' | 'intent' | 'persona' | 'condition' | 'agent_clip' | 'user_clip_kind' | 'offset_band';

/** One step of the latency curve: the share of valid interruptions that had yielded by `latencyMs`, with its band. */
export interface CurvePoint {
  readonly latencyMs: Ms;
  readonly share: number;
  readonly lo: number;
  readonly hi: number;
}

export interface LatencyCurve {
  readonly points: readonly CurvePoint[];
  /** Valid interruptions. */
  readonly n: number;
  /** The part of the curve that never arrives: talked through or resumed. */
  readonly misses: number;
  /** Half the width of the band; null without attempts. */
  readonly bandHalfWidth: number | null;
}

/** The energy detector against the reference-aware one, on attempts that both judged. */
export interface DetectorAgreement {
  readonly compared: number;
  /** Reference-aware minus energy. */
  readonly medianMs: Ms | null;
  readonly medianAbsoluteDeviationMs: Ms | null;
  /** One saw a stop and the other did not, or they lie further apart than 10 ms. */
  readonly disagreements: number;
}

/**
 * A part of the stop latency: `detect` from the onset to the agent's VAD, `decide` on to its cancel or flush, `flush` on to the client being told,
 * `drain` on to the heard stop. Two parts that cannot be told apart are one.
 */
export type LatencyPart = 'detect' | 'decide' | 'detect-and-decide' | 'flush' | 'drain' | 'flush-and-drain';

export interface PartFigure {
  readonly part: LatencyPart;
  readonly meanMs: Ms;
  /** Of the mean latency of the same attempts; 0 to 1. */
  readonly share: number;
}

/** What a percentile of the stop latency is made of: means over the attempts nearest to it, since a percentile of a sum is no sum of percentiles. */
export interface PercentileParts {
  /** 0.5 or 0.95. */
  readonly p: number;
  /** The percentile itself, as in the figures of the latency; of the yields alone where that one falls among the misses. null without yields. */
  readonly valueMs: Ms | null;
  readonly ofYieldsAlone: boolean;
  /** How many attempts the means are over, and how many of these are known from the agent's own trace. */
  readonly n: number;
  readonly fromTrace: number;
  /** Mean stop latency of these attempts: the sum of the parts; null where there are none. */
  readonly meanMs: Ms | null;
  /** In the order of time; empty where there are no attempts. */
  readonly parts: readonly PartFigure[];
  /** The part with the largest share. */
  readonly largest: LatencyPart | null;
}

/** Where the stop latency of the interruptions that were yielded to went. */
export interface Decomposition {
  /** p50 and p95. */
  readonly percentiles: readonly PercentileParts[];
  /** Valid interruptions that were yielded to: those that can be decomposed, and why the others cannot. */
  readonly yields: number;
  readonly decomposed: number;
  /** Neither the agent's trace nor its events say when it noticed and when it acted. */
  readonly withoutParts: number;
  /** It acted before it noticed, noticed before the onset, or acted after the stop: beliefs that cannot be. */
  readonly outOfOrder: number;
}

/** Everything the results of a run say. Plain, serialisable: no Infinity, no NaN. */
export interface Summary {
  readonly withinMs: readonly Ms[];
  readonly errorBarMs: Ms | null;
  /** First `all`; then by intent, persona, condition, agent clip, kind of user clip, offset band. */
  readonly groups: readonly GroupFigures[];
  readonly curve: LatencyCurve;
  readonly decomposition: Decomposition;
  readonly invalidReasons: readonly { readonly reason: InvalidReason; readonly count: number }[];
  /** Why attempts errored, the commonest first, at most five reasons. */
  readonly errors: readonly { readonly error: string; readonly count: number }[];
  readonly referenceLost: number;
  /** Audio per time at the median of the `n` attempts in which it came evenly; null where there is none. */
  readonly arrivalPace: { readonly n: number; readonly median: number } | null;
  readonly detectors: DetectorAgreement;
  /** How the intervals were made, from how many clips: a sentence or two. */
  readonly method: string;
}
