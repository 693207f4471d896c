import { median, medianAbsoluteDeviation } from 'simple-statistics';
import type { AttemptResult, InvalidReason, Ms, Outcome } from '../types.js';
import { latencyCurve } from './curve.js';
import { decompose } from './decompose.js';
import { faultSide } from './faults.js';
import type { DetectorAgreement, GroupFigures, GroupName, MedianFigure, PercentileFigure, Summary } from './figures.js';
import { byOrder, groupResults, intentOrder } from './groups.js';
import type { Group } from './groups.js';
import { describeMethod } from './method.js';
import { percentileFigure, reportedPercentiles } from './percentile.js';
import { clustersOf, holdFigure, limitFigure } from './rates.js';
import { isValid, known, validInterruptions } from './selections.js';

export interface SummaryOptions {
  /** The latency limits, ms. */
  readonly withinMs: readonly Ms[];
  /** p95 of the absolute error of the measurement; null where it is not known. */
  readonly errorBarMs: Ms | null;
  /** Kinds of groups that say nothing of these results; left out: none. */
  readonly leftOut?: readonly GroupName[];
}

/** Detectors that lie further apart than this disagree, ms. */
const detectorToleranceMs = 10;

/**
 * The figures of a run (docs/measurement.md section 7). Pure, and independent of the order of the results. Every rate and
 * percentile of the latency is over all valid interruptions, so that no limit changes the figures of another.
 */
export function summarize(results: readonly AttemptResult[], options: SummaryOptions): Summary {
  const interruptions = validInterruptions(results);
  const clusters = clustersOf(interruptions);
  return {
    withinMs: options.withinMs,
    errorBarMs: options.errorBarMs,
    groups: groupResults(results, options.leftOut).map((group) => figuresOf(group, options)),
    curve: latencyCurve(interruptions, clusters, options.withinMs),
    decomposition: decompose(interruptions),
    invalidReasons: countReasons(results),
    errors: countErrors(results),
    referenceLost: results.filter(({ referenceLost }) => referenceLost).length,
    arrivalPace: paceOf(results),
    detectors: compareDetectors(results),
    method: describeMethod(clusters, interruptions.length),
  };
}

function figuresOf({ group, value, results }: Group, { withinMs, errorBarMs }: SummaryOptions): GroupFigures {
  const valid = results.filter(isValid);
  const interruptions = validInterruptions(results);
  const clusters = clustersOf(interruptions);
  // Groups of holds have intervals too, by their own clips.
  const reported = interruptions.length > 0 ? clusters : clustersOf(valid);
  const count = (outcome: Outcome) => results.filter((result) => result.outcome === outcome).length;
  const invalid = (side: 'harness' | 'agent') =>
    results.filter(({ outcome, invalidReason }) => outcome === 'invalid' && (invalidReason === null ? 'harness' : faultSide(invalidReason)) === side).length;
  const synthetic = interruptions.filter(({ attempt }) => attempt.userClipKind === 'synthetic').length;
  const voicesAreKnown = interruptions.some(({ attempt }) => attempt.userClipKind !== null);
  return {
    group,
    value,
    intents: [...new Set(results.map(({ attempt }) => attempt.intent))].sort(byOrder(intentOrder)),
    n: results.length,
    nValid: valid.length,
    nInvalidHarness: invalid('harness'),
    nInvalidAgent: invalid('agent'),
    nErrored: count('errored'),
    nYielded: count('yielded'),
    nResumed: count('resumed'),
    nTalkedThrough: count('talked-through'),
    nHeld: count('held'),
    nInterruptions: interruptions.length,
    limits: withinMs.map((limitMs) => limitFigure(interruptions, clusters, limitMs, errorBarMs)),
    percentiles: inOrder(reportedPercentiles.map((p) => percentileFigure(interruptions, clusters, p))),
    falseYield: holdFigure(results.filter(({ attempt }) => attempt.intent === 'backchannel' || attempt.intent === 'noise')),
    controlYield: holdFigure(results.filter(({ attempt }) => attempt.intent === 'control')),
    wireStop: medianFigure(interruptions.map(({ wireStopLatencyMs }) => wireStopLatencyMs)),
    detect: medianFigure(interruptions.map(({ detectMs }) => detectMs)),
    cancel: medianFigure(interruptions.map(({ cancelMs }) => cancelMs)),
    heardAfterCancel: medianFigure(
      interruptions.map(({ stopLatencyMs, cancelMs }) => (stopLatencyMs === null || cancelMs === null ? null : stopLatencyMs - cancelMs)),
    ),
    syntheticShare: voicesAreKnown ? synthetic / interruptions.length : null,
    userClips: reported.userClips,
    agentClips: reported.agentClips,
    intervalMethod: reported.distinct ? 'independent' : 'clustered',
  };
}

/** A bound of a percentile holds for the higher ones too: effective sizes differ, and must not make bounds cross. */
function inOrder(percentiles: readonly PercentileFigure[]): PercentileFigure[] {
  let leastMs = -Infinity;
  return percentiles.map((figure) => {
    if (figure.loMs === null) return figure;
    leastMs = Math.max(leastMs, figure.loMs);
    return { ...figure, loMs: leastMs };
  });
}

function medianFigure(values: readonly (Ms | null)[]): MedianFigure {
  const there = known(values);
  return { n: there.length, medianMs: there.length === 0 ? null : median(there) };
}

function countReasons(results: readonly AttemptResult[]): { reason: InvalidReason; count: number }[] {
  const reasons = known(results.map(({ outcome, invalidReason }) => (outcome === 'invalid' ? invalidReason : null)));
  return [...new Set(reasons)].sort(byOrder([])).map((reason) => ({ reason, count: reasons.filter((other) => other === reason).length }));
}

function paceOf(results: readonly AttemptResult[]): Summary['arrivalPace'] {
  const paces = known(results.map(({ arrivalPace }) => arrivalPace));
  return paces.length === 0 ? null : { n: paces.length, median: median(paces) };
}

/** More reasons than these are read in attempts.csv. */
const mostErrors = 5;

function countErrors(results: readonly AttemptResult[]): Summary['errors'] {
  const counts = new Map<string, number>();
  for (const error of known(results.map((result) => (result.outcome === 'errored' ? result.error : null)))) counts.set(error, (counts.get(error) ?? 0) + 1);
  const all = [...counts].map(([error, count]) => ({ error, count }));
  return all.sort((a, b) => b.count - a.count || (a.error < b.error ? -1 : 1)).slice(0, mostErrors);
}

/** Stops as the energy detector and the reference-aware one see them, on valid attempts that the latter judged. */
function compareDetectors(results: readonly AttemptResult[]): DetectorAgreement {
  const judged = results.filter((result) => isValid(result) && result.detector === 'reference-aware');
  const differences = known(
    judged.map(({ stopLatencyLoMs, energyStopLatencyMs }) =>
      stopLatencyLoMs === null || energyStopLatencyMs === null ? null : stopLatencyLoMs - energyStopLatencyMs,
    ),
  );
  const oneOnly = judged.filter(({ stopLatencyMs, energyStopLatencyMs }) => (stopLatencyMs === null) !== (energyStopLatencyMs === null)).length;
  return {
    compared: judged.length,
    medianMs: differences.length === 0 ? null : median(differences),
    medianAbsoluteDeviationMs: differences.length === 0 ? null : medianAbsoluteDeviation(differences),
    disagreements: oneOnly + differences.filter((difference) => Math.abs(difference) > detectorToleranceMs).length,
  };
}
