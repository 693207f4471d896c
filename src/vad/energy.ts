import type { Vad } from './vad.js';

const frameMs = 10;

/** A noise floor is never taken to be lower than this, so that a faint hiss after digital silence is not speech, dBFS. */
const lowestFloorDbfs = -65;
/** How fast the floor follows a falling and a rising level, dB per second. Slow upwards: speech must not become its own floor. */
const fallDbPerS = 100;
const riseDbPerS = 3;

/** The level above the floor that gives 0.5, and how many dB change the odds by a factor of e. */
export const evenSnrDb = 12;
export const slopeDb = 3;

/**
 * Level over an adaptive noise floor, in frames of 10 ms. The answer is a logistic function of the SNR,
 * `1 / (1 + exp(-(snr - 12 dB) / 3 dB))`: a threshold of 0.5 means 12 dB above the floor, 0.25 8.7 dB, 0.75 15.3 dB, 0.9 18.6 dB. It
 * knows levels only: a tone, a cough and a dog are as good as a word.
 */
export class EnergyVad implements Vad {
  readonly kind = 'energy';
  readonly frameSamples: number;
  #floorDbfs: number | null = null;

  constructor(readonly rateHz: number) {
    this.frameSamples = Math.round((rateHz * frameMs) / 1000);
  }

  process(frame: Int16Array): number {
    if (frame.length !== this.frameSamples) throw new RangeError(`a frame of ${frame.length} samples, not ${this.frameSamples}`);
    const levelDbfs = Math.max(lowestFloorDbfs, levelOf(frame));
    const floor = this.#floorDbfs ?? levelDbfs;
    const change = levelDbfs - floor;
    const step = (dbPerS: number) => (dbPerS * frameMs) / 1000;
    this.#floorDbfs = floor + Math.min(step(riseDbPerS), Math.max(-step(fallDbPerS), change));
    return 1 / (1 + Math.exp(-(change - evenSnrDb) / slopeDb));
  }

  reset(): void {
    this.#floorDbfs = null;
  }

  close(): void {}
}

function levelOf(frame: Int16Array): number {
  let sum = 0;
  for (const sample of frame) sum += sample * sample;
  return 10 * Math.log10(sum / frame.length / 32768 ** 2);
}
