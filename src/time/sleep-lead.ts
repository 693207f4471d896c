import type { Ms } from '../types.js';

/** Spinning never lasts longer than this, ms: with many sessions on few processors it takes from those who have work. */
export const longestSpinMs: Ms = 0.2;
const shortestSpinMs: Ms = 0.05;
const stepMs: Ms = 0.02;
/** The share of sleeps that are to end before the deadline. */
const onTime = 0.95;

/**
 * How long before a deadline a sleep has to end, learnt from how late sleeps have ended on this machine: the 95th percentile of that,
 * approached in small steps (Robbins and Monro 1951), within what may be spun.
 */
export class SleepLead {
  #ms: Ms = longestSpinMs;

  get ms(): Ms {
    return this.#ms;
  }

  /** @param lateMs how long after it was to end a sleep ended */
  learn(lateMs: Ms): void {
    const next = this.#ms + (lateMs > this.#ms ? stepMs * onTime : -stepMs * (1 - onTime));
    this.#ms = Math.min(longestSpinMs, Math.max(shortestSpinMs, next));
  }
}
