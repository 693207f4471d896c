import { BargeinError } from '../errors.js';
import type { AttemptResult } from '../types.js';
import { isOfSpans, runDifferences } from './comparable.js';
import type { ComparedInfo, ComparedSettings } from './comparable.js';
import { compareLines } from './comparison-lines.js';
import type { Margins } from './comparison-lines.js';
import type { ComparedRun, Comparison } from './comparison.js';
import { findFlips } from './flips.js';
import { isValidPair, pairResults } from './pairing.js';
import type { Pairing } from './pairing.js';
import { clustersOf } from './rates.js';
import { isValid } from './selections.js';

/** One of the two runs: all about it, and its verdicts in any order. */
export interface RunSide {
  readonly info: ComparedInfo;
  readonly results: readonly AttemptResult[];
}

export interface CompareOptions {
  /** Go on where the runs differ in more than the build; those judged by different detectors are refused all the same. */
  readonly allowMismatch: boolean;
  readonly margins: Margins;
}

/** 5 points of a rate, 20 ms of a percentile. */
export const defaultMargins: Margins = { rate: 0.05, ms: 20 };

/**
 * Two runs of the same attempts against each other, attempt by attempt (docs/statistics.md). Pure, and equal for equal results.
 * @throws BargeinError for runs judged by different detectors, for runs that differ in more than the build (unless that is
 * allowed), and where they have no attempt in common
 */
export function compareRuns(base: RunSide, head: RunSide, { allowMismatch = false, margins = defaultMargins }: Partial<CompareOptions> = {}): Comparison {
  const { incomparable, mismatches: differences } = runDifferences(base.info, head.info);
  const pairing = pairResults(base.results, head.results);
  const mismatches = [...differences, ...conflictsOf(pairing)];
  refuseIncomparable([...incomparable, ...detectorsOf(pairing)]);
  if (!allowMismatch) refuseMismatches(mismatches);
  const { pairs } = pairing;
  if (pairs.length === 0) throw noPairs(base.info, head.info);
  const withinMs = base.info.withinMs.filter((limitMs) => head.info.withinMs.includes(limitMs));
  const valid = pairs.filter(isValidPair);
  return {
    base: nameOf(base),
    head: nameOf(head),
    pairs: pairs.length,
    validPairs: valid.length,
    unpaired: pairing.baseOnly + pairing.headOnly + 2 * pairing.conflicts.length,
    lines: compareLines(pairs, withinMs, margins, (base.info.errorBarMs ?? 0) + (head.info.errorBarMs ?? 0)),
    flips: findFlips(pairs, withinMs),
    mismatches,
    warnings: warningsOf(base.info, head.info, pairing),
    method: describeComparison(valid.map((pair) => pair.base), margins),
  };
}

/**
 * Whether a run with these settings could be compared with the base: before it is measured.
 * @throws BargeinError as `compareRuns`
 */
export function refuseUnlike(base: ComparedSettings, head: ComparedSettings): void {
  const { incomparable, mismatches } = runDifferences(base, head);
  refuseIncomparable(incomparable);
  refuseMismatches(mismatches);
}

function noPairs(base: ComparedInfo, head: ComparedInfo): BargeinError {
  if (base.source === 'replay' && head.source === 'replay') return new BargeinError('the runs have no attempt in common', 'compare runs of the same draw');
  return new BargeinError(
    'the traces share no turn id: a comparison goes by pairs, and barge-ins of other calls are no pairs',
    "set the same gates on each (`bargein trace --gate 'p95 <= 250'`), or replay the calls of both builds under the same turn ids",
  );
}

function refuseMismatches(mismatches: readonly string[]): void {
  if (mismatches.length === 0) return;
  throw new BargeinError(`the runs differ in more than the build: ${mismatches.join('; ')}`, 'measure both in the same way, or look at them with `bargein compare --allow-mismatch`');
}

