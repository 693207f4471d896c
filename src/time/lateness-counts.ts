import type { Ms } from '../types.js';

/** How late things were, ms. */
export interface LatenessFigures {
  readonly count: number;
  readonly p50Ms: Ms;
  readonly p99Ms: Ms;
  readonly maxMs: Ms;
}

/** Steps of the counts: a hundredth of the value, or of a microsecond below one. */
const stepRatio = 1.01;
const finestMs = 0.001;

/**
 * Counts latenesses in steps of one per cent: any number of them takes the same memory. The largest is kept exactly; quantiles (nearest
 * rank) are true to a per cent.
 */
export class LatenessCounts {
  readonly #steps = new Map<number, number>();
  #count = 0;
  #maxMs = -Infinity;

  add(lateMs: Ms): void {
    const step = lateMs <= finestMs ? 0 : Math.ceil(Math.log(lateMs / finestMs) / Math.log(stepRatio));
    this.#steps.set(step, (this.#steps.get(step) ?? 0) + 1);
    this.#count++;
    this.#maxMs = Math.max(this.#maxMs, lateMs);
  }

  get count(): number {
    return this.#count;
  }

  /** null while nothing has been counted, which is not 0. */
  figures(): LatenessFigures | null {
    if (this.#count === 0) return null;
    return { count: this.#count, p50Ms: this.#quantile(0.5), p99Ms: this.#quantile(0.99), maxMs: this.#maxMs };
  }

  /** The upper end of the step that the nearest rank falls into, never more than the largest value. */
  #quantile(share: number): Ms {
    let left = Math.ceil(share * this.#count);
    for (const step of [...this.#steps.keys()].sort((a, b) => a - b)) {
      left -= this.#steps.get(step) as number;
      if (left <= 0) return Math.min(this.#maxMs, finestMs * stepRatio ** step);
    }
    return this.#maxMs;
  }
}
