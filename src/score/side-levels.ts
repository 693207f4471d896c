import type { ActivityLevels } from '../audio/activity.js';
import type { DetectorOptions } from '../detect/index.js';
import { frameMs, silenceDbfs } from './frames.js';
import { findSteadiness, steadyWithin } from './steadiness.js';
import type { Steadiness, SteadyStretch } from './steadiness.js';

/** A floor lies at least this far below the speech: what is nearer may be a vowel, dB. */
const belowSpeechDb = 7;
/** The floor of a moment is looked for this far around it, ms. */
const aroundMs = 15_000;
/** Of all that was steady, the floor is what this share stays below: noise that rises and falls must not count as speech. */
const floorQuantile = 0.8;
/** Speech lies above a floor by this, or by so many times its own deviation, dB. */
const floorMarginDb = 2.5;
const floorDeviations = 4;
const hysteresisAboveFloorDb = 1.5;
/** The level tells speech from silence only if speech begins this far below the level of speech, dB. */
const leastBelowSpeechDb = 3;
/** Nothing below this is speech, dBFS, nor is anything this near to the noise, dB. */
const faintestSpeechDbfs = -60;
const aboveNoiseDb = 6;
/** Fewer loud frames than these are no speech; nor are single ones: speech lasts. */
const leastSpeechFrames = 10;
const leastRunFrames = 4;
/** So much steady noise is surely noise, in stretches 100 ms apart. */
const surelyNoise = 20;

/** What tells speech from silence. */
export interface SpeechLevels extends ActivityLevels {
  /** Set by the noise floor: weak speech is lost in it. */
  readonly nearFloor: boolean;
}

/** A noise floor, and the standard deviation of its 10 ms levels. */
export type Floor = Pick<SteadyStretch, 'levelDbfs' | 'deviationDb'>;

/** The levels of one side of a call over time, and what tells its speech from its silence. */
export class SideLevels {
  /** Active speech level, without the noise beneath it, dBFS; null where there is no speech. */
  readonly speechDbfs: number | null;
  readonly steadiness: Steadiness;
  readonly #options: DetectorOptions;
  readonly #frames: number;

  constructor(frames: Float32Array, options: DetectorOptions) {
    this.#frames = frames.length;
    this.#options = options;
    this.steadiness = findSteadiness(frames);
    this.speechDbfs = speechLevelOf(frames, this.steadiness.noiseDbfs ?? silenceDbfs);
  }

  /**
   * What is steady in frames `[from, to)`, or in the whole call; null where nothing is. Noise varies about as much everywhere: its
   * deviation is the median one, not that of the stretch that sets the level, which may hold weak speech.
   */
  floorIn(from = 0, to = this.#frames): Floor | null {
    const { speechDbfs } = this;
    if (speechDbfs === null) return null;
    const steady = steadyWithin(this.steadiness, from, to).filter(({ levelDbfs }) => levelDbfs <= speechDbfs - belowSpeechDb);
    if (steady.length === 0) return null;
    const ranked = (of: (stretch: SteadyStretch) => number, share: number) => steady.map(of).sort((a, b) => a - b)[Math.min(steady.length - 1, Math.floor(share * steady.length))];
    return { levelDbfs: ranked(({ levelDbfs }) => levelDbfs, floorQuantile), deviationDb: ranked(({ deviationDb }) => deviationDb, 0.5) };
  }

  /**
   * The levels that tell speech from silence in frames `[from, to)`, by the floor there, else around there, else of the whole call.
   * @returns null where floor and speech are too close to tell, or there is no speech
   */
  levelsIn(from: number, to: number): SpeechLevels | null {
    if (this.speechDbfs === null) return null;
    const { levelDb, absoluteDbfs, minDbfs, hysteresisDb } = this.#options;
    const around = aroundMs / frameMs;
    const floor = this.floorIn(from, to) ?? this.floorIn(from - around, to + around) ?? this.floorIn();
    if (floor === null && this.steadiness.noise.length >= surelyNoise) return null;
    const wanted = absoluteDbfs ?? Math.max(this.speechDbfs + levelDb, minDbfs);
    const overFloor = floor === null ? -Infinity : floor.levelDbfs + Math.max(floorMarginDb, floorDeviations * floor.deviationDb);
    // Near a floor, a high hysteresis would leave nothing of weak speech.
    const levels = overFloor > wanted ? { releaseDbfs: overFloor, hysteresisDb: hysteresisAboveFloorDb, nearFloor: true } : { releaseDbfs: wanted, hysteresisDb, nearFloor: false };
    return levels.releaseDbfs + levels.hysteresisDb > this.speechDbfs - leastBelowSpeechDb ? null : levels;
  }
}

/** ITU-T P.56 (12/2011), method B: its margin, and how long activity lasts after the level falls below the threshold, ms. */
const marginDb = 15.9;
const hangoverMs = 200;

/**
 * Active speech level in the manner of ITU-T P.56, on frames, less the noise that lies under it: the mean power while the level is
 * within 15.9 dB of that mean, or was within the last 200 ms. null where nothing is loud enough to be speech.
 */
function speechLevelOf(frames: Float32Array, noiseDbfs: number): number | null {
  const loud = frames.filter(lasting(frames, Math.max(faintestSpeechDbfs, noiseDbfs + aboveNoiseDb))).sort();
  if (loud.length < leastSpeechFrames) return null;
  let levelDbfs = loud[Math.floor(0.95 * (loud.length - 1))];
  for (let step = 0; step < 20; step++) {
    // Frames near a noise floor are noise, however near to the speech they are.
    const next = activeLevelOf(frames, Math.max(levelDbfs - marginDb, noiseDbfs + aboveNoiseDb), noiseDbfs);
    if (Math.abs(next - levelDbfs) < 0.01) break;
    levelDbfs = next;
  }
  return levelDbfs;
}

/** Level over the frames that reach a threshold, or follow one that did within 200 ms; without the power of the noise. */
function activeLevelOf(frames: Float32Array, thresholdDbfs: number, noiseDbfs: number): number {
  const hangover = hangoverMs / frameMs;
  const isLoud = lasting(frames, thresholdDbfs);
  let [power, active, lastAt] = [0, 0, -Infinity];
  for (let k = 0; k < frames.length; k++) {
    if (isLoud(frames[k], k)) lastAt = k;
    if (k - lastAt > hangover) continue;
    power += 10 ** (frames[k] / 10) - 10 ** (noiseDbfs / 10);
    active++;
  }
  return active === 0 ? thresholdDbfs : 10 * Math.log10(Math.max(power / active, 1e-12));
}

/** Tells the frames of runs at a threshold or above that last; asked for one frame after the other. */
function lasting(frames: Float32Array, thresholdDbfs: number): (level: number, frame: number) => boolean {
  let run = { from: 0, to: 0 };
  return (level, frame) => {
    if (level < thresholdDbfs) return false;
    if (frame >= run.to) {
      let to = frame;
      while (to < frames.length && frames[to] >= thresholdDbfs) to++;
      run = { from: frame, to };
    }
    return run.to - run.from >= leastRunFrames;
  };
}
