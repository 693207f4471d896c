import { fromS16le } from './samples.js';

/** Makes 16-bit samples, little-endian, of a stream of bytes that may be cut anywhere, also within a sample. */
export class SampleJoiner {
  #rest: number | null = null;

  /** Whether the stream has been cut within a sample. */
  get odd(): boolean {
    return this.#rest !== null;
  }

  push(bytes: Uint8Array): Int16Array {
    const before = this.#rest === null ? [] : [this.#rest];
    const whole = new Uint8Array(before.length + bytes.length);
    whole.set(before);
    whole.set(bytes, before.length);
    const even = whole.length - (whole.length % 2);
    this.#rest = even < whole.length ? whole[even] : null;
    return fromS16le(whole.subarray(0, even));
  }
}
