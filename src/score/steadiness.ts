import { frameMs } from './frames.js';

/** Noise is told from speech by how little its level varies over this long, ms. */
export const steadyMs = 300;
const stepFrames = 10;
const lengthFrames = steadyMs / frameMs;
/** Nothing that varies more than this is steady (standard deviation of 10 ms levels; pink noise has 2.3 dB, speech 5 and more). */
const mostDeviationDb = 3.5;
/** The quietest tenth of what is steady is noise alone, as is all that lies this near above it, dB. */
const quietestShare = 0.1;
const nearQuietestDb = 1.5;
/** Noise varies about as much everywhere: what varies more than so many times as much holds weak speech. */
const deviationRatio = 1.8;

/** A stretch of 300 ms in which nothing but steady noise is heard. */
export interface SteadyStretch {
  /** First of its frames. */
  readonly frame: number;
  readonly levelDbfs: number;
  /** Standard deviation of its 10 ms levels, dB. */
  readonly deviationDb: number;
}

/** Where one side of a call is steady, in the order of time; and what of it is noise alone; digital silence is the faintest of noises. */
export interface Steadiness {
  readonly stretches: readonly SteadyStretch[];
  readonly noise: readonly SteadyStretch[];
  /** Median level of that; null where there is none. */
  readonly noiseDbfs: number | null;
}

/** Looks at 300 ms every 100 ms. */
export function findSteadiness(frames: Float32Array): Steadiness {
  const steady: SteadyStretch[] = [];
  for (let frame = 0; frame + lengthFrames <= frames.length; frame += stepFrames) {
    const stretch = measureStretch(frames, frame);
    if (stretch.deviationDb <= mostDeviationDb) steady.push(stretch);
  }
  if (steady.length === 0) return { stretches: steady, noise: [], noiseDbfs: null };
  const quietest = steady.map(({ levelDbfs }) => levelDbfs).sort((a, b) => a - b)[Math.floor(quietestShare * steady.length)];
  const noise = steady.filter(({ levelDbfs }) => levelDbfs <= quietest + nearQuietestDb);
  const deviations = noise.map(({ deviationDb }) => deviationDb).sort((a, b) => a - b);
  const most = Math.max(1, deviationRatio * deviations[Math.floor(deviations.length / 2)]);
  const levels = noise.map(({ levelDbfs }) => levelDbfs).sort((a, b) => a - b);
  return { stretches: steady.filter(({ deviationDb }) => deviationDb <= most), noise, noiseDbfs: levels[Math.floor(levels.length / 2)] };
}

/** The stretches among frames `[from, to)`. */
export function steadyWithin({ stretches }: Steadiness, from: number, to: number): readonly SteadyStretch[] {
  return stretches.slice(firstAtOrAfter(stretches, from), firstAtOrAfter(stretches, to - lengthFrames + 1));
}

function firstAtOrAfter(stretches: readonly SteadyStretch[], frame: number): number {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle].frame >= frame) high = middle;
    else low = middle + 1;
  }
  return low;
}

function measureStretch(frames: Float32Array, frame: number): SteadyStretch {
  let [sum, squares, power] = [0, 0, 0];
  for (let i = frame; i < frame + lengthFrames; i++) {
    sum += frames[i];
    squares += frames[i] * frames[i];
    power += 10 ** (frames[i] / 10);
  }
  const deviationDb = Math.sqrt(Math.max(0, squares / lengthFrames - (sum / lengthFrames) ** 2));
  return { frame, levelDbfs: 10 * Math.log10(power / lengthFrames), deviationDb };
}

/** At most so many of the items, evenly spread. */
export function spread<T>(items: readonly T[], most: number): T[] {
  const step = Math.max(1, items.length / most);
  return items.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

