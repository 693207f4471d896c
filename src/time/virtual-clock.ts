import type { Cancel, Clock, Ms } from '../types.js';
import { TimerQueue } from './timer-queue.js';

/**
 * Simulated time: nothing waits. Events run in the order of their due times (ties: in the order they were set), each to
 * its end, promises included, before the next; `now()` is exactly the due time of the event that is running.
 */
export class VirtualClock implements Clock {
  readonly kind = 'virtual';
  readonly epochWallMs = null;
  #now = 0;
  #queue = new TimerQueue();
  #wake: (() => void) | null = null;

  now(): Ms {
    return this.#now;
  }

  at(dueMs: Ms, run: () => void | Promise<void>): Cancel {
    const cancel = this.#queue.add(Math.max(dueMs, this.#now), run);
    this.#wake?.();
    return cancel;
  }

  /** Runs events until `work` settles. While none is due it waits for real work (a file, a model) to set one. */
  async drive<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
      this.#wake?.();
    };
    work.then(settle, settle);
    for (;;) {
      await Promise.resolve();
      if (settled) return work;
      const event = this.#queue.take(Infinity);
      if (event === null) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = null;
        continue;
      }
      this.#now = event.dueMs;
      const running = event.run();
      if (running) await running;
    }
  }
}
