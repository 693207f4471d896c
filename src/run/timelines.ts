import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Corpus } from '../corpus/load.js';
import { loadCorpus } from '../corpus/load.js';
import { parseDetectorOptions, profileReference } from '../detect/index.js';
import type { DetectorOptions } from '../detect/index.js';
import { journalKey, readEntries } from '../replay/journal.js';
import type { JournalEntry } from '../replay/journal.js';
import type { FarSide } from '../replay/media.js';
import { prepareMedia } from '../replay/media.js';
import { isFailure } from '../report/evidence.js';
import { resultFiles } from '../report/folder.js';
import { sketchTimeline } from '../report/timeline.js';
import type { Timeline, TimelineSet } from '../report/timeline.js';
import type { AttemptResult, Ms, RunInfo } from '../types.js';
import { journalKeyOf } from './prepare.js';
import type { PreparedRun } from './prepare.js';

/** What a report may hold of pictures and of sound, bytes of base64. */
const pictureBytes = 2_000_000;
const audioBytes = 20_000_000;
/** Columns of an envelope: as many as there is room for. */
const columnRange = { fewest: 120, most: 360 } as const;
/** Bytes of base64 that a column takes: two envelopes of two bytes. */
const bytesPerColumn = (4 * 4) / 3;
/** More failures than this are not looked at for audio: their sum is over the limit. */
const mostWithAudio = 300;

export interface TimelineSource {
  /** The run's folder, which may hold the journal and kept audio. */
  readonly folder: string;
  readonly info: Pick<RunInfo, 'runKey' | 'shard' | 'turns'>;
  readonly results: readonly AttemptResult[];
  readonly withinMs: readonly Ms[];
  readonly corpus: Corpus;
  readonly prompt: FarSide['prompt'];
  readonly detectorOptions: DetectorOptions;
  /** Whether audio may be put into the page: not where none was to be kept. */
  readonly embedsAudio: boolean;
}

/**
 * Makes the timelines of a run from its journal, one recording in memory at a time. What there is no room for is left out: failures are
 * the last to go. Never throws for a journal that is not there or cannot be used: the set says why.
 */
export async function gatherTimelines(source: TimelineSource): Promise<TimelineSet> {
  const path = join(source.folder, resultFiles.journal);
  const unfit = unfitness(path, source.info);
  if (unfit !== null) return { byAttempt: new Map(), missing: unfit };
  const { results, withinMs } = source;
  const ranked = [...results.filter((result) => isFailure(result, withinMs)).sort(byWeight), ...results.filter((result) => !isFailure(result, withinMs))];
  const columns = Math.max(columnRange.fewest, Math.min(columnRange.most, Math.floor(pictureBytes / bytesPerColumn / Math.max(1, ranked.length))));
  const room = Math.floor(pictureBytes / bytesPerColumn / columns);
  const wanted = new Map(ranked.slice(0, room).map((result, rank) => [result.attempt.id, { result, mayHaveAudio: source.embedsAudio && rank < mostWithAudio && isFailure(result, withinMs) }]));
  const byAttempt = new Map<string, Timeline>();
  for (const entry of readEntries(path)) {
    const chosen = wanted.get(entry.attempt.id);
    if (!chosen) continue;
    const timeline = await sketch(entry, chosen.result, source, { columns, withAudio: chosen.mayHaveAudio });
    if (timeline !== null) byAttempt.set(entry.attempt.id, timeline);
  }
  limitAudio(byAttempt, [...wanted.keys()]);
  return { byAttempt, missing: missingOf(results.length, wanted.size, byAttempt.size) };
}

/** Takes the audio out that there is no room for. @param ids in the order of their weight */
function limitAudio(byAttempt: Map<string, Timeline>, ids: readonly string[]): void {
  let left = audioBytes;
  for (const id of ids) {
    const timeline = byAttempt.get(id);
    if (!timeline?.audio) continue;
    if (timeline.audio.length > left) byAttempt.set(id, { ...timeline, audio: null });
    else left -= timeline.audio.length;
  }
}

/** The timelines of a run that has just been measured. */
export function timelinesOf({ config, corpus, side, measure }: PreparedRun, info: RunInfo, results: readonly AttemptResult[]): Promise<TimelineSet> {
  return gatherTimelines({ folder: config.outputDir, info, results, withinMs: config.withinMs, corpus, prompt: side.prompt, detectorOptions: measure.detectorOptions, embedsAudio: config.keepAudio !== 'none' });
}

/** The same of a run whose corpus has to be found first. No `audio/` means that it kept none. */
export async function gatherSavedTimelines({ configuration, corpus: { hash }, ...info }: RunInfo, folder: string, results: readonly AttemptResult[], corpusDir: string): Promise<TimelineSet> {
  const nothing = (missing: string): TimelineSet => ({ byAttempt: new Map(), missing });
  const corpus = await loadCorpus(corpusDir).catch(() => null);
  if (corpus === null || corpus.hash !== hash) return nothing('the corpus of the run is not at hand');
  const options = (configuration.detectorOptions ?? {}) as Readonly<Record<string, string>>;
  return gatherTimelines({ folder, info, results, withinMs: info.withinMs, corpus, prompt: null, detectorOptions: parseDetectorOptions(options), embedsAudio: existsSync(join(folder, resultFiles.audio)) });
}

/** Those that never yielded before those that were late, and false yields after them. */
function byWeight(a: AttemptResult, b: AttemptResult): number {
  return weightOf(a) - weightOf(b) || a.attempt.index - b.attempt.index;
}

function weightOf({ attempt, outcome }: AttemptResult): number {
  if (attempt.intent !== 'interruption') return 2;
  return outcome === 'yielded' ? 1 : outcome === 'errored' ? 3 : 0;
}

async function sketch({ attempt, recording }: JournalEntry, result: AttemptResult, { folder, info, corpus, prompt, detectorOptions }: TimelineSource, options: { columns: number; withAudio: boolean }): Promise<Timeline | null> {
  const media = await prepareMedia(attempt, corpus, { line: recording.format, turns: info.turns, prompt });
  const audibleDbfs = info.turns === 'response' ? profileReference(media.response, detectorOptions).levels.releaseDbfs : null;
  const file = `${resultFiles.audio}/${attempt.id}.wav`;
  try {
    return sketchTimeline(recording, media, result, { ...options, audibleDbfs, file: existsSync(join(folder, file)) ? file : null });
  } catch {
    // A recording that does not fit its corpus has no picture, and its verdict stands.
    return null;
  }
}

function unfitness(path: string, { runKey, shard }: TimelineSource['info']): string | null {
  if (!existsSync(path)) return `there are no recordings (${resultFiles.journal}) beside this report`;
  try {
    return journalKey(path) === journalKeyOf(runKey, shard) ? null : `${resultFiles.journal} is of another run`;
  } catch {
    return `${resultFiles.journal} cannot be read`;
  }
}

function missingOf(attempts: number, wanted: number, found: number): string | null {
  if (wanted < attempts) return `${found} of ${attempts} attempts have one, failures first: there is no room for more in one file`;
  return found < attempts ? `${attempts - found} of ${attempts} attempts have no recording` : null;
}
