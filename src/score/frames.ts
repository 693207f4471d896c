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
  const clipped = { caller: 0, agent: 0 };
  const framesPerBlock = blockMs / frameMs;
  for (let frame = 0; frame < count; frame += framesPerBlock) {
    signal.throwIfAborted();
    const from = Math.round(frame * frameSamples);
    const sides = await call.read(from, Math.round((frame + framesPerBlock) * frameSamples));
    for (const side of ['caller', 'agent'] as const) {
      const samples = sides[side];
      clipped[side] += flatTops(samples);
      for (let k = frame; k < Math.min(count, frame + framesPerBlock); k++) {
        levels[side][k] = levelOf(samples, Math.round(k * frameSamples) - from, Math.round((k + 1) * frameSamples) - from);
      }
    }
  }
  const share = (samples: number) => (call.length === 0 ? 0 : samples / call.length);
  return {
    ...levels,
    clippedShare: { caller: share(clipped.caller), agent: share(clipped.agent) },
    durationMs: (call.length * 1000) / call.rateHz,
  };
}

/** Loud samples equal to both neighbours before them: what speech does at the limit of a converter only, wherever that lies. */
function flatTops(samples: Int16Array): number {
  let count = 0;
  for (let i = 2; i < samples.length; i++) {
    if (samples[i] === samples[i - 1] && samples[i] === samples[i - 2] && Math.abs(samples[i]) >= fullScale / 4) count++;
  }
  return count;
}

function levelOf(samples: Int16Array, from: number, to: number): number {
  const end = Math.min(to, samples.length);
  let sum = 0;
  for (let i = from; i < end; i++) sum += samples[i] * samples[i];
  return sum === 0 ? silenceDbfs : Math.max(silenceDbfs, 10 * Math.log10(sum / (end - from) / fullScale ** 2));
}
