import { BargeinError } from '../errors.js';
import type { Ms } from '../types.js';
import type { Call, Sides } from './call.js';
import type { CallFrames } from './frames.js';
import { frameMs } from './frames.js';
import { crossCorrelate, preEmphasised, solveToeplitz, sumOfSquares } from './linear.js';
import { spread } from './steadiness.js';

/** One side heard in the other's channel: an acoustic echo, or channels that are not quite apart. */
export interface Echo {
  /** Whose voice it is, and in whose channel. */
  readonly of: keyof Sides;
  readonly in: keyof Sides;
  readonly delayMs: Ms;
  /** Level of the echo re the voice, and of what is left of it when it is taken out re the echo, dB. */
  readonly gainDb: number;
  readonly residualDb: number;
  /** Its impulse response, from `firstTap` samples after the voice on. */
  readonly taps: Float64Array;
  readonly firstTap: number;
}

/** An echo is looked for from this long before to this long after the voice, ms. */
const lagMs = [-5, 500] as const;
/** Its impulse response is taken from this long before to this long after its peak, ms. */
const tapsMs = [-2, 14] as const;
/** It is looked for in so many excerpts of this length in which the voice is loud, ms. */
const excerpts = 10;
const excerptMs = 1500;
const loudShare = 0.5;
/** Found where the correlation summed over the excerpts reaches this, and so many times its own root mean square. */
const leastCorrelation = 0.08;
const leastPeakRatio = 6;
/** Correlation from which, without delay, both channels are one and the same. */
const sameCorrelation = 0.98;
/** The search runs at about this rate, Hz; the impulse response is found at the call's own. */
const searchRateHz = 4000;

/**
 * Looks for one side's voice in the other's channel, by the delay at which both correlate in all excerpts.
 * @returns null where there is no echo
 * @throws BargeinError where both channels hold the same
 */
export async function findEcho(call: Call, frames: CallFrames, of: keyof Sides): Promise<Echo | null> {
  const other = of === 'agent' ? 'caller' : 'agent';
  const pieces = await loudExcerpts(call, frames[of], of);
  if (pieces.length === 0) return null;
  const step = Math.max(1, Math.round(call.rateHz / searchRateHz));
  const inSteps = (ms: Ms) => Math.round((ms * call.rateHz) / 1000 / step);
  const [first, last] = [inSteps(lagMs[0]), inSteps(lagMs[1])];
  const summed = new Float64Array(last - first + 1);
  for (const piece of pieces) {
    const [voice, target] = [decimated(piece[of], step), decimated(piece[other], step)];
    const norm = Math.sqrt(sumOfSquares(voice) * sumOfSquares(target));
    if (norm === 0) continue;
    crossCorrelate(voice, target, first, last).forEach((value, i) => (summed[i] += value / norm / pieces.length));
  }
  const peak = summed.reduce((best, value, i) => (Math.abs(value) > Math.abs(summed[best]) ? i : best), 0);
  const height = Math.abs(summed[peak]);
  if (height < leastCorrelation || height < leastPeakRatio * Math.sqrt(sumOfSquares(summed) / summed.length)) return null;
  if (height > sameCorrelation && Math.abs(peak + first) <= 1) {
    throw new BargeinError(`${call.file} holds the same on both channels: caller and agent cannot be told apart`, 'record both sides on channels of their own, not a mix of them');
  }
  return fitEcho(pieces, of, (peak + first) * step, call.rateHz);
}

