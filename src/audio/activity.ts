import type { Stretch } from '../types.js';

/** Length of a level window and the hop between windows, ms. */
export const windowMs = 10;
export const hopMs = 1;

/** Full scale of a 16-bit sample. */
export const fullScale = 32768;

export function dbfsToAmplitude(dbfs: number): number {
  return fullScale * 10 ** (dbfs / 20);
}

/** Level of an amplitude (RMS, in 16-bit units) re full scale; -Infinity for 0. */
export function amplitudeToDbfs(amplitude: number): number {
  return 20 * Math.log10(amplitude / fullScale);
}

/**
 * Mean square of 10 ms windows in 1 ms hops, in 16-bit units squared. Window `k` covers `[k, k + 10)` ms of `samples`;
 * a track shorter than one window has a single, shorter window.
 */
export function windowPowers(samples: Int16Array, rateHz: number): Float64Array {
  const energies = hopEnergies(samples, rateHz);
  const hops = energies.length;
  const perHop = (rateHz * hopMs) / 1000;
  const span = Math.min(windowMs / hopMs, Math.max(hops, 1));
  const windows = Math.max(hops - span + 1, 0);
  const powers = new Float64Array(windows);
  const perWindow = span * perHop;
  // Sums are of integers below 2^53, so adding and taking away is exact.
  let sum = 0;
  for (let hop = 0; hop < hops; hop++) {
    sum += energies[hop];
    if (hop >= span) sum -= energies[hop - span];
    if (hop >= span - 1) powers[hop - span + 1] = sum / perWindow;
  }
  return powers;
}

/** First sample of a hop. */
function hopStart(hop: number, rateHz: number): number {
  return Math.round((hop * hopMs * rateHz) / 1000);
}

/** Sum of squares of each hop of 1 ms. */
function hopEnergies(samples: Int16Array, rateHz: number): Float64Array {
  const energies = new Float64Array(Math.ceil((samples.length * 1000) / (rateHz * hopMs)));
  for (let hop = 0, i = 0; hop < energies.length; hop++) {
    const end = Math.min(samples.length, hopStart(hop + 1, rateHz));
    let sum = 0;
    for (; i < end; i++) sum += samples[i] * samples[i];
    energies[hop] = sum;
  }
  return energies;
}

export interface ActivityLevels {
  /** Audible down to this level, dBFS. */
  readonly releaseDbfs: number;
  /** A stretch begins only above `releaseDbfs` plus this, dB. */
  readonly hysteresisDb: number;
}

/**
 * The audible stretches of a track: 10 ms windows that reach the attack level open a stretch, which lasts while windows stay at
 * the release level or above. Both ends are then moved to the first and last *sample* that reaches the release amplitude with
 * the millisecond inwards of it, so that neither window nor hop shows in the result, and a single peak of noise does not either.
 * @param powers those of `windowPowers`, where they are known already
 */
export function activeStretches(samples: Int16Array, rateHz: number, levels: ActivityLevels, powers = windowPowers(samples, rateHz)): Stretch[] {
  const release = dbfsToAmplitude(levels.releaseDbfs);
  const attackPower = dbfsToAmplitude(levels.releaseDbfs + levels.hysteresisDb) ** 2;
  const stretches: Stretch[] = [];
  for (let k = 0; k < powers.length; k++) {
    if (powers[k] < attackPower) continue;
    const first = k;
    while (k + 1 < powers.length && powers[k + 1] >= release * release) k++;
    const from = edgeOf(samples, rateHz, hopStart(first, rateHz), 1, release);
    const to = edgeOf(samples, rateHz, Math.min(samples.length, hopStart(k + windowMs / hopMs, rateHz)) - 1, -1, release) + 1;
    const previous = stretches[stretches.length - 1];
    // Windows overlap: two runs of windows can meet in the same samples.
    if (previous && from <= previous.to) stretches[stretches.length - 1] = { from: previous.from, to: Math.max(previous.to, to) };
    else if (to > from) stretches.push({ from, to });
  }
  return stretches;
}

/**
 * The first sample at or inwards of `at` that reaches the release amplitude, as does the mean of the millisecond that begins with
 * it and goes inwards. `inwards` is 1 at the start of a stretch and -1 at its end.
 */
function edgeOf(samples: Int16Array, rateHz: number, at: number, inwards: 1 | -1, release: number): number {
  const span = Math.max(1, Math.round((rateHz * hopMs) / 1000));
  const needed = release * release * span;
  const square = (i: number) => (i >= 0 && i < samples.length ? samples[i] * samples[i] : 0);
  let energy = 0;
  for (let i = 0; i < span; i++) energy += square(at + i * inwards);
  for (let edge = at; edge >= 0 && edge < samples.length; edge += inwards) {
    if (energy >= needed && Math.abs(samples[edge]) >= release) return edge;
    energy += square(edge + span * inwards) - square(edge);
  }
  return at;
}
