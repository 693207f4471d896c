import { activeStretches } from '../audio/activity.js';
import type { ActivityLevels } from '../audio/activity.js';

/**
 * Finds the first audible sample of a stream while it arrives, so that the lead of the playout buffer can be used. Looks at
 * the audio alone. Of an agent that sends silence, only the last second or two are looked at again with each packet.
 */
export class OnsetFinder {
  /** The end of the stream so far. */
  #tail = new Int16Array(0);
  /** Where that begins in the stream: whole seconds, so that windows and hops lie where they would in the whole. */
  #base = 0;
  /** Position in the stream of the first audible sample; null while none has come. */
  found: number | null = null;

  constructor(
    readonly rateHz: number,
    readonly levels: ActivityLevels,
  ) {}

  push(samples: Int16Array): void {
    if (this.found !== null) return;
    const joined = new Int16Array(this.#tail.length + samples.length);
    joined.set(this.#tail);
    joined.set(samples, this.#tail.length);
    const first = activeStretches(joined, this.rateHz, this.levels)[0];
    if (first) {
      this.found = this.#base + first.from;
      this.#tail = new Int16Array(0);
      return;
    }
    const silent = Math.max(0, Math.floor(joined.length / this.rateHz) - 1) * this.rateHz;
    this.#base += silent;
    this.#tail = joined.subarray(silent);
  }
}
