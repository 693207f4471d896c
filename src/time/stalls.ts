import type { Clock, Ms } from '../types.js';
import { LatenessCounts } from './lateness-counts.js';

/** How often the thread is asked whether it is awake, and what counts as a delay, ms. */
const beatMs = 2;
const noteAboveMs = 1;

/** How many delays are kept, the latest ones: more than fall into the longest attempt. */
const mostKept = 65_536;

/**
 * Watches the thread that stamps arrivals: a beat every 2 ms with an absolute deadline; each beat that ran late is kept with the time it
 * was due. Beats do nothing: how late they are is what any deadline of this clock has to reckon with. On the virtual clock nothing is
 * ever late, so it does nothing there.
 */
export class StallMonitor {
  readonly #clock: Clock;
  #stalls: (readonly [Ms, Ms])[] = [];
  #stop = () => {};
  /** How late each beat was so far, since it was last forgotten. */
  beats = new LatenessCounts();

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
      const lateMs = this.#clock.now() - dueMs;
      // A deadline that fell into the stall was late as well, just as the frames were that were due meanwhile.
      for (let beatLateMs = lateMs; beatLateMs === lateMs || beatLateMs > 0; beatLateMs -= beatMs) this.beats.add(beatLateMs);
      if (lateMs > noteAboveMs) this.#note(dueMs, lateMs);
      // They are not caught up on one by one: the stall is on record once.
      this.#beat(dueMs + beatMs * Math.max(1, Math.ceil(lateMs / beatMs)));
    });
  }

  #note(dueMs: Ms, lateMs: Ms): void {
    this.#stalls.push([dueMs, lateMs]);
    if (this.#stalls.length > 2 * mostKept) this.#stalls = this.#stalls.slice(-mostKept);
  }

  forgetBeats(): void {
    this.beats = new LatenessCounts();
  }

  /** Stalls that reach into `[fromMs, toMs)`, as [due, late]. */
  between(fromMs: Ms, toMs: Ms): (readonly [Ms, Ms])[] {
    // They are in order and do not overlap: those that end before the span are all in front.
    const first = this.#stalls.findLastIndex(([dueMs, lateMs]) => dueMs + lateMs <= fromMs) + 1;
    return this.#stalls.slice(first).filter(([dueMs]) => dueMs < toMs);
  }

  stop(): void {
    this.#stop();
  }
}