/** The impulse response that takes most of the echo out, by least squares over all excerpts. */
function fitEcho(pieces: readonly Sides[], of: keyof Sides, delay: number, rateHz: number): Echo {
  const other = of === 'agent' ? 'caller' : 'agent';
  const [before, after] = tapsMs.map((ms) => Math.round((ms * rateHz) / 1000));
  const firstTap = delay + before;
  const count = after - before + 1;
  const own = new Float64Array(count);
  const cross = new Float64Array(count);
  for (const piece of pieces) {
    const [voice, target] = [preEmphasised(piece[of]), preEmphasised(piece[other])];
    crossCorrelate(voice, voice, 0, count - 1).forEach((value, i) => (own[i] += value));
    crossCorrelate(voice, target, firstTap, firstTap + count - 1).forEach((value, i) => (cross[i] += value));
  }
  own[0] *= 1.001;
  const taps = solveToeplitz(own, cross);
  const parts = pieces.map((piece) => {
    const estimate = convolve(piece[of], taps, firstTap, 0, piece[of].length);
    const left = piece[other].map((value, i) => value - estimate[i]);
    return { voice: sumOfSquares(piece[of]), echo: sumOfSquares(estimate), left: sumOfSquares(left) };
  });
  // Where the other side speaks too, what is left is their voice: the quieter excerpts tell.
  const residuals = parts.map(({ echo, left }) => 10 * Math.log10((left + 1) / (echo + 1))).sort((a, b) => a - b);
  const total = parts.reduce((sum, { voice, echo }) => ({ voice: sum.voice + voice, echo: sum.echo + echo }), { voice: 1, echo: 1 });
  return {
    of,
    in: other,
    delayMs: ((firstTap + taps.reduce((best, tap, i) => (Math.abs(tap) > Math.abs(taps[best]) ? i : best), 0)) * 1000) / rateHz,
    gainDb: 10 * Math.log10(total.echo / total.voice),
    residualDb: residuals[Math.floor(residuals.length / 4)],
    taps,
    firstTap,
  };
}

/** A call without these echoes. */
export function withoutEchoes(call: Call, echoes: readonly Echo[]): Call {
  if (echoes.length === 0) return call;
  const reach = Math.max(...echoes.map(({ firstTap, taps }) => Math.max(Math.abs(firstTap), Math.abs(firstTap + taps.length))));
  return {
    ...call,
    async read(from, to) {
      const first = Math.max(0, from);
      const before = Math.min(first, reach);
      const sides = await call.read(first - before, to + reach);
      const length = Math.max(0, Math.min(to - first, sides.agent.length - before));
      const out = { caller: sides.caller.slice(before, before + length), agent: sides.agent.slice(before, before + length) };
      for (const { of, in: into, taps, firstTap } of echoes) {
        const estimate = convolve(sides[of], taps, firstTap, before, length);
        out[into].forEach((value, i) => (out[into][i] = Math.max(-32768, Math.min(32767, Math.round(value - estimate[i])))));
      }
      return out;
    },
  };
}

/** How loud what is left of an echo may be at a frame, from the levels of the voice, dBFS: louder than this is someone else. */
export function echoCeiling({ delayMs, gainDb, residualDb }: Echo, voice: Float32Array): (frame: number) => number {
  const delay = Math.round(delayMs / frameMs);
  const overDb = gainDb + Math.min(3, Math.max(-15, residualDb + residualMarginDb));
  return (frame) => {
    let loudest = -Infinity;
    for (let k = Math.max(0, frame - delay - 3); k <= Math.min(voice.length - 1, frame - delay + 2); k++) loudest = Math.max(loudest, voice[k]);
    return loudest + overDb;
  };
}

/** What is left of an echo varies by this about its mean, dB. */
const residualMarginDb = 8;

async function loudExcerpts(call: Call, levels: Float32Array, of: keyof Sides): Promise<Sides[]> {
  const sorted = levels.toSorted();
  const loud = sorted[Math.floor(0.98 * (sorted.length - 1))] - 15;
  const length = excerptMs / frameMs;
  const starts: number[] = [];
  for (let k = 0; k + length <= levels.length; k += length) {
    if (levels.subarray(k, k + length).filter((level) => level >= loud).length >= loudShare * length) starts.push(k);
  }
  const pieces: Sides[] = [];
  for (const frame of spread(starts, excerpts)) {
    const at = Math.round((frame * frameMs * call.rateHz) / 1000);
    const piece = await call.read(at, at + Math.round(((excerptMs + lagMs[1]) * call.rateHz) / 1000));
    if (piece[of].some((sample) => sample !== 0)) pieces.push(piece);
  }
  return pieces;
}

function decimated(samples: Int16Array, step: number): Float64Array {
  const emphasised = preEmphasised(samples);
  const out = new Float64Array(Math.floor(samples.length / step));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let j = 0; j < step; j++) sum += emphasised[i * step + j];
    out[i] = sum;
  }
  return out;
}

/** The echo in samples `[from, from + length)` of a voice's own time. */
function convolve(voice: Int16Array, taps: Float64Array, firstTap: number, from: number, length: number): Float64Array {
  const out = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const at = from + i - firstTap;
    const to = Math.min(taps.length - 1, at);
    let sum = 0;
    for (let j = Math.max(0, at - voice.length + 1); j <= to; j++) sum += taps[j] * voice[at - j];
    out[i] = sum;
  }
  return out;
}
