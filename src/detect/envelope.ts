import type { HeardTrack } from '../types.js';
import type { AlignedStretch } from './alignment.js';
import { samplesOf } from './detector.js';
import type { ReferenceProfile } from './reference.js';

/** Gain is measured over windows of 5 ms in hops of 1 ms; a duck must last this long. */
const gainWindowMs = 5;
const duckMs = 100;
/** How far a stretch is followed beyond its audible end. */
const beyondMs = 50;
const duckDb = -6;
const downDb = -20;

export interface Levels {
  /** First sample of the first 100 ms in which the level was 6 dB or more below the response's, yet audible. */
  readonly duckedAt: number | null;
  /** From here to the stop the level was 20 dB or more below the response's. */
  readonly down20At: number | null;
}

/**
 * Follows the gain of heard speech against the response it comes from, from `from` to `to` (the stop, or the end of the window).
 * Windows in which the response itself is quieter than its audible level say nothing and are passed over.
 */
export function followLevel(track: HeardTrack, stretches: readonly AlignedStretch[], profile: ReferenceProfile, from: number, to: number): Levels {
  const length = samplesOf(gainWindowMs, track.rateHz);
  const hop = samplesOf(1, track.rateHz);
  const audiblePower = (32768 * 10 ** (profile.levels.releaseDbfs / 20)) ** 2 * length;
  let duckedFrom: number | null = null;
  let duckedAt: number | null = null;
  let lastLoud: number | null = null;
  for (const [i, stretch] of stretches.entries()) {
    if (stretch.position === null || stretch.to <= from || stretch.from >= to) continue;
    // A level that falls below the audible one for a moment is still one.
    const end = Math.min(to, stretches[i + 1]?.from ?? Infinity, stretch.to + samplesOf(beyondMs, track.rateHz));
    for (let at = Math.max(stretch.from, from); at + length <= end; at += hop) {
      const position = stretch.position + Math.round((at - stretch.from) * stretch.rate);
      const spoken = powerOf(profile.pcm.samples, position, length);
      if (spoken < 10 * audiblePower) continue;
      const gain = powerOf(track.samples, at, length) / Math.max(1, spoken);
      if (gain > 10 ** (downDb / 10)) lastLoud = at + length / 2;
      duckedFrom = gain <= 10 ** (duckDb / 10) ? (duckedFrom ?? at) : null;
      if (duckedFrom !== null && at - duckedFrom >= samplesOf(duckMs, track.rateHz)) duckedAt ??= duckedFrom;
    }
  }
  return { duckedAt, down20At: lastLoud === null ? null : Math.round(lastLoud) };
}

function powerOf(samples: Int16Array, from: number, length: number): number {
  const to = Math.min(samples.length, from + length);
  let sum = 0;
  for (let i = Math.max(0, from); i < to; i++) sum += samples[i] * samples[i];
  return sum;
}
