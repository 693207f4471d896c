import type { Pcm } from '../types.js';
import { amplitudeToDbfs, fullScale } from './activity.js';

/** RMS over all samples, dBFS; -Infinity for silence and for no samples. */
export function rmsLevelDbfs(samples: Int16Array): number {
  return samples.length === 0 ? -Infinity : amplitudeToDbfs(Math.sqrt(sumOfSquares(samples) / samples.length));
}

/** Largest magnitude, dBFS; -Infinity for silence. */
export function peakDbfs(samples: Int16Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return amplitudeToDbfs(peak);
}

/** Samples scaled by a gain, rounded, limited to 16 bits. */
export function scale(samples: Int16Array, gainDb: number): Int16Array {
  const factor = 10 ** (gainDb / 20);
  return samples.map((sample) => Math.max(-fullScale, Math.min(fullScale - 1, Math.round(sample * factor))));
}

/** The level that every clip of a corpus has, dBFS active (docs/measurement.md section 2). */
export const corpusLevelDbfs = -26;
/** Peaks stay below this, dBFS, even where the level then stays below its goal. */
const highestPeakDbfs = -1;

/**
 * Brings speech to an active level, or as near to it as its peaks allow. Measured again after each step: the thresholds of P.56
 * lie at fixed levels, so that the level does not follow a gain exactly.
 */
export function levelTo({ samples, rateHz }: Pcm, levelDbfs: number): { pcm: Pcm; gainDb: number; limitedByPeak: boolean } {
  const mostDb = highestPeakDbfs - peakDbfs(samples);
  let pcm: Pcm = { rateHz, samples };
  let gainDb = 0;
  for (let step = 0; step < 4; step++) {
    gainDb = Math.min(mostDb, gainDb + levelDbfs - activeSpeechLevelDbfs(pcm));
    pcm = { rateHz, samples: scale(samples, gainDb) };
  }
  return { pcm, gainDb, limitedByPeak: gainDb === mostDb };
}

// ITU-T P.56 (12/2011), table 1: parameters of method B.
const timeConstantMs = 30;
const hangoverMs = 200;
const marginDb = 15.9;
/** Thresholds a factor of 2 apart, in 16-bit units: from well below one step to half of full scale. */
const thresholds = Array.from({ length: 18 }, (_, j) => 2 ** (j - 3));

/**
 * Active speech level by ITU-T P.56, method B, dBFS: the level over the time in which the talker is active, structural pauses
 * of up to 200 ms included. -Infinity for silence.
 *
 * The magnitude passes two equal exponential averages of 30 ms. For each threshold of a row, activity is counted while the
 * envelope reaches it and for 200 ms after; the level belongs to the threshold that lies 15.9 dB below the level over
 * its own activity, interpolated between the two thresholds around that point.
 */
export function activeSpeechLevelDbfs({ samples, rateHz }: Pcm): number {
  const energy = sumOfSquares(samples);
  if (energy === 0) return -Infinity;
  const active = activeSamples(samples, rateHz);
  let below: { levelDb: number; excessDb: number } | null = null;
  for (let j = 0; j < thresholds.length && active[j] > 0; j++) {
    const levelDb = amplitudeToDbfs(Math.sqrt(energy / active[j]));
    // Falls as the threshold rises: by 6 dB a step, less what the level gains from shorter activity.
    const excessDb = levelDb - amplitudeToDbfs(thresholds[j]) - marginDb;
    if (excessDb <= 0) {
      if (!below) return levelDb;
      const share = below.excessDb / (below.excessDb - excessDb);
      return below.levelDb + share * (levelDb - below.levelDb);
    }
    below = { levelDb, excessDb };
  }
  // Too short or too spiky to reach the margin: the level over the highest activity there is.
  return below?.levelDb ?? amplitudeToDbfs(Math.sqrt(energy / samples.length));
}

/**
 * Samples for which each threshold is active, hangover included. Thresholds are passed in order, so that it is enough to note
 * when each was last reached and left: one comparison or two per sample instead of one per threshold.
 */
function activeSamples(samples: Int16Array, rateHz: number): Float64Array {
  const smoothing = Math.exp(-1000 / (rateHz * timeConstantMs));
  const hangover = Math.ceil((hangoverMs * rateHz) / 1000);
  const active = new Float64Array(thresholds.length);
  const since = new Float64Array(thresholds.length);
  const leftAt = new Float64Array(thresholds.length).fill(-Infinity);
  let [first, second, reached] = [0, 0, 0];
  for (let i = 0; i < samples.length; i++) {
    first = smoothing * first + (1 - smoothing) * Math.abs(samples[i]);
    second = smoothing * second + (1 - smoothing) * first;
    for (; reached < thresholds.length && second >= thresholds[reached]; reached++) {
      if (leftAt[reached] >= 0) active[reached] += Math.min(i - leftAt[reached], hangover);
      since[reached] = i;
    }
    for (; reached > 0 && second < thresholds[reached - 1]; reached--) {
      active[reached - 1] += i - since[reached - 1];
      leftAt[reached - 1] = i;
    }
  }
  for (let j = 0; j < thresholds.length; j++) {
    if (j < reached) active[j] += samples.length - since[j];
    else if (leftAt[j] >= 0) active[j] += Math.min(samples.length - leftAt[j], hangover);
  }
  return active;
}

function sumOfSquares(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum;
}
