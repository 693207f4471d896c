import type { ComparedSettings } from '../measure/comparable.js';
import { compareRuns, refuseUnlike } from '../measure/compare.js';
import type { Comparison } from '../measure/comparison.js';
import type { Summary } from '../measure/figures.js';
import { judgeGates, parseGate, refuseUnanswerable } from '../measure/gates.js';
import type { Gate, GateResult, PlannedAttempt } from '../measure/gates.js';
import { planAttempts } from '../replay/plan.js';
import { baselineFolder } from '../report/folder.js';
import { loadResults } from '../report/results.js';
import type { SavedRun } from '../report/results.js';
import type { Attempt, AttemptResult, RunConfig, RunInfo } from '../types.js';
import type { SavedBaseline } from './baseline.js';
import type { PreparedRun } from './prepare.js';
import { settingsOf } from './publish.js';

export { saveBaseline } from './baseline.js';

/** What a run is held to: read and checked before anything is measured. */
export interface Standards {
  readonly gates: readonly Gate[];
  readonly baseline: SavedRun | null;
}

/** What a run was found to be. */
export interface RunVerdict {
  readonly gates: readonly GateResult[];
  readonly comparison: Comparison | null;
  /** Why the run fails, one line each; empty where it passes. */
  readonly failures: readonly string[];
  /** Where the results were kept as a baseline, or why they were not; null where that was not asked for. */
  readonly baseline: SavedBaseline | null;
}

/** Reads what a run is held to before it is measured; of a shard, what the whole is going to be held to. @throws as `readStandards` */
export async function standardsOf(run: PreparedRun): Promise<Standards> {
  return readStandards(run.config, settingsOf(run), await wholeRun(run));
}

/** The attempts of all shards. */
async function wholeRun({ config, corpus, plan }: PreparedRun): Promise<readonly Attempt[]> {
  return config.shard === null ? plan.attempts : (await planAttempts({ ...config, corpus, shard: null })).attempts;
}

/**
 * Reads what a run is held to. A shard is held to nothing: its few attempts are no sample of their own, and the merged run is judged.
 * @param settings what of the run is known before it is measured
 * @param attempts those of the whole run, also where it is a shard; null where not all of them are known
 * @throws BargeinError for a gate that says nothing or that these attempts cannot answer, and a baseline that is not there or is of other
 * attempts
 */
export function readStandards(
  { gates, baseline, withinMs, shard }: Pick<RunConfig, 'gates' | 'baseline' | 'withinMs' | 'shard'>,
  settings: ComparedSettings,
  attempts: readonly PlannedAttempt[] | null,
): Standards {
  const parsed = gates.map((text) => parseGate(text, withinMs));
  if (attempts) refuseUnanswerable(parsed, attempts);
  const standards = { gates: parsed, baseline: baseline === null ? null : loadResults(baselineFolder(baseline)) };
  if (standards.baseline) refuseUnlike(standards.baseline.info, settings);
  return shard === null ? standards : { gates: [], baseline: null };
}

export interface Judged {
  readonly info: RunInfo;
  readonly summary: Summary;
  readonly results: readonly AttemptResult[];
}

/**
 * Holds a run to its gates and its baseline.
 * @throws BargeinError where the baseline is of other attempts, or was judged otherwise
 */
export function judgeRun({ gates, baseline }: Standards, { info, summary, results }: Judged, config: Pick<RunConfig, 'gateOn' | 'failOnRegression'>): Omit<RunVerdict, 'baseline'> {
  const judged = judgeGates(gates, summary, config.gateOn);
  const comparison = baseline && compareRuns(baseline, { info, results });
  return { gates: judged, comparison, failures: failuresOf(judged, comparison, config.failOnRegression) };
}

/** Why a run fails, one line each: gates, and where that is asked for what has regressed. */
export function failuresOf(gates: readonly GateResult[], comparison: Comparison | null, failOnRegression: boolean): string[] {
  const regressed = failOnRegression && comparison ? comparison.lines.filter(({ verdict }) => verdict === 'regressed') : [];
  return [
    ...gates.filter(({ passed }) => !passed).map(({ gate, reason }) => `gate ${gate.text}: ${reason}`),
    ...regressed.map(({ metric }) => `${metric} regressed against ${comparison?.base.label ?? 'the baseline'}`),
  ];
}
