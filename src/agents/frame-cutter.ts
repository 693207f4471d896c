/** Cuts a stream of samples that comes in pieces of any length into frames of one length. */
export class FrameCutter {
  readonly #frameSamples: number;
  #frame: Int16Array;
  #filled = 0;

  constructor(frameSamples: number) {
    this.#frameSamples = frameSamples;
    this.#frame = new Int16Array(frameSamples);
  }

  /** The frames that are whole with these samples; each is a new array. */
  cut(samples: Int16Array): Int16Array[] {
    const whole: Int16Array[] = [];
    for (let at = 0; at < samples.length; ) {
      const taken = Math.min(samples.length - at, this.#frameSamples - this.#filled);
      this.#frame.set(samples.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled < this.#frameSamples) break;
      whole.push(this.#frame);
      this.#frame = new Int16Array(this.#frameSamples);
      this.#filled = 0;
    }
    return whole;
  }
}
