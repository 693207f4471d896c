import { activeStretches, dbfsToAmplitude, windowPowers } from '../audio/activity.js';
import { activeSpeechLevelDbfs } from '../audio/levels.js';
import type { Stretch } from '../types.js';
import type { DetectionInput } from './detector.js';
import { audibleLevels, noiseFloorOf, profileReference } from './reference.js';

/** How far below the speech a floor must lie to be one, on a track that holds digital silence too, dB. */
const plausibleFloorDb = 20;

/**
 * The audible stretches of a heard track. The level comes from the reference where there is one, else from the agent's speech
 * before the user's onset, and never comes near the track's own noise floor.
 * @returns null where floor and speech are too close to tell, or there is no speech to take a level from
 */
export function findAudible(input: DetectionInput): Stretch[] | null {
  const known = found.get(input);
  if (known !== undefined) return known;
  const stretches = searchAudible(input);
  found.set(input, stretches);
  return stretches;
}

/** Both detectors ask for the same stretches. */
const found = new WeakMap<DetectionInput, Stretch[] | null>();

function searchAudible(input: DetectionInput): Stretch[] | null {
  const { track, reference, userOnset, options } = input;
  if (input.audible) return [...input.audible];
  const profile = reference && profileReference(reference, options);
  const speechDbfs = profile
    ? profile.levelDbfs
    : activeSpeechLevelDbfs({ rateHz: track.rateHz, samples: track.samples.subarray(0, userOnset) });
  if (!Number.isFinite(speechDbfs)) return null;
  const powers = windowPowers(track.samples, track.rateHz);
  const { digitalSilence, noiseDbfs } = noiseFloorOf(powers, profile !== null);
  // Beside digital silence nothing else is the line's floor: the quietest steady audio may be a vowel, or the response's own hiss.
  if (digitalSilence && profile) return activeStretches(track.samples, track.rateHz, profile.levels, powers);
  const implausible = noiseDbfs !== null && ((digitalSilence && noiseDbfs > speechDbfs - plausibleFloorDb) || (profile === null && !liesUnderAll(noiseDbfs, powers)));
  const levels = audibleLevels(speechDbfs, implausible ? null : noiseDbfs, options);
  return levels && activeStretches(track.samples, track.rateHz, levels, powers);
}

/** Noise on a line lies under all that is said on it: no more than this share of a track, digital silence aside, is this far below it, dB. */
const belowFloor = { share: 0.01, db: 6 };

/** Whether a level can be the noise of the line: a steady vowel of an agent that never pauses is none. */
function liesUnderAll(noiseDbfs: number, powers: Float64Array): boolean {
  const limit = dbfsToAmplitude(noiseDbfs - belowFloor.db) ** 2;
  let [sounding, below] = [0, 0];
  for (const power of powers) {
    if (power < 1) continue;
    sounding++;
    if (power < limit) below++;
  }
  return below <= belowFloor.share * sounding;
}
