import { activeStretches, windowPowers, amplitudeToDbfs } from '../audio/activity.js';
import type { ActivityLevels } from '../audio/activity.js';
import { activeSpeechLevelDbfs } from '../audio/levels.js';
import type { Pcm, Stretch } from '../types.js';
import type { DetectorOptions } from './options.js';

/** What is known of a response before anyone plays it. Positions are samples of the response. */
export interface ReferenceProfile {
  readonly pcm: Pcm;
  readonly levelDbfs: number;
  readonly levels: ActivityLevels;
  readonly stretches: readonly Stretch[];
  /** First and just after the last audible sample; both 0 for a silent response. */
  readonly onset: number;
  readonly end: number;
  /** The longest silence between two stretches, ms. */
  readonly longestPauseMs: number;
}

/** What is quietest on a track: whether it has 200 ms of digital silence, and the level of its quietest steady 200 ms otherwise. */
export interface NoiseFloor {
  readonly digitalSilence: boolean;
  /** null where nothing steady is on the track. */
  readonly noiseDbfs: number | null;
}

/** Length over which a floor is averaged, in hops of 1 ms, and how much a steady floor may vary within it, dB. */
const floorHops = 200;
const steadyDb = 6;

/**
 * The noise floor of a track, from its `windowPowers`. Steady means that 10 ms levels within 200 ms differ by less than 6 dB: noise's
 * do, speech's rarely. With `silenceEnough` the search ends at the first digital silence.
 */
export function noiseFloorOf(powers: Float64Array, silenceEnough = false): NoiseFloor {
  let sum = 0;
  let silent = 0;
  let sinceSilent = 0;
  let digitalSilence = powers.length === 0;
  let least = Infinity;
  for (let k = 0; k < powers.length; k++) {
    sum += powers[k];
    if (k >= floorHops) sum -= powers[k - floorHops];
    // A window of less than one quantisation step is digital silence.
    silent = powers[k] < 1 ? silent + 1 : 0;
    sinceSilent = powers[k] < 1 ? 0 : sinceSilent + 1;
    if (silent >= floorHops) digitalSilence = true;
    if (digitalSilence && silenceEnough) return { digitalSilence, noiseDbfs: null };
    const mean = sum / floorHops;
    if (sinceSilent >= floorHops && mean < least && isSteady(powers, k - floorHops + 1)) least = mean;
  }
  return { digitalSilence, noiseDbfs: least < Infinity ? amplitudeToDbfs(Math.sqrt(least)) : null };
}

function isSteady(powers: Float64Array, from: number): boolean {
  let low = Infinity;
  let high = 0;
  // Every fifth: windows of 10 ms overlap anyway.
  for (let k = from; k < from + floorHops; k += 5) {
    low = Math.min(low, powers[k]);
    high = Math.max(high, powers[k]);
  }
  return high < low * 10 ** (steadyDb / 10);
}

/**
 * The level that tells speech from silence.
 * @returns null where floor and speech are too close to tell: less than 6 dB would be left between the level and the speech
 */
export function audibleLevels(speechDbfs: number, floorDbfs: number | null, options: DetectorOptions): ActivityLevels | null {
  const wanted = options.absoluteDbfs ?? Math.max(speechDbfs + options.levelDb, options.minDbfs);
  const releaseDbfs = floorDbfs === null ? wanted : Math.max(wanted, floorDbfs + options.floorMarginDb);
  if (releaseDbfs + options.hysteresisDb > speechDbfs - 6) return null;
  return { releaseDbfs, hysteresisDb: options.hysteresisDb };
}

const profiles = new WeakMap<Int16Array, Map<string, ReferenceProfile>>();

/** The profile of a response; made once per response and options. */
export function profileReference(pcm: Pcm, options: DetectorOptions): ReferenceProfile {
  const key = JSON.stringify(options);
  const known = profiles.get(pcm.samples) ?? new Map<string, ReferenceProfile>();
  profiles.set(pcm.samples, known);
  const profile = known.get(key) ?? measureReference(pcm, options);
  known.set(key, profile);
  return profile;
}

function measureReference(pcm: Pcm, options: DetectorOptions): ReferenceProfile {
  const levelDbfs = activeSpeechLevelDbfs(pcm);
  const powers = windowPowers(pcm.samples, pcm.rateHz);
  const { noiseDbfs } = noiseFloorOf(powers);
  // A response without a pause has no floor to be seen: its quietest 200 ms are speech.
  const floorDbfs = noiseDbfs !== null && noiseDbfs < levelDbfs - 20 ? noiseDbfs : null;
  const levels = audibleLevels(levelDbfs, floorDbfs, options) ?? { releaseDbfs: levelDbfs - 6, hysteresisDb: options.hysteresisDb };
  const stretches = activeStretches(pcm.samples, pcm.rateHz, levels, powers);
  const longest = stretches.slice(1).reduce((most, stretch, i) => Math.max(most, stretch.from - stretches[i].to), 0);
  return {
    pcm,
    levelDbfs,
    levels,
    stretches,
    onset: stretches[0]?.from ?? 0,
    end: stretches[stretches.length - 1]?.to ?? 0,
    longestPauseMs: (longest * 1000) / pcm.rateHz,
  };
}

/** The first audible sample of the response at or after `position`; null where none is left. */
export function nextAudible(profile: ReferenceProfile, position: number): number | null {
  for (const { from, to } of profile.stretches) {
    if (to > position) return Math.max(from, position);
  }
  return null;
}

/** True where the response is audible through `[from, to)`, dips of up to `dipSamples` aside. */
export function audibleThroughout(profile: ReferenceProfile, from: number, to: number, dipSamples: number): boolean {
  let covered = from;
  for (const stretch of profile.stretches) {
    if (stretch.to <= covered) continue;
    if (stretch.from - covered > dipSamples) break;
    covered = stretch.to;
  }
  return covered >= to - dipSamples;
}