function nameOf({ info: { runId, label, agent } }: RunSide): ComparedRun {
  return { runId, label, agent };
}

function refuseIncomparable(reasons: readonly string[]): void {
  if (reasons.length === 0) return;
  throw new BargeinError(`the runs were judged by different detectors: ${reasons.join('; ')}`, 'measure both with the same --detector and --detector-option');
}

function detectorsOf({ otherDetector, pairs }: Pairing): string[] {
  const [id] = otherDetector;
  const pair = pairs.find(({ base }) => base.attempt.id === id);
  return pair ? [`${otherDetector.length} attempts, e.g. ${id}: ${pair.base.detector} in the base, ${pair.head.detector} in the head`] : [];
}

function conflictsOf({ conflicts }: Pairing): string[] {
  return conflicts.length === 0 ? [] : [`${conflicts.length} attempts have one id and are not the same, e.g. ${conflicts[0]}`];
}

function warningsOf(base: ComparedInfo, head: ComparedInfo, { pairs, baseOnly, headOnly }: Pairing): string[] {
  const untrusted = ([['base', base], ['head', head]] as const).flatMap(([name, { untrusted: reasons }]) =>
    reasons.length === 0 ? [] : [`the ${name} cannot be trusted: ${reasons.join('; ')}`],
  );
  const [baseValid, headValid] = [pairs.filter((pair) => isValid(pair.base) && !isValid(pair.head)), pairs.filter((pair) => !isValid(pair.base) && isValid(pair.head))];
  const fallback = pairs.filter((pair) => isValidPair(pair) && pair.base.detector !== pair.head.detector && !isOfSpans(pair.base) && !isOfSpans(pair.head));
  const parts = ([['base', base], ['head', head]] as const).flatMap(([name, { shard, unfinished }]) => [
    ...(shard === null ? [] : [`the ${name} is shard ${shard.index} of ${shard.of}: compare merged runs`]),
    ...(unfinished === 0 ? [] : [`${unfinished} attempts of the ${name} were not measured`]),
  ]);
  return [
    ...untrusted,
    ...parts,
    ...(base.runId === head.runId ? ['base and head are the same run'] : []),
    ...(baseOnly + headOnly === 0 ? [] : [`only the attempts that both runs have are compared: ${baseOnly} are in the base alone, ${headOnly} in the head alone`]),
    ...(baseValid.length + headValid.length === 0
      ? []
      : [`attempts that are invalid or failed in one run are left out: ${baseValid.length} were valid in the base alone, ${headValid.length} in the head alone`]),
    ...(fallback.length === 0 ? [] : [`in ${fallback.length} pairs the reference was lost in one run, and the energy detector judged that one`]),
    ...(base.version === head.version ? [] : [`measured by different versions: ${base.version} and ${head.version}`]),
    ...(base.seed === head.seed ? [] : [`the seeds differ (${base.seed} and ${head.seed}): the same attempts, another chance`]),
  ];
}

/** How the tests were made, for readers of the comparison. */
function describeComparison(valid: readonly AttemptResult[], margins: Margins): string {
  const { distinct, userClips, agentClips } = clustersOf(valid);
  // A trace has no clips: its rows are clustered by call.
  const traced = valid.length > 0 && valid.every(({ detector }) => detector === 'spans');
  const [by, over] = traced ? ['call', `calls (${agentClips})`] : ['user clip and agent clip', `clips (${userClips} user clips, ${agentClips} agent clips)`];
  const rates = distinct ? "McNemar's exact test and Tango's interval" : `McNemar with its variance clustered by ${by}`;
  return (
    `Attempt by attempt: rates by ${rates}, percentiles by a bootstrap over ${over}; ` +
    `p after Holm's correction over all lines, 5 % together. Within noise: the 95 % interval excludes a change of ${Number((100 * margins.rate).toFixed(3))} points ` +
    `or ${margins.ms} ms. The smallest change these attempts show is that of a power of 90 %.`
  );
}
