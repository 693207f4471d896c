import type { Cancel, Clock, Ms } from '../types.js';
import { Pacer } from './pacer.js';
import { PollingWaker } from './polling-waker.js';
import { wallClockAt } from './stamp.js';
import { TimerQueue } from './timer-queue.js';
import type { Waker } from './waker.js';

const modestAheadMs: Ms = 0.4;

/** `process.hrtime.bigint()` with absolute deadlines. What wakes it is given: polling, or a pacer. */
export class HrtimeClock implements Clock {
  readonly kind = 'realtime';
  /** The clock's zero on `process.hrtime.bigint()`, which all threads of a process share. */
  readonly epochNs = process.hrtime.bigint();
  /** The same on the wall clock, ms since 1970: read once, so that a step of the wall clock moves nothing. */
  readonly epochWallMs: Ms;
  readonly #waker: Waker;
  readonly #queue = new TimerQueue();
  /** What the waker was told; null: nothing. */
  #wakeMs: Ms | null = null;
  #ticking = false;
  /** Called with whatever an event throws; it must not be lost. */
  onError: (thrown: unknown) => void = (thrown) => {
    throw thrown;
  };

  constructor(waker: Waker = new PollingWaker()) {
    this.#waker = waker;
    this.epochWallMs = wallClockAt(this.epochNs);
    waker.onWake = () => this.#tick();
  }

  /** One that leaves most of the processor to others: deadlines are met within about a millisecond. For agents that are served. */
  static modest(): HrtimeClock {
    return new HrtimeClock(new PollingWaker(modestAheadMs));
  }

  /** One that a pacer wakes. It has to be closed. */
  static paced(): HrtimeClock {
    return new HrtimeClock(new Pacer());
  }

  now(): Ms {
    return Number(process.hrtime.bigint() - this.epochNs) / 1e6;
  }

  at(dueMs: Ms, run: () => void | Promise<void>): Cancel {
    const cancel = this.#queue.add(dueMs, run);
    this.#arm();
    return () => {
      cancel();
      // Whoever waits for nothing any more may end.
      if (this.#queue.next() === null) this.#arm();
    };
  }

  /** Waits for `work`; the events run by themselves. */
  drive<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  /** Ends what wakes it: none of its events run any more. */
  close(): Promise<void> {
    return this.#waker.close();
  }

  #arm(): void {
    if (this.#ticking) return;
    const dueMs = this.#queue.next();
    if (this.#wakeMs === dueMs || (this.#wakeMs !== null && dueMs !== null && this.#wakeMs < dueMs)) return;
    this.#wakeMs = dueMs;
    this.#waker.wakeAt(dueMs === null || dueMs === Infinity ? null : this.epochNs + BigInt(Math.ceil(dueMs * 1e6)));
  }

  /** Runs what is due by now. What falls due meanwhile waits for what arrives on sockets meanwhile. */
  #tick(): void {
    const nowMs = this.now();
    this.#ticking = true;
    try {
      for (let event = this.#queue.take(nowMs); event; event = this.#queue.take(nowMs)) this.#run(event.run);
    } finally {
      this.#ticking = false;
      this.#wakeMs = null;
      this.#arm();
    }
  }

  #run(event: () => void | Promise<void>): void {
    try {
      const running = event();
      if (running) running.catch((thrown: unknown) => this.onError(thrown));
    } catch (thrown) {
      this.onError(thrown);
    }
  }
}
