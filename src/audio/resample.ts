import libsamplerate from '@alexanderolsen/libsamplerate-js';
import type { Pcm } from '../types.js';
import { fullScale } from './activity.js';

type Converter = Awaited<ReturnType<typeof libsamplerate.create>>;

/** Converters by rates; each holds some MB, and keeps no state between calls. */
const converters = new Map<string, Promise<Converter>>();

/** Input samples of context on each side of a block, where the rate is not lowered; longer than half of the filter. */
const contextSamples = 4096;
/** Above 2^20 samples in or out the package cuts the input up itself, and loses most of it. */
const blockSamples = 500_000;

/**
 * Resamples with libsamplerate's SRC_SINC_MEDIUM_QUALITY (aliases below -114 dB, flat to 0.42 of the lower rate). No delay:
 * what is at `t` seconds stays at `t` seconds. The result has exactly `round(length * rateHz / pcm.rateHz)` samples, rounded
 * and limited to 16 bits. At an equal rate the input itself is returned.
 */
export async function resample(pcm: Pcm, rateHz: number): Promise<Pcm> {
  if (pcm.rateHz === rateHz) return pcm;
  const converter = await converterFor(pcm.rateHz, rateHz);
  const { samples } = pcm;
  const out = new Int16Array(Math.round((samples.length * rateHz) / pcm.rateHz));
  // Blocks begin where both rates have a sample, so that every block has the same phase.
  const common = greatestCommonDivisor(pcm.rateHz, rateHz);
  const [inUnit, outUnit] = [pcm.rateHz / common, rateHz / common];
  const unitsPerBlock = Math.max(1, Math.floor(blockSamples / Math.max(inUnit, outUnit)));
  const contextUnits = Math.ceil((contextSamples * Math.max(1, pcm.rateHz / rateHz)) / inUnit);
  for (let unit = 0; unit * outUnit < out.length; unit += unitsPerBlock) {
    const firstUnit = Math.max(0, unit - contextUnits);
    const piece = new Float32Array((unit + unitsPerBlock + contextUnits - firstUnit) * inUnit);
    const source = samples.subarray(firstUnit * inUnit, firstUnit * inUnit + piece.length);
    for (let i = 0; i < source.length; i++) piece[i] = source[i] / fullScale;
    const length = Math.min(piece.length, source.length + contextUnits * inUnit);
    const converted = converter.simple(piece.subarray(0, length));
    const skip = (unit - firstUnit) * outUnit;
    const end = Math.min(out.length, (unit + unitsPerBlock) * outUnit);
    for (let i = unit * outUnit; i < end; i++) {
      const value = Math.round(converted[skip + i - unit * outUnit] * fullScale);
      out[i] = Math.max(-fullScale, Math.min(fullScale - 1, value));
    }
  }
  return { rateHz, samples: out };
}

function converterFor(fromHz: number, toHz: number): Promise<Converter> {
  const name = `${fromHz} ${toHz}`;
  const known = converters.get(name);
  if (known) return known;
  const made = libsamplerate.create(1, fromHz, toHz, { converterType: libsamplerate.ConverterType.SRC_SINC_MEDIUM_QUALITY });
  converters.set(name, made);
  return made;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
