import type { Clock, Ms } from '../types.js';

/** How often the thread is asked whether it is awake, and what counts as a delay, ms. */
const beatMs = 2;
const noteAboveMs = 1;

/**
 * Watches the thread that stamps arrivals: a beat every 2 ms with an absolute deadline; each beat that ran late is kept
 * with the time it was due. On the virtual clock nothing is ever late, so it does nothing there.
 */
export class StallMonitor {
  readonly #clock: Clock;
  #stalls: (readonly [Ms, Ms])[] = [];
  #latenesses: number[] = [];
  #stop = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.watch(true);
  }

  /** Off while nothing runs whose arrivals could be late: reading and rendering are no stalls. */
  watch(on: boolean): void {
    this.#stop();
    this.#stop = () => {};
    if (on && this.#clock.kind === 'realtime') this.#beat(this.#clock.now() + beatMs);
  }

  #beat(dueMs: Ms): void {
    this.#stop = this.#clock.at(dueMs, () => {
      const now = this.#clock.now();
      this.#latenesses.push(now - dueMs);
      if (now - dueMs > noteAboveMs) this.#stalls.push([dueMs, now - dueMs]);
      // Beats that a stall swallowed are not caught up on: the stall itself is on record.
      this.#beat(dueMs + beatMs * Math.max(1, Math.ceil((now - dueMs) / beatMs)));
    });
  }

  /** Stalls due in `[fromMs, toMs)`, as [due, late]. */
  between(fromMs: Ms, toMs: Ms): (readonly [Ms, Ms])[] {
    return this.#stalls.filter(([dueMs, lateMs]) => dueMs + lateMs > fromMs && dueMs < toMs);
  }

  /** Lateness of every beat so far, ms. */
  latenesses(): readonly number[] {
    return this.#latenesses;
  }

  stop(): void {
    this.#stop();
  }
}
