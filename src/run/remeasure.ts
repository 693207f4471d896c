import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { loadCorpus } from '../corpus/load.js';
import type { Corpus } from '../corpus/load.js';
import { parseDetectorOptions } from '../detect/index.js';
import { BargeinError } from '../errors.js';
import { defaultMeasureOptions, measureAttempt } from '../measure/attempt.js';
import type { MeasureOptions } from '../measure/attempt.js';
import { inspectJournal, readEntries } from '../replay/journal.js';
import type { JournalEntry } from '../replay/journal.js';
import { prepareResponse } from '../replay/media.js';
import { readAgentTraces } from './agent-spans.js';
import { journalKeyOf } from './prepare.js';
import { resultFiles } from '../report/folder.js';
import type { SavedRun } from '../report/results.js';
import { joinAttempt, placeOf } from '../telemetry/join.js';
import { makeClock } from '../time/index.js';
import type { AttemptResult, DetectorName, Ms } from '../types.js';

/** How recordings are judged: a detector, and its options by name, as given. */
export interface DetectorSetting {
  readonly detector: DetectorName | 'auto';
  readonly detectorOptions: Readonly<Record<string, string>>;
}

export interface RemeasureRequest {
  readonly run: SavedRun;
  readonly corpusDir: string;
  readonly settings: readonly DetectorSetting[];
  readonly withinMs: readonly Ms[];
  /** With each recording, once it is judged. */
  readonly onEntry?: (entry: JournalEntry, corpus: Corpus) => Promise<void>;
  /** After each attempt. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Raised: stop. */
  readonly signal: AbortSignal;
}

export interface Remeasured {
  /** One list of verdicts a setting, in the order of the draw. */
  readonly results: readonly (readonly AttemptResult[])[];
  /** Attempts of attempts.csv of which there is no recording. */
  readonly missing: readonly string[];
  /** Ended by the signal: not all attempts are there. */
  readonly interrupted: boolean;
}

/** The settings that a run was measured with. */
export function ownSetting({ info }: SavedRun): DetectorSetting {
  const { detector, detectorOptions } = info.configuration as Partial<DetectorSetting>;
  return { detector: detector ?? 'auto', detectorOptions: detectorOptions ?? {} };
}

/** Whether two settings judge alike, however they are written. */
export function sameSetting(a: DetectorSetting, b: DetectorSetting): boolean {
  return a.detector === b.detector && isDeepStrictEqual(parseDetectorOptions(a.detectorOptions), parseDetectorOptions(b.detectorOptions));
}

/**
 * Judges the recordings of a run again, each under every setting, without the agent. The journal is read once, an attempt at a time.
 * @throws BargeinError where there are no recordings, they are of another run, or the corpus is not the one they were made with
 */
export async function remeasure({ run, corpusDir, settings, withinMs, onEntry, onProgress, signal }: RemeasureRequest): Promise<Remeasured> {
  const path = findJournal(run);
  const corpus = await loadSameCorpus(run, corpusDir);
  const { undisturbedPauseMs } = run.info;
  const options = settings.map(({ detector, detectorOptions }): MeasureOptions => ({ ...defaultMeasureOptions, undisturbedPauseMs, withinMs, detector, detectorOptions: parseDetectorOptions(detectorOptions) }));
  const traces = await readAgentTraces(run.folder);
  // An attempt that a resumed run replayed twice counts as it was last.
  const verdicts = new Map<string, AttemptResult[]>();
  const total = run.results.length;
  for (const entry of readEntries(path)) {
    if (signal.aborted) break;
    const { attempt, recording } = entry;
    const response = await prepareResponse(attempt, corpus, { line: recording.format, turns: run.info.turns });
    const place = traces && placeOf(recording);
    verdicts.set(attempt.id, options.map((measure) => {
      const result = measureAttempt(attempt, recording, response, measure);
      return traces && place ? joinAttempt(result, place, traces).result : result;
    }));
    await onEntry?.(entry, corpus);
    onProgress?.(verdicts.size, total);
    await breathe();
  }
  const drawn = [...verdicts.values()].sort(([a], [b]) => a.attempt.index - b.attempt.index);
  return {
    results: settings.map((_, i) => drawn.map((results) => results[i])),
    missing: run.results.map(({ attempt }) => attempt.id).filter((id) => !verdicts.has(id)),
    interrupted: signal.aborted,
  };
}

/** Attempts whose verdicts differ from those that the run was reported with. */
export function differingVerdicts(reported: readonly AttemptResult[], measured: readonly AttemptResult[]): string[] {
  const byId = new Map(measured.map((result) => [result.attempt.id, result]));
  return reported.filter((result) => byId.has(result.attempt.id) && !isDeepStrictEqual(result, byId.get(result.attempt.id))).map(({ attempt }) => attempt.id);
}

function findJournal({ folder, info }: SavedRun): string {
  const path = join(folder, resultFiles.journal);
  if (!existsSync(path)) {
    throw new BargeinError(`${folder} holds no recordings (no ${resultFiles.journal}): a baseline keeps verdicts only`, 'name the folder of the run itself, as `bargein run` has written it');
  }
  if (inspectJournal(path).header.runKey !== journalKeyOf(info.runKey, info.shard)) {
    throw new BargeinError(`${path} is of another run than ${resultFiles.run} beside it`, 'name a folder as `bargein run` has written it');
  }
  return path;
}

async function loadSameCorpus({ info }: SavedRun, corpusDir: string): Promise<Corpus> {
  const corpus = await loadCorpus(corpusDir);
  if (corpus.hash !== info.corpus.hash) {
    throw new BargeinError(`the corpus in ${corpusDir} is not the one that the run was made with ('${info.corpus.name}', ${info.corpus.hash}; this is '${corpus.name}', ${corpus.hash})`, 'name that corpus with --corpus');
  }
  return corpus;
}

/** Lets a signal come through between two attempts. */
function breathe(): Promise<void> {
  const clock = makeClock('realtime');
  return new Promise((resolve) => void clock.at(clock.now(), resolve));
}
