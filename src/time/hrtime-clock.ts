import type { Cancel, Clock, Ms } from '../types.js';
import { TimerQueue } from './timer-queue.js';

/** How long before a deadline the coarse sleep ends and polling begins. setTimeout is about 1 ms late at the median. */
const pollAheadMs = 1.6;

/**
 * `process.hrtime.bigint()` with absolute deadlines: a coarse sleep until just before, then polling through setImmediate,
 * which lets sockets and promises run in between.
 */
export class HrtimeClock implements Clock {
  readonly kind = 'realtime';
  readonly #epoch = process.hrtime.bigint();
  #queue = new TimerQueue();
  #sleep: NodeJS.Timeout | null = null;
  #poll: NodeJS.Immediate | null = null;
  #sleepUntil = Infinity;
  /** Called with whatever an event throws; it must not be lost. */
  onError: (thrown: unknown) => void = (thrown) => {
    throw thrown;
  };

  now(): Ms {
    return Number(process.hrtime.bigint() - this.#epoch) / 1e6;
  }

  at(dueMs: Ms, run: () => void | Promise<void>): Cancel {
    const cancel = this.#queue.add(dueMs, run);
    this.#arm();
    return cancel;
  }

  /** Waits for `work`; the events run by themselves. */
  drive<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  #arm(): void {
    if (this.#poll) return;
    const due = this.#queue.next();
    if (due === null) return;
    const wait = due - this.now() - pollAheadMs;
    if (wait <= 0.5) {
      if (this.#sleep) clearTimeout(this.#sleep);
      this.#sleep = null;
      this.#poll = setImmediate(() => this.#tick());
    } else if (this.#sleep === null || due < this.#sleepUntil) {
      if (this.#sleep) clearTimeout(this.#sleep);
      this.#sleepUntil = due;
      this.#sleep = setTimeout(() => {
        this.#sleep = null;
        this.#arm();
      }, Math.floor(wait));
    }
  }

  #tick(): void {
    this.#poll = null;
    for (let event = this.#queue.take(this.now()); event; event = this.#queue.take(this.now())) {
      try {
        const running = event.run();
        if (running) running.catch((thrown: unknown) => this.onError(thrown));
      } catch (thrown) {
        this.onError(thrown);
      }
    }
    this.#arm();
  }
}
