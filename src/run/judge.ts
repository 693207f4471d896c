import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileFault } from '../errors.js';
import type { ComparedSettings } from '../measure/comparable.js';
import { compareRuns, refuseUnlike } from '../measure/compare.js';
import type { Comparison } from '../measure/comparison.js';
import type { Summary } from '../measure/figures.js';
import { judgeGates, parseGate } from '../measure/gates.js';
import type { Gate, GateResult } from '../measure/gates.js';
import { baselineFolder, makeFolder, resultFiles } from '../report/folder.js';
import { loadResults } from '../report/results.js';
import type { SavedRun } from '../report/results.js';
import type { AttemptResult, RunConfig, RunInfo } from '../types.js';

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
  readonly baseline: { readonly saved: string } | { readonly refused: string } | null;
}

/**
 * Reads what a run is held to. A shard is held to nothing: its few attempts are no sample of their own, and the merged run is judged.
 * @param settings what of the run is known before it is measured
 * @throws BargeinError for a gate that says nothing, and a baseline that is not there or is of other attempts
 */
export function readStandards({ gates, baseline, withinMs, shard }: Pick<RunConfig, 'gates' | 'baseline' | 'withinMs' | 'shard'>, settings: ComparedSettings): Standards {
  const standards = { gates: gates.map((text) => parseGate(text, withinMs)), baseline: baseline === null ? null : loadResults(baselineFolder(baseline)) };
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
  const regressed = config.failOnRegression && comparison ? comparison.lines.filter(({ verdict }) => verdict === 'regressed') : [];
  return {
    gates: judged,
    comparison,
    failures: [
      ...judged.filter(({ passed }) => !passed).map(({ gate, reason }) => `gate ${gate.text}: ${reason}`),
      ...regressed.map(({ metric }) => `${metric} regressed against ${comparison?.base.label ?? 'the baseline'}`),
    ],
  };
}

/** What a baseline consists of: small files that git may keep. */
const baselineFiles = [resultFiles.run, resultFiles.attempts, resultFiles.summary] as const;

/**
 * Keeps the results as a baseline of this name, in the place of an older one. A run that fails, that cannot be trusted or is not whole
 * is no standard to hold others to.
 */
export function saveBaseline({ saveBaseline: name, outputDir: folder }: Pick<RunConfig, 'saveBaseline' | 'outputDir'>, { untrusted, unfinished }: RunInfo, failures: readonly string[]): RunVerdict['baseline'] {
  if (name === null) return null;
  const why = untrusted.length > 0 ? 'the run cannot be trusted' : unfinished > 0 ? `${unfinished} attempts were not measured` : failures.length > 0 ? 'the run failed' : null;
  if (why !== null) return { refused: why };
  const target = baselineFolder(name);
  const partial = `${target}.partial`;
  try {
    rmSync(partial, { recursive: true, force: true });
    makeFolder(partial);
    for (const file of baselineFiles) copyFileSync(join(folder, file), join(partial, file));
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
  } catch (thrown) {
    rmSync(partial, { recursive: true, force: true });
    throw fileFault(thrown, target, 'give yourself the right to write there, or leave out --save-baseline');
  }
  return { saved: target };
}
