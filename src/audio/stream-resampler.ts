import libsamplerate from '@alexanderolsen/libsamplerate-js';
import { fullScale } from './activity.js';

type Converter = Awaited<ReturnType<typeof libsamplerate.create>>;

/**
 * Resamples audio piece by piece as it comes, with libsamplerate's SRC_SINC_MEDIUM_QUALITY. What is at `t` seconds stays at `t` seconds,
 * but the last 46 samples at the lower of the two rates (2.9 ms at 16000 Hz) are held back until what follows them is known.
 */
export class StreamResampler {
  readonly #converter: Converter;
  #open = true;

  private constructor(converter: Converter) {
    this.#converter = converter;
  }

  static async open(fromHz: number, toHz: number): Promise<StreamResampler> {
    return new StreamResampler(await libsamplerate.create(1, fromHz, toHz, { converterType: libsamplerate.ConverterType.SRC_SINC_MEDIUM_QUALITY }));
  }

  /** What can be told of the output once these samples are known; rounded and limited to 16 bits. */
  push(samples: Int16Array): Int16Array {
    if (!this.#open) return new Int16Array(0);
    const converted = this.#converter.full(Float32Array.from(samples, (sample) => sample / fullScale));
    return Int16Array.from(converted, (value) => Math.max(-fullScale, Math.min(fullScale - 1, Math.round(value * fullScale))));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#converter.destroy();
  }
}
