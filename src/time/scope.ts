import type { Cancel, Clock, Ms } from '../types.js';

/**
 * A clock of its own for one attempt: zero is the moment the scope was made, every timer set through it ends with it, and
 * whatever a timer throws goes to `onError` instead of ending the run.
 */
export class ScopedClock implements Clock {
  readonly kind;
  readonly #clock: Clock;
  readonly #epochMs: Ms;
  readonly #onError: (thrown: unknown) => void;
  #timers = new Set<Cancel>();
  #closed = false;

  constructor(clock: Clock, onError: (thrown: unknown) => void) {
    this.kind = clock.kind;
    this.#clock = clock;
    this.#epochMs = clock.now();
    this.#onError = onError;
  }

  /** The scope's zero on the clock it was made from. */
  get epochMs(): Ms {
    return this.#epochMs;
  }

  now(): Ms {
    return this.#clock.now() - this.#epochMs;
  }

  at(dueMs: Ms, run: () => void | Promise<void>): Cancel {
    if (this.#closed) return () => {};
    const cancel = this.#clock.at(dueMs + this.#epochMs, () => {
      this.#timers.delete(cancel);
      if (this.#closed) return undefined;
      try {
        const running = run();
        return running ? running.catch(this.#onError) : undefined;
      } catch (thrown) {
        this.#onError(thrown);
        return undefined;
      }
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }
}
