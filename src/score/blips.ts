import { dbfsToAmplitude, windowMs } from '../audio/activity.js';
import type { HeardTrack, Ms, Stretch } from '../types.js';

/** Near a noise floor, sounds shorter than this and farther than that from any other are noise, ms. */
const blipMs: Ms = 20;
const blipApartMs: Ms = 80;
/** Unless they lie so far above the level that they had to reach: steady noise does not get there (docs/measurement.md section 5), dB. */
const beyondNoiseDb = 6;

/** The audible stretches without those that steady noise could have made; a short one is measured over 10 ms at least. */
export function withoutBlips(stretches: readonly Stretch[], { samples, rateHz }: HeardTrack, releaseDbfs: number): Stretch[] {
  const [shortest, apart, window] = [blipMs, blipApartMs, windowMs].map((ms) => (ms * rateHz) / 1000);
  const limit = dbfsToAmplitude(releaseDbfs + beyondNoiseDb) ** 2;
  const isLoud = ({ from, to }: Stretch) => samples.subarray(from, to).reduce((sum, value) => sum + value * value, 0) >= limit * Math.max(window, to - from);
  return stretches.filter((stretch, i) => {
    const { from, to } = stretch;
    const isNear = from - (stretches[i - 1]?.to ?? -Infinity) <= apart || (stretches[i + 1]?.from ?? Infinity) - to <= apart;
    return to - from >= shortest || isNear || isLoud(stretch);
  });
}
