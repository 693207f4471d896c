import { activeStretches, amplitudeToDbfs, dbfsToAmplitude, hopMs, windowMs, windowPowers } from '../audio/activity.js';
import { activeSpeechLevelDbfs } from '../audio/levels.js';
import type { Ms, Pcm, Stretch } from '../types.js';

/** Where a clip is audible, from the start of its file. */
export interface SpeechSpan {
  /** First active sample. */
  readonly onsetMs: Ms;
  /** Just after the last active sample. */
  readonly endMs: Ms;
  /** How both were found, for people. */
  readonly method: string;
  /** Level of what is heard before or after the speech, whichever is quieter, dBFS; null where there is too little of it. */
  readonly noiseFloorDbfs: number | null;
  /** The noise floor comes too near to the speech to tell them apart: the span is a guess. */
  readonly uncertain: boolean;
}

const releaseBelowActiveDb = 30;
const aboveFloorDb = 6;
const hysteresisDb = 3;
/** An audible level nearer to the active level than this cannot be trusted. */
const leastBelowActiveDb = 10;
/** What is surely speech, and what is surely none before and after it. */
interface Cut {
  /** Within this of the active level, for 30 ms or longer: surely speech. */
  readonly coreBelowActiveDb: number;
  /** This much before it there may be a soft consonant. */
  readonly beforeMs: Ms;
  /** This much after it there may be a dying fall. */
  readonly afterMs: Ms;
  /** Shorter noise says nothing. */
  readonly leastNoiseMs: Ms;
}
const cut: Cut = { coreBelowActiveDb: 15, beforeMs: 40, afterMs: 150, leastNoiseMs: 30 };
/** For noise that is itself within 15 dB of the speech: good enough to say that it is there. */
const coarseCut: Cut = { coreBelowActiveDb: 6, beforeMs: 150, afterMs: 250, leastNoiseMs: 100 };
const coreMs = 30;
/** The floor is the level that this share of the windows without speech stays below: a click does not move it. */
const floorQuantile = 0.8;
/** A click: shorter than this, and farther than `apartMs` from any other sound. */
const clickMs = 15;
const apartMs = 50;

/**
 * The onset and the end of the speech in a clip, relative to the clip's own level: an absolute level would find some onsets
 * hundreds of milliseconds late. Audible is what comes within 30 dB of the active speech level (ITU-T P.56), but never less than
 * 6 dB above the noise before or after the speech; a stretch begins 3 dB above that. Clicks apart from the speech do not count.
 *
 * @returns null for silence
 */
export function findSpeech(pcm: Pcm, activeLevelDbfs = activeSpeechLevelDbfs(pcm)): SpeechSpan | null {
  if (activeLevelDbfs === -Infinity) return null;
  const { samples, rateHz } = pcm;
  const floorDbfs = noiseFloorDbfs(pcm, activeLevelDbfs, cut);
  const levelBound = activeLevelDbfs - releaseBelowActiveDb;
  const floorBound = floorDbfs === null ? -Infinity : floorDbfs + aboveFloorDb;
  const loudestNoiseDbfs = floorDbfs ?? noiseFloorDbfs(pcm, activeLevelDbfs, coarseCut) ?? -Infinity;
  const uncertain = loudestNoiseDbfs + aboveFloorDb > activeLevelDbfs - leastBelowActiveDb;
  const releaseDbfs = Math.min(Math.max(levelBound, floorBound), activeLevelDbfs - leastBelowActiveDb);
  const stretches = withoutClicks(activeStretches(samples, rateHz, { releaseDbfs, hysteresisDb }), rateHz);
  if (stretches.length === 0) return null;
  const why = floorBound > levelBound ? `noise floor + ${aboveFloorDb} dB` : `active level - ${releaseBelowActiveDb} dB`;
  return {
    onsetMs: (stretches[0].from * 1000) / rateHz,
    endMs: (stretches[stretches.length - 1].to * 1000) / rateHz,
    method: `energy above ${releaseDbfs.toFixed(1)} dBFS (${why}), hysteresis ${hysteresisDb} dB`,
    noiseFloorDbfs: floorDbfs,
    uncertain,
  };
}

/** Level of the 10 ms windows before or after the speech, dBFS; null where there are too few, or nothing is surely speech. */
function noiseFloorDbfs({ samples, rateHz }: Pcm, activeLevelDbfs: number, { coreBelowActiveDb, beforeMs, afterMs, leastNoiseMs }: Cut): number | null {
  const powers = windowPowers(samples, rateHz);
  const core = dbfsToAmplitude(activeLevelDbfs - coreBelowActiveDb) ** 2;
  const runs: Stretch[] = [];
  for (let from = 0; from < powers.length; from++) {
    if (powers[from] < core) continue;
    let to = from;
    while (to < powers.length && powers[to] >= core) to++;
    if ((to - from) * hopMs >= coreMs) runs.push({ from, to });
    from = to;
  }
  if (runs.length === 0) return null;
  // Window k covers hops k to k + 10; the last before the core is part of it.
  const before = powers.subarray(0, Math.max(0, runs[0].from + (windowMs - beforeMs) / hopMs));
  const after = powers.subarray(Math.min(powers.length, runs[runs.length - 1].to + afterMs / hopMs));
  // The quieter side: the other may hold a long soft consonant, or a breath.
  const levels = [before, after].filter(({ length }) => length * hopMs >= leastNoiseMs).map(quantileOf);
  return levels.length > 0 ? amplitudeToDbfs(Math.sqrt(Math.min(...levels))) : null;
}

function quantileOf(powers: Float64Array): number {
  return powers.toSorted()[Math.floor(floorQuantile * (powers.length - 1))];
}

function withoutClicks(stretches: readonly Stretch[], rateHz: number): Stretch[] {
  const [click, apart] = [(clickMs * rateHz) / 1000, (apartMs * rateHz) / 1000];
  const isClick = (stretch: Stretch, gap: number) => stretch.to - stretch.from < click && gap > apart;
  let [first, last] = [0, stretches.length - 1];
  while (first < last && isClick(stretches[first], stretches[first + 1].from - stretches[first].to)) first++;
  while (last > first && isClick(stretches[last], stretches[last].from - stretches[last - 1].to)) last--;
  return stretches.slice(first, last + 1);
}
