import { join } from 'node:path';
import { packageVersion } from '../environment.js';
import { BargeinError } from '../errors.js';
import type { Summary } from '../measure/figures.js';
import { summarize } from '../measure/summarize.js';
import { attemptsCsv } from '../report/attempts-csv.js';
import { claimFolder, resultFiles, writeResult } from '../report/folder.js';
import type { SavedRun } from '../report/results.js';
import { runJson } from '../report/run-json.js';
import { summaryCsv } from '../report/summary-csv.js';
import type { AttemptResult, RunConfig, RunInfo } from '../types.js';
import { judgeRun, saveBaseline } from './judge.js';
import type { RunVerdict, Standards } from './judge.js';
import { mergeAgentSpans, mergeAudio, mergeJournals } from './merge-files.js';
import { mergedInfo, worstErrorBarMs } from './merge-info.js';
import { publishReports } from './publish.js';
import { gatherShards } from './shard-set.js';
import { gatherSavedTimelines } from './timelines.js';
import type { ShardSet } from './shard-set.js';

/** Shards of a run as the whole that they were cut from. */
export interface MergedRun {
  readonly shards: ShardSet['shards'];
  readonly info: RunInfo;
  readonly summary: Summary;
  /** In the order of the plan. */
  readonly results: readonly AttemptResult[];
  /** What is not there, one line each; empty unless that was allowed. */
  readonly missing: readonly string[];
}

/** Where a merged run goes, and what it is held to. */
export type MergeConfig = Pick<RunConfig, 'outputDir' | 'existing' | 'corpusDir' | 'gateOn' | 'failOnRegression' | 'saveBaseline' | 'reports'>;

/**
 * Joins the shards of a run. Figures are made anew from all verdicts; on the virtual clock they equal those of the run that was not cut.
 *
 * @param allowPartial whether shards or attempts may be missing
 * @throws BargeinError for results that do not belong together, that overlap or that leave gaps, and for those of another version: the
 * figures are made by this one
 */
export function mergeShards(runs: readonly SavedRun[], { allowPartial }: { readonly allowPartial: boolean }): MergedRun {
  const { shards, results, planned, missing } = gatherShards(runs);
  const [{ info: first, folder }] = shards;
  if (first.version !== packageVersion()) {
    throw new BargeinError(`${folder} was measured by version ${first.version}, and this is ${packageVersion()}`, 'merge with the version that ran the shards');
  }
  if (missing.length > 0 && !allowPartial) {
    throw new BargeinError(`${planned - results.length} of ${planned} attempts are missing: ${missing.join('; ')}`, 'name every shard, finish one with `--resume`, or give --allow-partial');
  }
  const summary = summarize(results, { withinMs: first.withinMs, errorBarMs: worstErrorBarMs(shards) });
  return { shards, results, summary, missing, info: mergedInfo(shards, summary, { missing, unfinished: planned - results.length }) };
}

export interface MergeOutcome {
  readonly verdict: RunVerdict;
  /** Reports that are for standard output. */
  readonly printed: string;
  /** Why there is no journal to go on with; null where there is one. */
  readonly withoutJournal: string | null;
}

/**
 * Holds a merged run to its standards, then claims the folder and writes what a run writes, run.json last of its own files.
 * @throws BargeinError for a baseline of other attempts, and for files that cannot be read or written
 */
export async function finishMerge({ shards, info, summary, results }: MergedRun, standards: Standards, config: MergeConfig): Promise<MergeOutcome> {
  const judged = judgeRun(standards, { info, summary, results }, config);
  const path = (name: string) => join(config.outputDir, name);
  claimFolder(config.outputDir, config.existing);
  const withoutJournal = mergeJournals(shards, path(resultFiles.journal), info);
  mergeAudio(shards, path(resultFiles.audio));
  mergeAgentSpans(shards, path(resultFiles.agentSpans));
  writeResult(path(resultFiles.attempts), attemptsCsv(info, results));
  writeResult(path(resultFiles.summary), summaryCsv(info, summary));
  writeResult(path(resultFiles.run), runJson(info));
  const sketch = () => gatherSavedTimelines(info, config.outputDir, results, config.corpusDir);
  const printed = await publishReports({ config }, { info, summary, results, baseResults: standards.baseline?.results, ...judged }, sketch);
  return { verdict: { ...judged, baseline: saveBaseline(config, info, judged.failures) }, printed, withoutJournal };
}
