import { BargeinError } from '../errors.js';
import { EnergyVad } from './energy.js';
import { SileroVad } from './silero.js';
import { defaultVadOptions } from './vad.js';
import type { Vad, VadKind, VadOptions } from './vad.js';
import { WebrtcVad } from './webrtc.js';

export { sileroCounters } from './silero.js';
export type { SileroCounters } from './silero.js';
export type { Vad, VadKind, VadOptions } from './vad.js';

export type VadRateHz = 8000 | 16000;

const makers: Record<VadKind, (rateHz: VadRateHz, options: VadOptions) => Vad | Promise<Vad>> = {
  silero: (rateHz, options) => SileroVad.make(rateHz, options),
  energy: (rateHz) => new EnergyVad(rateHz),
  webrtc: (rateHz, options) => WebrtcVad.make(rateHz, options),
};

export const vadKinds = Object.keys(makers) as readonly VadKind[];

/**
 * A new detector for one stream.
 * @throws BargeinError for a rate that is neither 8 nor 16 kHz, and where the parts of a detector cannot be loaded
 */
export async function makeVad(kind: VadKind, rateHz: number, options: Partial<VadOptions> = {}): Promise<Vad> {
  if (rateHz !== 8000 && rateHz !== 16000) throw new BargeinError(`a VAD hears 8000 or 16000 samples per second, not ${rateHz}`, 'use a line of 8 or 16 kHz');
  return makers[kind](rateHz, { ...defaultVadOptions, ...options });
}

/** Enough for every function of the WebAssembly to have been compiled for speed: single frames take up to 15 ms until about 1000, measured. */
const warmUpFrames = 1000;
const warm = new Map<string, Promise<void>>();

/**
 * Runs frames of noise through detectors of this kind and rate until they take their usual time: the first 1000 frames of Silero hold
 * some of 10 to 20 ms. Once per thread, kind and rate; needed before anything in real time.
 */
export function warmUp(kind: VadKind, rateHz: number, frames = warmUpFrames): Promise<void> {
  const name = `${kind} ${rateHz}`;
  const running = warm.get(name) ?? runFrames(kind, rateHz, frames);
  warm.set(name, running);
  return running;
}

async function runFrames(kind: VadKind, rateHz: number, frames: number): Promise<void> {
  const vad = await makeVad(kind, rateHz, { cache: false });
  for (let i = 0; i < frames; i++) {
    await vad.process(Int16Array.from({ length: vad.frameSamples }, (_, k) => ((i * 7919 + k * 104_729) % 2048) - 1024));
  }
  vad.close();
}
