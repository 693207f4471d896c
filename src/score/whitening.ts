import type { Call, Sides } from './call.js';
import { frameMs } from './frames.js';
import { predictionError } from './linear.js';
import type { SideLevels } from './side-levels.js';
import { spread, steadyMs } from './steadiness.js';

/** Order of the prediction: 1 ms at 16 kHz, too short to smear an edge. */
const order = 16;
/** A floor further below the speech than this does not set the level that tells them apart, dB. */
const bindingDb = 34;
/** So many steady stretches are enough to know the spectrum of a floor. */
const mostStretches = 40;

/** Coefficients of a filter: output is the sum of `taps[j]` times the input `j` samples ago. */
export type Taps = readonly number[];

/**
 * A filter that makes the noise floor of a side white: its linear prediction error (autocorrelation method). Noise that is loud at
 * low or single frequencies, where it rises and falls slowly, then covers less of the speech, and its level is steadier. The filter
 * is a millisecond long: the edges of speech stay where they are.
 * @returns null where no floor comes near to the speech
 */
export async function whitenFloor(call: Call, levels: SideLevels, name: keyof Sides): Promise<Taps | null> {
  const { speechDbfs, steadiness } = levels;
  const { noiseDbfs } = steadiness;
  if (noiseDbfs === null || (speechDbfs !== null && noiseDbfs < speechDbfs - bindingDb)) return null;
  const correlation = new Float64Array(order + 1);
  for (const { frame } of spread(steadiness.noise, mostStretches)) {
    const at = Math.round((frame * frameMs * call.rateHz) / 1000);
    const samples = (await call.read(at, at + Math.round((steadyMs * call.rateHz) / 1000)))[name];
    const energy = samples.reduce((sum, value) => sum + value * value, 0);
    for (let lag = 0; energy > 0 && lag <= order; lag++) correlation[lag] += lagProduct(samples, lag) / energy;
  }
  return correlation[0] === 0 ? null : predictionError(correlation);
}

/** A call whose sides pass through filters; null leaves a side as it is. */
export function filtered(call: Call, taps: { readonly [side in keyof Sides]: Taps | null }): Call {
  return {
    ...call,
    async read(from, to) {
      const first = Math.max(0, from);
      const before = Math.min(first, order);
      const sides = await call.read(first - before, to);
      return { caller: apply(sides.caller, taps.caller).subarray(before), agent: apply(sides.agent, taps.agent).subarray(before) };
    },
  };
}

function apply(samples: Int16Array, taps: Taps | null): Int16Array {
  if (taps === null) return samples;
  const out = new Int16Array(samples.length);
  const weights = Float64Array.from(taps);
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (let j = Math.min(i, weights.length - 1); j >= 0; j--) sum += weights[j] * samples[i - j];
    out[i] = Math.max(-32768, Math.min(32767, Math.round(sum)));
  }
  return out;
}

function lagProduct(samples: Int16Array, lag: number): number {
  let sum = 0;
  for (let i = lag; i < samples.length; i++) sum += samples[i] * samples[i - lag];
  return sum;
}

/** Both sides' filters, found on a call as it was recorded. */
export async function whiteningOf(call: Call, levels: { readonly [side in keyof Sides]: SideLevels }): Promise<{ caller: Taps | null; agent: Taps | null }> {
  return { caller: await whitenFloor(call, levels.caller, 'caller'), agent: await whitenFloor(call, levels.agent, 'agent') };
}
