import { activeStretches } from '../audio/activity.js';
import type { ActivityLevels } from '../audio/activity.js';

/**
 * Finds the first audible sample of a stream while it arrives, so that the lead of the playout buffer can be used. Looks at
 * the audio alone.
 */
export class OnsetFinder {
  #stream = new Int16Array(0);
  /** Position in the stream of the first audible sample; null while none has come. */
  found: number | null = null;

  constructor(
    readonly rateHz: number,
    readonly levels: ActivityLevels,
  ) {}

  push(samples: Int16Array): void {
    if (this.found !== null) return;
    const joined = new Int16Array(this.#stream.length + samples.length);
    joined.set(this.#stream);
    joined.set(samples, this.#stream.length);
    this.#stream = joined;
    this.found = activeStretches(joined, this.rateHz, this.levels)[0]?.from ?? null;
  }
}
