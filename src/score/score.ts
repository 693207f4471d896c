import type { DetectorOptions } from '../detect/index.js';
import { energyHangoverMs } from '../detect/index.js';
import { packageVersion } from '../environment.js';
import { summarize } from '../measure/summarize.js';
import type { LabelUse, ScoredFile, ScoredOnset, ScoreReport } from '../report/score-report.js';
import type { Ms } from '../types.js';
import { analyse } from './analysis.js';
import type { Analysis } from './analysis.js';
import { callNames } from './call-names.js';
import { openCall } from './call.js';
import type { Call, Channel } from './call.js';
import { chanceFloor, judgeUndisturbed } from './chance.js';
import { describeFile } from './describe.js';
import { judgeOnset } from './judge.js';
import type { Judgement } from './judge.js';
import { labelsByFile } from './labels.js';
import type { Label } from './labels.js';
import { findCandidates } from './onsets.js';
import type { OnsetFrom } from './onsets.js';
import { toScoredOnset } from './scored-onset.js';
import { undisturbedPauses } from './turns.js';
import { warnAbout } from './warnings.js';

export interface ScoreConfig {
  readonly files: readonly string[];
  readonly callerChannel: Channel;
  /** null: there are none. */
  readonly labels: readonly Label[] | null;
  readonly withinMs: readonly Ms[];
  readonly detectorOptions: DetectorOptions;
  /** Labels made by ear or from the recorder's own log may know the onset better than it can be found. */
  readonly onsetFrom?: OnsetFrom;
}

export interface ScoreHooks {
  readonly signal: AbortSignal;
  /** Called with each recording that is over, in either of the two passes. */
  progress(done: number, total: number): void;
}

/** A pause of up to this long is one; longer silences lie between turns, ms. The bound of the hangover (docs/measurement.md section 5). */
const longestPauseMs = 1500;

/**
 * Scores recorded calls of one agent: every place where the caller starts to speak while the agent speaks, and every labelled place.
 * The first pass listens to all calls for the agent's levels and pauses, the second judges.
 * @throws BargeinError for recordings that cannot be used
 */
export async function scoreCalls(config: ScoreConfig, { signal, progress }: ScoreHooks): Promise<ScoreReport> {
  const { files, detectorOptions, withinMs } = config;
  const { byFile, ofOtherFiles } = labelsByFile(config.labels ?? [], files);
  const names = callNames(files);
  const calls: Call[] = [];
  try {
    const analyses: Analysis[] = [];
    for (const file of files) {
      const call = await openCall(file, config.callerChannel);
      calls.push(call);
      analyses.push(await analyse(call, detectorOptions, signal));
      progress(analyses.length, 2 * files.length);
    }
    const pauses = analyses.flatMap(({ agent, caller }) => undisturbedPauses(agent.stretches, caller.turns, longestPauseMs));
    const pauseMs = pauses.length === 0 ? null : pauses.reduce((most, ms) => Math.max(most, ms), 0);
    const onsets: ScoredOnset[] = [];
    const undisturbed: Judgement[] = [];
    const scored: ScoredFile[] = [];
    for (const [i, analysis] of analyses.entries()) {
      const { file } = analysis.call;
      const { candidates, onsetsInSilence } = await findCandidates(analysis, byFile.get(file) ?? [], config.onsetFrom);
      for (const candidate of candidates) {
        signal.throwIfAborted();
        const judgement = await judgeOnset(analysis, candidate.onset, candidate.label?.intent ?? 'interruption', pauseMs, detectorOptions);
        onsets.push(toScoredOnset(analysis, names[i], candidate, judgement, onsets.length));
      }
      undisturbed.push(...(await judgeUndisturbed(analysis, pauseMs, detectorOptions, signal)));
      scored.push(describeFile(analysis, onsetsInSilence));
      progress(files.length + scored.length, 2 * files.length);
    }
    const labelled = onsets.filter(({ intent }) => intent !== null).map(({ result }) => result);
    const report = {
      schemaVersion: 1,
      version: packageVersion(),
      withinMs,
      callerChannel: config.callerChannel,
      hangoverMs: energyHangoverMs({ options: detectorOptions, undisturbedPauseMs: pauseMs, reference: null }),
      pausesSeen: pauses.length,
      files: scored,
      onsets,
      chance: chanceFloor(undisturbed, withinMs),
      labels: config.labels && useOf(config.labels, onsets, ofOtherFiles),
      summary: labelled.length === 0 ? null : summarize(labelled, { withinMs, errorBarMs: null }),
    } as const;
    return { ...report, warnings: warnAbout(report, analyses, detectorOptions.hangoverMs === null ? pauseMs : null) };
  } finally {
    for (const call of calls) await call.close();
  }
}

function useOf(labels: readonly Label[], onsets: readonly ScoredOnset[], ofOtherFiles: number): LabelUse {
  const labelled = onsets.filter(({ labelMs }) => labelMs !== null);
  const measuredAtLabel = labelled.filter(({ onsetSource }) => onsetSource === 'label').length;
  return { given: labels.length, matched: labelled.length - measuredAtLabel, measuredAtLabel, ofOtherFiles };
}
