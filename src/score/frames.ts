import { fullScale } from '../audio/activity.js';
import type { Ms } from '../types.js';
import type { Call } from './call.js';

/** Length of a frame, ms. */
export const frameMs = 10;
/** What stands for the level of digital silence, dBFS. */
export const silenceDbfs = -100;
/** A call is read in parts of this length, ms. */
const blockMs = 10_000;

/** The level of each 10 ms of both sides, dBFS: all that is kept of a call, 2.9 MB an hour. */
export interface CallFrames {
  readonly caller: Float32Array;
  readonly agent: Float32Array;
  /** Share of samples on flat tops: clipped when they were recorded. */
  readonly clippedShare: { readonly caller: number; readonly agent: number };
  readonly durationMs: Ms;
}

/** Reads a call once from end to end. `signal` ends it early by throwing its reason. */
export async function measureFrames(call: Call, signal: AbortSignal): Promise<CallFrames> {
  const frameSamples = (call.rateHz * frameMs) / 1000;
  const count = Math.ceil(call.length / frameSamples);
  const levels = { caller: new Float32Array(count), agent: new Float32Array(count) };
  const tops: { caller: Tops[]; agent: Tops[] } = { caller: [], agent: [] };
  const framesPerBlock = blockMs / frameMs;
  for (let frame = 0; frame < count; frame += framesPerBlock) {
    signal.throwIfAborted();
    const from = Math.round(frame * frameSamples);
    const sides = await call.read(from, Math.round((frame + framesPerBlock) * frameSamples));
    for (const side of ['caller', 'agent'] as const) {
      const samples = sides[side];
      tops[side].push(flatTops(samples));
      for (let k = frame; k < Math.min(count, frame + framesPerBlock); k++) {
        levels[side][k] = levelOf(samples, Math.round(k * frameSamples) - from, Math.round((k + 1) * frameSamples) - from);
      }
    }
  }
  const share = (parts: readonly Tops[]) => (call.length === 0 ? 0 : clippedSamples(parts) / call.length);
  return {
    ...levels,
    clippedShare: { caller: share(tops.caller), agent: share(tops.agent) },
    durationMs: (call.length * 1000) / call.rateHz,
  };
}

/** Flat tops of a part of one side. */
interface Tops {
  /** Largest magnitude of a sample. */
  readonly peak: number;
  readonly samples: number;
}

/** Tops lie within this of the peak; a side that never gets so loud is not clipped, of full scale; nor is a part so far below others. */
const topShare = 0.95;
const faintestPeak = fullScale / 100;
const loudPartShare = 0.5;

/**
 * Samples near the peak that are equal to both before them: what speech does at the limit of a converter only, wherever that lies, and
 * however much quieter the recording was made later.
 */
function flatTops(values: Int16Array): Tops {
  const peak = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let samples = 0;
  for (let i = 2; i < values.length; i++) {
    if (values[i] === values[i - 1] && values[i] === values[i - 2] && Math.abs(values[i]) >= topShare * peak) samples++;
  }
  return { peak, samples };
}

/** Hum, or the end of a breath, has flat tops too, but below those of the speech beside it. */
function clippedSamples(parts: readonly Tops[]): number {
  const peak = parts.reduce((most, part) => Math.max(most, part.peak), 0);
  if (peak < faintestPeak) return 0;
  return parts.filter((part) => part.peak >= loudPartShare * peak).reduce((sum, { samples }) => sum + samples, 0);
}

function levelOf(samples: Int16Array, from: number, to: number): number {
  const end = Math.min(to, samples.length);
  let sum = 0;
  for (let i = from; i < end; i++) sum += samples[i] * samples[i];
  return sum === 0 ? silenceDbfs : Math.max(silenceDbfs, 10 * Math.log10(sum / (end - from) / fullScale ** 2));
}
